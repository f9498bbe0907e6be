"""Make picture files that are small and take much memory or time to decode."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

from tests.heic import heic as small_heic

_SIDE = 9_400  # just below the limit on pixels: the most that is decoded


def png(side: int = _SIDE) -> bytes:
    """A transparent picture: some 350 kB, 350 MB of pixels."""
    rows = zlib.compressobj(9)
    pixels = b"".join(rows.compress(bytes(4 * side + 1)) for _ in range(side)) + rows.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def svg(filters: int = 100) -> bytes:
    """A drawing of some 9 kB that takes minutes to render."""
    noise = '<feTurbulence baseFrequency="0.9" numOctaves="90"/>'
    made = "".join(f'<filter id="f{n}">{noise}</filter>' for n in range(filters))
    used = "".join(f'<rect width="999" height="999" filter="url(#f{n})"/>' for n in range(filters))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="999" height="999">{made}{used}</svg>'.encode()


def tiff(side: int = _SIDE, pages: int = 1_000) -> bytes:
    """A scan of many pages, which all have the same pixels: some 200 kB, 88 MB of pixels a page."""
    strip = zlib.compress(bytes(side * side), 9)
    made = b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip
    for page in range(pages):
        following = len(made) + 2 + 9 * 12 + 4
        tags = (
            *((256, side), (257, side), (258, 8), (259, 8), (262, 1)),
            *((273, 8), (277, 1), (278, side), (279, len(strip))),
        )
        made += struct.pack("<H", len(tags)) + b"".join(
            struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags
        )
        made += struct.pack("<I", following if page < pages - 1 else 0)
    return made


def gif(side: int = _SIDE, frames: int = 7) -> bytes:
    """An animation of equal frames: some 65 kB a frame, 88 MB of pixels."""
    file = io.BytesIO()
    Image.new("P", (side, side), 1).save(file, "GIF")
    single = file.getvalue()
    start = single.index(b"\x2c")
    return single[:start] + single[start:-1] * frames + b";"


def webp(side: int = 16_383) -> bytes:
    """A picture whose header states more than a gigabyte of pixels."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "WEBP", lossless=True)
    made = bytearray(file.getvalue())
    made[21:25] = struct.pack("<I", (side - 1) | (side - 1) << 14)
    return bytes(made)


def heic(side: int = 30_000) -> bytes:
    """A picture of 64 × 64 pixels whose header states 900 megapixels."""
    size = b"ispe" + struct.pack(">III", 0, 64, 64)
    return small_heic().replace(size, b"ispe" + struct.pack(">III", 0, side, side))


def avif(side: int = 7_700) -> bytes:
    """A picture of one colour: some 2 kB, 240 MB of pixels."""
    file = io.BytesIO()
    Image.new("RGB", (side, side)).save(file, "AVIF", speed=10)
    return file.getvalue()


def bmp(side: int = 2_500) -> bytes:
    """A picture that takes as many bytes as may be posted: 19 MB."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(file, "BMP")
    return file.getvalue()


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "png": png, "svg": svg, "tiff": tiff, "heic": heic, "avif": avif, "gif": gif, "webp": webp
}  # fmt: skip
