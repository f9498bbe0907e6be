"""Pictures inside of files that are no pictures for Pillow: previews of raw photos and PostScript drawings.

PostScript is a program. It is never run: only a preview that lies beside the program is looked at.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from semsearch.errors import NothingToIndexError
from semsearch.message import say
from semsearch.pictures.limits import check_pixels
from semsearch.pictures.raw import is_raw, picture_of

POSTSCRIPT = b"%!PS-Adobe"
# The header of EPS for Windows. It says where the program lies, a metafile, and a TIFF.
_WITH_TIFF = b"\xc5\xd0\xd3\xc6"
# A preview in hexadecimal digits, line by line after a percent sign.
_IN_DIGITS = re.compile(
    rb"%%BeginPreview:\s*(\d{1,6})\s+(\d{1,6})\s+([1248])\s+\d+\s+(.*?)%%EndPreview", re.DOTALL
)
_DRAWING, _RAW = "image/x-eps", "image/x-raw"


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture file that was found in another file, and the media type of that other file."""

    data: bytes
    media_type: str


def preview_of(data: bytes) -> Preview | None:
    """The preview in a file; None for a file that is a picture itself, or something else.

    Raises NothingToIndexError for a drawing or a raw photo without a preview, and FileError for one with too
    many pixels.
    """
    if is_raw(data):
        return Preview(picture_of(data), _RAW)
    if data.startswith(_WITH_TIFF):
        start, length = (int.from_bytes(data[at : at + 4], "little") for at in (20, 24))
        if length and data[start : start + length]:
            return Preview(data[start : start + length], _DRAWING)
    elif not data.startswith(POSTSCRIPT):
        return None
    if found := _IN_DIGITS.search(data):
        width, height, bits = (int(number) for number in found.groups()[:3])
        check_pixels("", width, height)
        return Preview(_drawn(width, height, bits, found[4]), _DRAWING)
    raise NothingToIndexError(say("no preview in this PostScript drawing, and its program is not run"))


def _drawn(width: int, height: int, bits: int, digits: bytes) -> bytes:
    """A preview as PNG. In its digits, 0 is white."""
    row = -(-width * bits // 8)
    packed = bytes.fromhex(
        re.sub(rb"[^0-9A-Fa-f]", b"", digits)[: 2 * row * height].decode("ascii").ljust(2, "0")
    )
    rows = np.frombuffer(packed.ljust(row * height, b"\0"), np.uint8).reshape(height, row)
    levels = np.unpackbits(rows, axis=1).reshape(height, -1, bits) @ (1 << np.arange(bits)[::-1])
    shades = 255 - levels[:, :width] * (255 // (2**bits - 1))
    file = io.BytesIO()
    Image.fromarray(shades.astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()
