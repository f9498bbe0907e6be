"""What is learned from: squares cut from the pictures once, small enough to be kept in memory.

The first view of a picture is the whole of it, the others are random parts: to a network these are more
pictures. Both teacher and student see the same view.
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

# Views of a picture, by what it comes from: more of the photos that look like people's own.
VIEWS = {"flickr": 5, "caltech": 4, "tinyimagenet": 1, "openclipart": 3, "stamps": 6, "emoji": 4, "icons": 1}

_SMALLEST_PART = 0.25  # of the picture's area
_FLATTEST = 4 / 3


def plan(examples: list[Example]) -> npt.NDArray[np.int32]:
    """Which view is of which example, (n, 2): place in `examples`, number of the view; in mixed order.

    The order is mixed so that what an interrupted run has made is a fair sample.
    """
    rows = [
        (place, view)
        for place, example in enumerate(examples)
        if not example.held_out
        for view in range(VIEWS[example.source])
    ]
    return np.random.default_rng(0).permutation(np.asarray(rows, np.int32))


def cut(folder: Path, example: Example, view: int, seed: int) -> tuple[Pixels, Pixels]:
    """One view, for the student (SIDE, SIDE, 3) and for the teacher (TEACHER_SIDE, TEACHER_SIDE, 3)."""
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
    """Without transparency: on white paper, or on coloured paper now and then when `random` is given."""
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
