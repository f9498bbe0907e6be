"""Formats of icons, games and old programs, and what a small file of them may say about its size."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from semsearch.errors import FileError
from semsearch.formats.table import FORMATS
from semsearch.pictures.decode import decode
from tests.unit.pictures.test_decode import encode, gradient


@pytest.mark.parametrize("format", ["PPM", "ICNS", "DDS", "QOI", "PCX", "TGA", "DIB"])
def test_a_picture_is_decoded_whatever_its_name(format: str) -> None:
    side = 512 if format == "ICNS" else 480
    picture = decode(encode(gradient(side * 4 // 3 if side == 480 else side, side), format), 224)
    assert picture.media_type == FORMATS.of_pillow(format).media_type
    left, right = picture.image.getpixel((5, 100)), picture.image.getpixel((picture.image.width - 9, 100))
    assert left[0] < 40 < 200 < right[0]  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "F"])
def test_a_pixmap_may_have_any_depth(mode: str) -> None:
    dark, bright = (Image.new("L", (64, 48), shade) for shade in (0, 255))
    dark.paste(bright.crop((0, 0, 32, 48)), (32, 0))
    picture = (
        Image.fromarray(np.asarray(dark).astype(np.uint16) * 257) if mode == "I;16" else dark.convert(mode)
    )
    shades = np.asarray(decode(encode(picture, "PPM"), 48).image)
    assert shades[:, :24].mean() < 30 < 220 < shades[:, 40:].mean()


def test_of_an_icon_the_largest_picture_is_looked_at() -> None:
    data = encode(gradient(256, 256), "ICO", sizes=[(16, 16), (64, 64), (256, 256)])
    picture = decode(data, 128)
    assert (picture.media_type, picture.width, picture.height) == ("image/x-icon", 256, 256)


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is so large."""
    head = struct.pack(">4sIIBBBBB", b"IHDR", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def icon(content: bytes) -> bytes:
    return struct.pack("<3H4B2H2I", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(content), 22) + content


def bitmap(width: int, height: int) -> bytes:
    return struct.pack("<IiiHH24x", 40, width, height * 2, 1, 32)


@pytest.mark.parametrize(
    "data",
    [
        icon(png_of(30_000, 30_000)),
        icon(bitmap(30_000, 30_000)),
        b"icns" + struct.pack(">I4sI", 8 + 8 + 33, b"ic10", 41) + png_of(30_000, 30_000),
        b"icns" + struct.pack(">I4sI8sII", 46, b"ic10", 38, b"....ihdr", 30_000, 30_000),
        b"P6 30000 30000 255\n",
        b"qoif" + struct.pack(">IIBB", 30_000, 30_000, 4, 0),
        struct.pack("<BBB5x4xHHBB", 0, 0, 10, 30_000, 30_000, 24, 0) + b"\0" * 9,
        struct.pack("<BBBBHHHHHH48xBBH", 10, 5, 1, 8, 0, 0, 29_999, 29_999, 1, 1, 0, 3, 30_000) + b"\0" * 60,
        struct.pack("<IiiHH24x", 40, 30_000, 30_000, 1, 24),
        struct.pack("<4sIIIIIII44xII4sIIIII16x", b"DDS ", 124, 0x1007, 30_000, 30_000, 0, 0, 0,
                    32, 0x41, b"", 32, 0xFF, 0xFF00, 0xFF0000, 0xFF000000) + b"\0" * 9,
    ],
    ids=["ico-png", "ico-bitmap", "icns-png", "icns-jp2", "ppm", "qoi", "tga", "pcx", "dib", "dds"],
)  # fmt: skip
def test_a_bomb_is_refused_before_it_is_decoded(data: bytes) -> None:
    with pytest.raises(FileError, match="too large: 30000 x 30000 pixels"):
        decode(data, 32)


@pytest.mark.parametrize("format", ["ICO", "ICNS", "DDS", "QOI", "PCX", "TGA", "PPM", "DIB"])
def test_a_file_cut_off_is_an_error_with_a_reason(format: str) -> None:
    data = encode(gradient(128, 128), format)
    for part in (20, len(data) // 2):
        with pytest.raises(FileError):
            decode(data[:part], 32)
