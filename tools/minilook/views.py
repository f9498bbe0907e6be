"""Cut squares from the pictures to learn from: once, and small enough to be kept in memory.

The first view of a picture is the whole picture, and the others are random parts: for a network, these are
more pictures. Teacher and student see the same views.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from semsearch.models.framing import whole_square
from tools.minilook.examples import Example

Pixels = npt.NDArray[np.uint8]

SIDE = 128  # pixels kept for the student
TEACHER_SIDE = 224

# The number of views of a picture, by its source: more for photos that are like people's own.
VIEWS = {"flickr": 5, "caltech": 4, "tinyimagenet": 1, "openclipart": 3, "stamps": 6, "emoji": 4, "icons": 1}

_SMALLEST_PART = 0.25  # the area of the smallest part, as a share of the picture's
_FLATTEST = 4 / 3  # the largest ratio of a part's sides


def plan(examples: list[Example]) -> npt.NDArray[np.int32]:
    """The example and the view for each row, (n, 2): an index into `examples`, and the view's number.

    The order is random, so that the result of an interrupted run is a fair sample.
    """
    rows = [
        (place, view)
        for place, example in enumerate(examples)
        if not example.held_out
        for view in range(VIEWS[example.source])
    ]
    return np.random.default_rng(0).permutation(np.asarray(rows, np.int32))


def cut(folder: Path, example: Example, view: int, seed: int) -> tuple[Pixels, Pixels]:
    """Cut one view, for the student (SIDE, SIDE, 3) and for the teacher (TEACHER_SIDE, TEACHER_SIDE, 3)."""
    random = np.random.default_rng(seed)
    with Image.open(folder / example.image) as opened:
        picture = on_paper(opened, random if view else None)
    if view:
        picture = _part(picture, random)
    small = whole_square(picture, SIDE)
    if view and random.random() < 0.3:
        small = _compressed(small, int(random.integers(25, 80)))
    return np.asarray(small), np.asarray(whole_square(picture, TEACHER_SIDE))


def on_paper(picture: Image.Image, random: np.random.Generator | None) -> Image.Image:
    """Remove transparency: put the picture on white paper or, if `random` is given, sometimes on coloured."""
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    drawing = picture.convert("RGBA")
    paper = (255, 255, 255)
    margin = 0.0
    if random is not None:
        margin = float(random.uniform(0, 0.3))
        if random.random() < 0.4:
            red, green, blue = random.integers(120, 256, 3)
            paper = (int(red), int(green), int(blue))
    side = int(max(drawing.size) * (1 + margin))
    sheet = Image.new("RGB", (side, side), paper)
    sheet.paste(drawing, ((side - drawing.width) // 2, (side - drawing.height) // 2), drawing)
    return sheet


def _part(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    area = picture.width * picture.height * random.uniform(_SMALLEST_PART, 1)
    ratio = np.exp(random.uniform(-np.log(_FLATTEST), np.log(_FLATTEST)))
    width = min(picture.width, max(8, round(np.sqrt(area * ratio))))
    height = min(picture.height, max(8, round(np.sqrt(area / ratio))))
    left = int(random.integers(0, picture.width - width + 1))
    top = int(random.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as read:
        return read.convert("RGB")
