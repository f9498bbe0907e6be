"""What a picture file says about itself in EXIF, IPTC, XMP and comments."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from defusedxml import DefusedXmlException
from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile

from ingest.readers.picture.metadata import Metadata
from ingest.readers.picture.xmp import add_xmp, read_date
from semsearch.pictures.details import details_of
from semsearch.records import DateSource

_IPTC: Mapping[int, str] = {
    5: "title", 25: "subject", 80: "creator", 90: "City", 92: "Location", 95: "State", 101: "Country",
    105: "Headline", 120: "description",
}  # fmt: skip
_IPTC_DATE = (2, 55)
# EXIF fields that Windows writes as UTF-16.
_WINDOWS = {
    ExifTags.Base.XPTitle: "title",
    ExifTags.Base.XPComment: "description",
    ExifTags.Base.XPSubject: "description",
    ExifTags.Base.XPKeywords: "subject",
}
# The text chunks of PNG, and the comments of JPEG and GIF.
_COMMENTS = {
    "Title": "title",
    "Description": "description",
    "Comment": "description",
    "comment": "description",
}

# Programs write EXIF dates with other signs than the standard's "2019:07:04 12:30:00", or without a time.
_EXIF_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)(?:[ T]([01]\d|2[0-4]):([0-5]\d)(?::(\d\d))?|$)")


def of_picture(picture: ImageFile) -> Metadata:
    """Return what an opened picture says about itself. Damaged metadata is skipped: the pixels count."""
    found = Metadata()
    for read in (_exif, _shot, _iptc, _embedded_xmp, _located, _digitized, _comments):
        _add_from(read, picture, found)
    return found


def _add_from(read: Callable[[ImageFile, Metadata], None], picture: ImageFile, found: Metadata) -> None:
    # Pillow raises nearly any error on the metadata that some programs write.
    with contextlib.suppress(Exception, DefusedXmlException):
        read(picture, found)


def _exif(image: ImageFile, found: Metadata) -> None:
    exif = image.getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    found.date(_exif_date(inner.get(ExifTags.Base.DateTimeOriginal)), DateSource.EXIF)
    found.add("description", _text(exif.get(ExifTags.Base.ImageDescription)))
    for tag, name in _WINDOWS.items():
        value = exif.get(tag)
        if isinstance(value, bytes):
            for part in (
                value.decode("utf-16-le", "ignore").rstrip("\0").split(";" if name == "subject" else "\0")
            ):
                found.add(name, part)
    comment = inner.get(ExifTags.Base.UserComment)
    if isinstance(comment, bytes):
        # The first eight bytes name the encoding.
        encoding = "utf-16" if comment.startswith(b"UNICODE") else "utf-8"
        found.add("description", comment[8:].decode(encoding, "ignore"))
    found.add("creator", _text(exif.get(ExifTags.Base.Artist)))


def _shot(image: ImageFile, found: Metadata) -> None:
    known = details_of(image)
    found.shot(known.camera, known.place)


def _located(image: ImageFile, found: Metadata) -> None:
    """Read the day of GPS, which counts where the clock of the camera says nothing. It is in UTC."""
    position = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    found.date(_exif_date(position.get(ExifTags.GPS.GPSDateStamp)), DateSource.EXIF)


def _digitized(image: ImageFile, found: Metadata) -> None:
    """Read when a picture was scanned, which counts where nothing says when it was taken."""
    inner = image.getexif().get_ifd(ExifTags.IFD.Exif)
    found.date(_exif_date(inner.get(ExifTags.Base.DateTimeDigitized)), DateSource.SCANNED)


def _exif_date(value: object) -> datetime | None:
    """Read what the clock of the camera showed. Its offset from UTC, which EXIF may state, says no more."""
    parts = _EXIF_DATE.match(_text(value))
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups())
    try:
        return datetime(year, month, day) + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None


def _iptc(image: ImageFile, found: Metadata) -> None:
    records = IptcImagePlugin.getiptcinfo(image) or {}
    for (record, number), value in records.items():
        name = _IPTC.get(number) if record == 2 else None
        for each in value if isinstance(value, list) else [value]:
            if name:
                found.add(name, _text(each))
    # 0000 in place of the month and the day says that only the year is known.
    if created := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", _text(records.get(_IPTC_DATE))):
        year, month, day = (
            part.replace("00", "01") if n else part for n, part in enumerate(created.groups())
        )
        found.date(read_date(f"{year}-{month}-{day}"), DateSource.IPTC)


def _embedded_xmp(image: ImageFile, found: Metadata) -> None:
    data = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if data:
        add_xmp(data.encode() if isinstance(data, str) else data, found)


def _comments(image: ImageFile, found: Metadata) -> None:
    for key, name in _COMMENTS.items():
        found.add(name, _text(image.info.get(key)))


def _text(value: object) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8").strip("\0 ")
        except UnicodeDecodeError:
            return value.decode("cp1252", "replace").strip("\0 ")
    if not isinstance(value, str):
        return ""
    with contextlib.suppress(UnicodeError):
        # Pillow decodes EXIF as Latin-1, but programs of today write UTF-8.
        value = value.encode("latin-1").decode("utf-8")
    return value.strip("\0 ")
