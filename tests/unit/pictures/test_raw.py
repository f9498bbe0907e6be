"""Raw photos: the JPEG in them is looked at, upright, with their date."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest
from PIL import Image

from ingest.readers.picture.picture import read_picture
from semsearch.errors import FileError, NothingToIndexError
from semsearch.pictures.decode import decode
from tests.unit.pictures.test_decode import encode, gradient

DATE = "2019:07:14 20:15:30"
SENSOR = 32_803


def directory(order: str, at: int, fields: dict[int, int | str], following: int = 0) -> bytes:
    """A directory of TIFF that lies at `at`; texts stand behind it."""
    rows, texts = b"", b""
    end = at + 2 + 12 * len(fields) + 4
    for tag, value in sorted(fields.items()):
        if isinstance(value, str):
            rows += struct.pack(f"{order}HHII", tag, 2, len(value) + 1, end + len(texts))
            texts += value.encode() + b"\0"
        else:
            rows += struct.pack(f"{order}HHII", tag, 4, 1, value)
    return struct.pack(f"{order}H", len(fields)) + rows + struct.pack(f"{order}I", following) + texts


def raw(start: bytes = b"II*\0", photometric: int = SENSOR, orientation: int = 6, **jpegs: bytes) -> bytes:
    """A raw file: a first directory, EXIF below it, a directory of the sensor, and JPEGs."""
    order = ">" if start.startswith(b"MM") else "<"
    exif = directory(order, 200, {0x9003: DATE})
    sensor = directory(order, 300, {254: 0, 262: photometric})
    first = directory(order, 8, {254: 1, 274: orientation, 330: 300, 0x8769: 200})
    body = (start + struct.pack(f"{order}I", 8) + first).ljust(200, b"\0") + exif
    return (
        body.ljust(300, b"\0")
        + sensor.ljust(100, b"\0")
        + b"".join(jpegs.values())
        + b"\xff\xd8\xff"
        + bytes(99)
    )


SMALL, LARGE = encode(gradient(64, 48), "JPEG"), encode(gradient(320, 240), "JPEG")


@pytest.mark.parametrize("start", [b"II*\0", b"MM\0*", b"IIRO", b"MMOR", b"IIU\0"])
def test_the_largest_jpeg_is_looked_at_upright(start: bytes) -> None:
    picture = decode(raw(start, small=SMALL, large=LARGE), 64)
    assert (picture.media_type, picture.width, picture.height) == ("image/x-raw", 240, 320)
    top, bottom = picture.image.getpixel((32, 3)), picture.image.getpixel((32, 80))
    assert top[0] < 40 < 200 < bottom[0]  # type: ignore[index]


def test_its_date_is_that_of_the_shot() -> None:
    document = read_picture(raw(large=LARGE), "DSC_0001.NEF", 32, {})
    assert datetime.fromtimestamp(document.dated) == datetime(2019, 7, 14, 20, 15, 30)


def test_a_jpeg_with_exif_of_its_own_keeps_it() -> None:
    exif = Image.Exif()
    exif[274] = 1
    data = b"FUJIFILMCCD-RAW 0201" + bytes(200) + encode(gradient(320, 240), "JPEG", exif=exif)
    assert (decode(data, 32).width, decode(data, 32).media_type) == (320, "image/x-raw")
    assert decode(raw(large=encode(gradient(320, 240), "JPEG", exif=exif)), 32).width == 320


def test_a_raw_file_of_canon_in_boxes_tells_its_date_and_orientation() -> None:
    def box(name: bytes, tag: int, value: int | str) -> bytes:
        tiff = b"II*\0" + struct.pack("<I", 8) + directory("<", 8, {tag: value})
        return struct.pack(">I", 8 + len(tiff)) + name + tiff

    data = (
        struct.pack(">I", 24)
        + b"ftypcrx \0\0\0\1crx isom"
        + box(b"CMT1", 274, 8)
        + box(b"CMT2", 0x9003, DATE)
    )
    document = read_picture(data + SMALL + LARGE, "IMG_0001.CR3", 32, {})
    assert (document.media_type, document.width, document.height) == ("image/x-raw", 240, 320)
    assert datetime.fromtimestamp(document.dated) == datetime(2019, 7, 14, 20, 15, 30)


def test_a_tiff_without_values_of_a_sensor_is_no_raw_file() -> None:
    assert decode(encode(gradient(320, 240), "TIFF"), 32).media_type == "image/tiff"


def test_a_raw_file_without_a_jpeg_has_nothing_to_index() -> None:
    for data in (raw(), b"IIRO", b"FUJIFILMCCD-RAW"):
        with pytest.raises(NothingToIndexError, match="no preview in this raw photo"):
            decode(data, 32)


def test_directories_that_lead_in_circles_end() -> None:
    data = bytearray(raw(photometric=2))
    data[300 + 2 + 24 : 300 + 2 + 28] = struct.pack("<I", 8)
    with pytest.raises(FileError, match="TIFF"):
        decode(bytes(data), 32)
