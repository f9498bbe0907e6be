"""How and where a photo was taken, as its EXIF data say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags
from PIL.ImageFile import ImageFile

from semsearch.pictures.camera import camera_name
from semsearch.pictures.decode import opened

_LONGEST = 80
_SHOT = (
    ExifTags.Base.ExposureTime,
    ExifTags.Base.FNumber,
    ExifTags.Base.FocalLength,
    ExifTags.Base.ISOSpeedRatings,
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Details:
    """The camera, its settings, and the place in degrees north and east. Empty or None is not known."""

    camera: str = ""
    lens: str = ""
    exposure: str = ""
    place: tuple[float, float] | None = None


def details(data: bytes) -> Details:
    """The details of a picture file; those that are missing or damaged are left out."""
    try:
        with opened(data) as image:
            return details_of(image)
    except Exception:
        # Pillow raises nearly anything on damaged EXIF data, and a drawing has none.
        return Details()


def details_of(image: ImageFile) -> Details:
    """The details of an opened picture. Raises what Pillow raises on damaged EXIF data."""
    exif = image.getexif()
    shot, position = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    return Details(
        camera_name(text_of(exif.get(ExifTags.Base.Make)), text_of(exif.get(ExifTags.Base.Model))),
        text_of(shot.get(ExifTags.Base.LensModel)),
        _exposure(shot),
        _place(position),
    )


def text_of(value: object) -> str:
    """A value as a short text without unseen characters; "" for one that is no text."""
    return _UNSEEN.sub("", value).strip()[:_LONGEST] if isinstance(value, str) else ""


def _number(value: Any) -> float:
    """A value as a number; 0 for one that is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return number if 0 < number < 1e6 else 0.0


def _exposure(shot: Mapping[int, Any]) -> str:
    """The settings as photographers write them: "1/250 s, f/2.8, 35 mm, ISO 100"."""
    seconds, aperture, length, speed = (_number(shot.get(tag)) for tag in _SHOT)
    parts = (
        (f"1/{1 / seconds:.0f} s" if seconds < 0.5 else f"{seconds:g} s") if seconds else "",
        f"f/{aperture:g}" if aperture else "",
        f"{length:g} mm" if length else "",
        f"ISO {speed:.0f}" if speed else "",
    )
    return ", ".join(filter(None, parts))


def _place(position: Mapping[int, Any]) -> tuple[float, float] | None:
    try:
        return place_of(
            _degrees(position[ExifTags.GPS.GPSLatitude], position[ExifTags.GPS.GPSLatitudeRef], "S"),
            _degrees(position[ExifTags.GPS.GPSLongitude], position[ExifTags.GPS.GPSLongitudeRef], "W"),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def place_of(north: float, east: float) -> tuple[float, float] | None:
    """A place, in degrees; None for what is none, and for zeros, which cameras without a signal write."""
    is_place = abs(north) <= 90 and abs(east) <= 180 and (north, east) != (0.0, 0.0)
    return (round(north, 6), round(east, 6)) if is_place else None


def _degrees(value: Any, side: object, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in value)
    size = degrees + minutes / 60 + seconds / 3600
    return -size if side == negative else size
