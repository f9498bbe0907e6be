"""The most pixels of a picture. They are compared with what its header says, before a pixel is decoded."""

from __future__ import annotations

import re

from PIL import Image

from semsearch.errors import FileError

# Pillow's own limit, 356 MB as RGBA. Some formats have a limit of their own. A JPEG may be larger (phones
# make 200 megapixels), because it is reduced while it is decoded. WebP needs 16 bytes a pixel, and AVIF 12.
MAX_PIXELS = 89_478_485
_MOST = {"JPEG": 256_000_000, "MPO": 256_000_000, "WEBP": 50_000_000, "AVIF": 60_000_000}
# Pillow has one limit for the whole process, and refuses a JPEG before it could be reduced. The limits above
# replace it.
Image.MAX_IMAGE_PIXELS = None

_WEBP_EXTENDED = re.compile(rb"RIFF....WEBPVP8X.{8}(...)(...)", re.DOTALL)
_WEBP_LOSSLESS = re.compile(rb"RIFF....WEBPVP8L.{4}\x2f(....)", re.DOTALL)


def check_pixels(format: str, width: int, height: int) -> None:
    """Raise FileError, with the size and the limit, for a picture with too many pixels for its format."""
    most = _MOST.get(format, MAX_PIXELS)
    if width * height > most:
        raise FileError(
            f"too large: {width} x {height} pixels are {width * height / 1e6:,.0f} megapixels, and "
            f"{most // 10**6} are the most. Save a smaller copy to have it indexed"
        )


def check_canvas(data: bytes) -> None:
    """Check the size of a WebP picture: its reader takes memory for the whole of it when it opens a file."""
    if sides := _WEBP_EXTENDED.match(data):
        check_pixels("WEBP", *(int.from_bytes(side, "little") + 1 for side in sides.groups()))
    elif sides := _WEBP_LOSSLESS.match(data):
        packed = int.from_bytes(sides[1], "little")
        check_pixels("WEBP", (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
