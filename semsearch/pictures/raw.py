"""The picture in a raw file of a camera: the JPEG that the camera made, with what the file says of it."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator, Mapping

from PIL import ExifTags, Image

from semsearch.errors import NothingToIndexError
from semsearch.message import say

# First bytes of raw files that are not TIFF by their first bytes, though some have its structure.
_STARTS = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW", b"\0MRM", b"FOVb")
_LITTLE, _BIG = b"II*\0", b"MM\0*"
_CANON = b"crx "
_SUB_FILES, _PHOTOMETRIC = 330, 262
# The values of a sensor, before they are made into colours, and the same after that.
_OF_SENSOR = frozenset({32_803, 34_892})
_MOST_DIRECTORIES = 64
_JPEG = b"\xff\xd8\xff"
_FRAMES, _ENDS = frozenset({0xC0, 0xC1, 0xC2}), frozenset({0xC3, 0xD9, 0xDA})
_MOST_JPEGS, _MOST_SEGMENTS = 200, 100
# What is kept of the raw file: fields of its first directory, and of that of EXIF.
_KEPT = (
    ExifTags.Base.Orientation,
    ExifTags.Base.ImageDescription,
    ExifTags.Base.Artist,
    ExifTags.Base.Make,
    ExifTags.Base.Model,
)
_KEPT_OF_EXIF = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)


def is_raw(data: bytes) -> bool:
    """Whether a file begins as a raw file does. A TIFF is one if a picture in it has values of a sensor."""
    if data.startswith(_STARTS) or (data[4:8] == b"ftyp" and data[8:12] == _CANON):
        return True
    if not data.startswith((_LITTLE, _BIG)):
        return False
    return data[8:10] == b"CR" or any(
        fields.get(_PHOTOMETRIC, 0) in _OF_SENSOR for fields in _directories(data)
    )


def picture_of(data: bytes) -> bytes:
    """The largest JPEG in a raw file. Raises NothingToIndexError if there is none."""
    found = max(_jpegs(data), default=None)
    if found is None:
        raise NothingToIndexError(say("no preview in this raw photo"))
    jpeg = data[found[1] :]
    if b"Exif\0\0" in jpeg[:65_536]:
        return jpeg
    with contextlib.suppress(Exception):  # Pillow raises nearly anything on damaged metadata
        exif = b"Exif\0\0" + _exif(data).tobytes().removeprefix(b"Exif\0\0")
        return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    return jpeg


def _jpegs(data: bytes) -> Iterator[tuple[int, int]]:
    """The pixels of each JPEG in a file, and where it begins. One that keeps every bit is the raw data."""
    at = data.find(_JPEG)
    for _ in range(_MOST_JPEGS):
        if at < 0:
            return
        if pixels := _pixels(data, at):
            yield pixels, at
        at = data.find(_JPEG, at + len(_JPEG))


def _pixels(data: bytes, at: int) -> int:
    at += 2
    for _ in range(_MOST_SEGMENTS):
        if at + 9 > len(data) or data[at] != 0xFF or data[at + 1] in _ENDS:
            return 0
        if data[at + 1] in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return int(height * width)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0


def _exif(data: bytes) -> Image.Exif:
    """The fields of a raw file that are kept."""
    kept = Image.Exif()
    first, second = Image.Exif(), Image.Exif()
    if data[8:12] == _CANON:
        first.load(_box(data, b"CMT1"))
        second.load(_box(data, b"CMT2"))
        of_exif: Mapping[int, object] = second
    else:
        first.load(b"Exif\0\0" + (_BIG if data.startswith(b"MM") else _LITTLE) + data[4:])
        of_exif = first.get_ifd(ExifTags.IFD.Exif)
    for field in _KEPT:
        if field in first:
            kept[field] = first[field]
    inner = {int(field): of_exif[field] for field in _KEPT_OF_EXIF if field in of_exif}
    if inner:
        kept[int(ExifTags.IFD.Exif)] = inner
    return kept


def _box(data: bytes, name: bytes) -> bytes:
    at = data.find(name)
    size = int.from_bytes(data[at - 4 : at], "big") if at >= 4 else 0
    return b"Exif\0\0" + data[at + 4 : at - 4 + size] if size else b""


def _directories(data: bytes) -> Iterator[dict[int, int]]:
    """The directories of a TIFF, those below others too: the first value of each field that is a number."""
    order = "<" if data.startswith(_LITTLE) else ">"
    todo, seen = [struct.unpack_from(f"{order}I", data, 4)[0]] if len(data) >= 8 else [], set[int]()
    while todo and len(seen) < _MOST_DIRECTORIES:
        at = todo.pop()
        if at in seen or at == 0 or at + 2 > len(data):
            continue
        seen.add(at)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        end = at + 2 + 12 * count
        if end + 4 > len(data):
            continue
        fields: dict[int, int] = {}
        for entry in range(at + 2, end, 12):
            tag, kind, number, value = struct.unpack_from(f"{order}HHII", data, entry)
            fields[tag] = struct.unpack_from(f"{order}H", data, entry + 8)[0] if kind == 3 else value
            if tag == _SUB_FILES and number > 1:
                inside = data[value : value + 4 * min(number, _MOST_DIRECTORIES)]
                todo += struct.unpack(f"{order}{len(inside) // 4}I", inside[: len(inside) // 4 * 4])
            elif tag == _SUB_FILES:
                todo.append(value)
        todo.append(struct.unpack_from(f"{order}I", data, end)[0])
        yield fields
