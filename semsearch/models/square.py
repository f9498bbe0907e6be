"""The square that a small network looks at."""

from __future__ import annotations

from PIL.Image import Image, Resampling

# A picture that is wider than this is cut at its sides; up to it, it is squeezed: what stands at the
# edge of a photo is worth more than true proportions.
_WIDEST = 1.5


def whole_square(picture: Image, side: int) -> Image:
    """An RGB picture as a square of `side` pixels that shows as much of it as bearable."""
    width = min(picture.width, picture.height * _WIDEST)
    height = min(picture.height, picture.width * _WIDEST)
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.resize((side, side), Resampling.BILINEAR, box=box, reducing_gap=2.0)
