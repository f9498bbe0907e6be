"""What XMP says about a picture, in its file or beside it."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from ingest.readers.picture.metadata import NAMES, Metadata
from semsearch.pictures.camera import camera_name
from semsearch.pictures.details import place_of, text_of
from semsearch.records import DateSource

_TIFF, _EXIF = "{http://ns.adobe.com/tiff/1.0/}", "{http://ns.adobe.com/exif/1.0/}"
# Fields with other names in the places of IPTC Extension.
_OTHER_NAMES = {"Sublocation": "Location", "ProvinceState": "State", "CountryName": "Country"}
# Fields of other programs by their names with namespace: the names of faces, and tags with those above them.
_FACES = "{http://www.metadataworkinggroup.com/schemas/regions/}Name", "PersonDisplayName"
_TAG_PATHS, _LEVEL = ("TagsList", "hierarchicalSubject"), re.compile(r"[/|]")
_DATES = ("DateTimeOriginal", "DateCreated", "CreateDate")
# Fields of which the first value is taken, or that say something only together.
_SINGLE = frozenset(
    {
        *(f"{_TIFF}{name}" for name in ("Make", "Model")),
        *(f"{_EXIF}{name}" for name in ("GPSLatitude", "GPSLongitude")),
    }
)
_LONGEST_FILE = 1_000_000
_ANGLE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])")


def of_xmp(data: bytes) -> Metadata:
    """Return what an XMP file says about the picture beside it. A damaged one says nothing."""
    found = Metadata()
    with contextlib.suppress(ParseError, ValueError, LookupError):
        add_xmp(data, found)
    return found


def add_xmp(data: bytes, found: Metadata) -> None:
    """Read XMP. Properties are elements or attributes; a list has its values in rdf:li.

    Raises what the parser raises on damaged XML.
    """
    start = data.find(b"<")
    if start < 0 or len(data) > _LONGEST_FILE:
        return
    root = ElementTree.fromstring(data[start : data.rfind(b">") + 1])
    single: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            _property(name, [value], found, single)
        _property(element.tag, _items(element), found, single)
    for name in _DATES:
        if name in single:
            found.date(read_date(single[name]), DateSource.XMP)
    found.shot(
        camera_name(*(text_of(single.get(f"{_TIFF}{name}")) for name in ("Make", "Model"))),
        place_of(*(_degrees(single.get(f"{_EXIF}{name}", "")) for name in ("GPSLatitude", "GPSLongitude"))),
    )


def _property(full_name: str, values: Iterable[str], found: Metadata, single: dict[str, str]) -> None:
    name = _OTHER_NAMES.get(_local(full_name), _local(full_name))
    for value in values:
        if name in _DATES:
            single.setdefault(name, value)
        elif full_name in _SINGLE:
            single.setdefault(full_name, value)
        elif name in NAMES:
            found.add(name, value)
        elif full_name in _FACES or name in _FACES:
            found.add("PersonInImage", value)
        elif name in _TAG_PATHS:
            for level in _LEVEL.split(value):
                found.add("subject", level)


def _degrees(written: str) -> float:
    """An angle as "52,31.2N" or "52,31,12N"; NaN for what is none."""
    parts = _ANGLE.fullmatch(written.strip())
    if parts is None:
        return math.nan
    size = int(parts[1]) + float(parts[2]) / 60 + float(parts[3] or 0) / 3600
    return -size if parts[4] in "SW" else size


def _items(element: Element) -> list[str]:
    listed = [item.text or "" for item in element.iter() if _local(item.tag) == "li"]
    return listed or [element.text or ""]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def read_date(value: str) -> datetime | None:
    """Read a date of XMP, which may stop at the year, the month, the day or the minute."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?", value.strip())
    if parts is None:
        return None
    whole = f"{parts[1]}-{parts[2] or '01'}-{parts[3] or '01'}{parts[4] or ''}"
    try:
        return datetime.fromisoformat(whole)
    except ValueError:
        return None
