"""The most pixels of a picture. They are compared with what its header says, before a pixel is decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PIL import Image

from semsearch.errors import FileError
from semsearch.message import say

# Pillow's own limit, 356 MB as RGBA. Some formats have a limit of their own. A JPEG may be larger (phones
# make 200 megapixels), because it is reduced while it is decoded. WebP needs 16 bytes a pixel, and AVIF 12.
MAX_PIXELS = 89_478_485
_MOST = {"JPEG": 256_000_000, "MPO": 256_000_000, "WEBP": 50_000_000, "AVIF": 60_000_000}
# Pillow has one limit for the whole process, and refuses a JPEG before it could be reduced. The limits above
# replace it.
Image.MAX_IMAGE_PIXELS = None

_WEBP_EXTENDED = re.compile(rb"RIFF....WEBPVP8X.{8}(...)(...)", re.DOTALL)
_WEBP_LOSSLESS = re.compile(rb"RIFF....WEBPVP8L.{4}\x2f(....)", re.DOTALL)


_OF_ICONS = (b"\0\0\1\0", b"icns")
_PNG_SIZE = re.compile(rb"\x89PNG\r\n\x1a\n....IHDR(....)(....)", re.DOTALL)
_JP2_SIZE = re.compile(rb"ihdr(....)(....)", re.DOTALL)


def check_pixels(format: str, width: int, height: int) -> None:
    """Raise FileError, with the size and the limit, for a picture with too many pixels for its format."""
    most = _MOST.get(format, MAX_PIXELS)
    if width * height > most:
        raise FileError(
            say(
                "too large: {width} x {height} pixels are {size} megapixels, and {most} are the most. "
                "Save a smaller copy to have it indexed",
                width=str(width),
                height=str(height),
                size=round(width * height / 1e6),
                most=most // 10**6,
            )
        )


def check_canvas(data: bytes) -> None:
    """Check sizes that only the reader of a format looks at, when it has taken the memory.

    The reader of WebP takes memory for the whole picture when it opens a file. A file of icons says one size
    of each picture in it, and the picture itself may say another.
    """
    if data.startswith(_OF_ICONS):
        for width, height in _PNG_SIZE.findall(data):
            check_pixels("PNG", int.from_bytes(width), int.from_bytes(height))
        for height, width in _JP2_SIZE.findall(data):
            check_pixels("JPEG2000", int.from_bytes(width), int.from_bytes(height))
        for start in _icons(data):
            width, height = (
                int.from_bytes(data[start + at : start + at + 4], "little", signed=True) for at in (4, 8)
            )
            check_pixels("BMP", abs(width), abs(height) // 2)
        return
    if sides := _WEBP_EXTENDED.match(data):
        check_pixels("WEBP", *(int.from_bytes(side, "little") + 1 for side in sides.groups()))
    elif sides := _WEBP_LOSSLESS.match(data):
        packed = int.from_bytes(sides[1], "little")
        check_pixels("WEBP", (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)


def _icons(data: bytes) -> Iterator[int]:
    """The places of the bitmaps in an ICO file, which have the header of a BMP without that of its file."""
    if not data.startswith(b"icns"):
        for entry in range(6, 6 + 16 * int.from_bytes(data[4:6], "little"), 16):
            start = int.from_bytes(data[entry + 12 : entry + 16], "little")
            if data[start : start + 4] == b"\x28\0\0\0":
                yield start
