"""Turn a picture into the square of pixels that a network takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling

_WHOLE, _CENTRE = "whole", "centre"
# Up to this ratio of the sides, a picture is squeezed into a square: the edge of a photo is worth more than
# true proportions. A longer picture is cut to this ratio first.
_WIDEST = 1.5


@dataclass(frozen=True, slots=True)
class Framing:
    """A square of `side` pixels: the whole picture, or with `resize` its centre.

    For the centre, the shorter side is scaled to `resize` pixels, and everything outside the central square
    of `side` pixels is cut off.
    """

    side: int
    resize: int | None = None
    resampling: Resampling = Resampling.BILINEAR

    @property
    def shorter_side(self) -> int:
        """The pixels of a picture's shorter side that the network can use."""
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
        """The framing as values for JSON, which `of_description` reads."""
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
        """Read what `described` returns. Raises ValueError, with the entry, when one is missing or wrong."""
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
    """Squeeze an RGB picture into a square of `side` pixels, cut to 1.5:1 first if it is longer."""
    width = min(picture.width, picture.height * _WIDEST)
    height = min(picture.height, picture.width * _WIDEST)
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.resize((side, side), Resampling.BILINEAR, box=box, reducing_gap=2.0)


def squeezed(picture: Image, side: int) -> npt.NDArray[np.uint8]:
    """RGB pixels of a whole picture, of shape (1, height, width, 3).

    Up to 1.5:1 it is a square of `side` pixels. Of a longer picture, the longer side is longer than that.
    """
    aspect = picture.width / picture.height
    width, height = max(1.0, aspect / _WIDEST), max(1.0, 1 / (aspect * _WIDEST))
    size = (round(side * width), round(side * height))
    return np.asarray(picture.convert("RGB").resize(size, Resampling.BILINEAR, reducing_gap=2.0))[None]


def _pixels(description: Mapping[str, Any], name: str) -> int:
    value = description.get(name)
    if type(value) is not int or not 1 <= value <= 4096:
        raise ValueError(f"`{name}` is {value!r}, not a number of pixels from 1 to 4096")
    return value
