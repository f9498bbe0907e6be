"""The pictures to learn from as small squares, decoded once, so that all fit into a GPU's memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from semsearch.models.framing import whole_square
from tools.minilook.examples import Example

Pixels = npt.NDArray[np.uint8]

SIDE = 160  # pixels: more than the student sees, because it sees parts
MARGIN = 0.15  # the width of the transparent paper around a drawing, as a share of the drawing's


def learned(examples: Sequence[Example]) -> list[Example]:
    """The examples to learn from."""
    return [example for example in examples if not example.held_out]


def draw(examples: Sequence[Example], pictures: Path, output: Path) -> Iterator[int]:
    """Write RGBA squares, (n, SIDE, SIDE, 4), as `output`. Yields the number that is done.

    The file has its name only when it is complete.
    """
    part = output.with_suffix(".part")
    shape = (len(examples), SIDE, SIDE, 4)
    squares = np.lib.format.open_memmap(part, "w+", np.uint8, shape)
    for place, example in enumerate(examples):
        with Image.open(pictures / example.image) as picture:
            squares[place] = square(picture)
        yield place + 1
    squares.flush()
    part.replace(output)


def square(picture: Image.Image) -> Pixels:
    """RGBA pixels (SIDE, SIDE, 4). A photo is squeezed into the square, a drawing lies in its middle."""
    if not is_drawing(picture):
        photo = whole_square(picture.convert("RGB"), SIDE)
        return np.asarray(photo.convert("RGBA"))
    drawing = picture.convert("RGBA")
    drawing.thumbnail((4 * SIDE, 4 * SIDE))
    side = round(max(drawing.size) * (1 + 2 * MARGIN))
    sheet = Image.new("RGBA", (side, side))
    sheet.paste(drawing, ((side - drawing.width) // 2, (side - drawing.height) // 2))
    return np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def is_drawing(picture: Image.Image) -> bool:
    """Whether a picture may be transparent."""
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
