"""How a picture becomes the square of pixels that a network looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling

_WHOLE, _CENTRE = "whole", "centre"
# A picture that is wider than this is cut at its sides; up to it, it is squeezed: what stands at the
# edge of a photo is worth more than true proportions.
_WIDEST = 1.5


@dataclass(frozen=True, slots=True)
class Framing:
    """The whole picture in a square of `side` pixels; with `resize`, the square in its centre instead.

    The latter is what remains when the shorter side is scaled to `resize` and all beyond `side` cut off.
    """

    side: int
    resize: int | None = None
    resampling: Resampling = Resampling.BILINEAR

    @property
    def shorter_side(self) -> int:
        """Pixels of a picture's shorter side that are of use."""
        return self.resize or self.side

    def pixels(self, picture: Image) -> npt.NDArray[np.uint8]:
        """RGB pixels of shape (side, side, 3)."""
        picture = picture if picture.mode == "RGB" else picture.convert("RGB")
        if self.resize is None:
            return np.asarray(whole_square(picture, self.side))
        # Only the square is scaled, so that the longer side of a banner costs nothing.
        side = min(picture.size) * self.side / self.resize
        left, top = (picture.width - side) / 2, (picture.height - side) / 2
        box = (left, top, left + side, top + side)
        return np.asarray(picture.resize((self.side, self.side), self.resampling, box=box))

    def described(self) -> dict[str, Any]:
        """For a JSON file; `of_description` is the way back."""
        if self.resize is None:
            return {"side": self.side, "square": _WHOLE}
        return {
            "side": self.side,
            "square": _CENTRE,
            "resize": self.resize,
            "resampling": self.resampling.name.lower(),
        }

    @classmethod
    def of_description(cls, description: Mapping[str, Any]) -> Framing:
        """Raises ValueError, naming the entry, when one is missing or makes no sense."""
        side = _pixels(description, "side")
        match description.get("square", _WHOLE):
            case "whole":
                return cls(side)
            case "centre":
                name = str(description.get("resampling", "bilinear"))
                try:
                    return cls(side, _pixels(description, "resize"), Resampling[name.upper()])
                except KeyError as error:
                    raise ValueError(f"`resampling` is {name!r}") from error
            case other:
                raise ValueError(f"`square` is {other!r}, neither {_WHOLE!r} nor {_CENTRE!r}")


def whole_square(picture: Image, side: int) -> Image:
    """An RGB picture as a square of `side` pixels that shows as much of it as bearable."""
    width = min(picture.width, picture.height * _WIDEST)
    height = min(picture.height, picture.width * _WIDEST)
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.resize((side, side), Resampling.BILINEAR, box=box, reducing_gap=2.0)


def _pixels(description: Mapping[str, Any], name: str) -> int:
    value = description.get(name)
    if type(value) is not int or not 1 <= value <= 4096:
        raise ValueError(f"`{name}` is {value!r}, no number of pixels")
    return value
