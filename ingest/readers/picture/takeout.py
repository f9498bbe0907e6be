"""The JSON of Google Takeout beside a photo: what was written about it, who is on it, when and where."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ingest.readers.picture.metadata import Metadata
from semsearch.pictures.details import place_of
from semsearch.records import DateSource


def of_takeout(data: bytes, name: str) -> Metadata:
    """Return what the JSON says about the picture with this name. Damaged JSON says nothing.

    Its time is in UTC, because it does not say where the photo was taken.
    """
    found = Metadata()
    with suppress(ValueError, RecursionError, OverflowError):
        _read(json.loads(data), name, found)
    return found


def _read(told: Any, name: str, found: Metadata) -> None:
    if not isinstance(told, dict):
        return
    if (title := _text(told, "title")) != name:  # the name of the picture was cut, or changed
        found.add("title", title)
    found.add("description", _text(told, "description"))
    people = told.get("people")
    for person in people if isinstance(people, list) else ():
        found.add("PersonInImage", _text(person, "name"))
    with suppress(ValueError, OverflowError, OSError):
        seconds = int(_text(told.get("photoTakenTime"), "timestamp"))
        found.date(datetime.fromtimestamp(seconds, UTC), DateSource.TAKEOUT)
    for name in ("geoData", "geoDataExif"):  # where somebody put the photo on the map, and what its EXIF says
        found.shot("", _position(told.get(name)))


def _position(told: Any) -> tuple[float, float] | None:
    angles = [told.get(name) if isinstance(told, dict) else None for name in ("latitude", "longitude")]
    return place_of(*(float(each) if isinstance(each, float | int) else math.nan for each in angles))


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return str(value) if isinstance(value, str | int) else ""
