"""The picture formats that are read: told by their content, opened with a reader from a short list."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image
from PIL.ImageFile import ImageFile

# Readers that may be tried; Pillow has forty more, some of which run programs (EPS) or are unkempt.
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further views behind the first
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
    "PSD": "image/vnd.adobe.photoshop",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
_BOXED = (
    "AVIF",
    "HEIF",
)  # in this order: HEIF's reader takes every AVIF for its own, and then cannot decode it
_PLAIN = tuple(name for name in MEDIA_TYPES if name not in (*_BOXED, "MPO"))

# What files begin with, and whether pictures like this are read.
_STARTS = (
    (b"\xff\xd8\xff", "JPEG", True),
    (b"\x89PNG\r\n", "PNG", True),
    (b"GIF8", "GIF", True),
    (b"BM", "BMP", True),
    (b"II*\0", "TIFF", True),
    (b"MM\0*", "TIFF", True),
    (b"II+\0", "TIFF", True),
    (b"MM\0+", "TIFF", True),
    (b"RIFF", "WebP", True),
    (b"\0\0\0\x0cjP  ", "JPEG 2000", True),
    (b"\xff\x4f\xff\x51", "JPEG 2000", True),
    (b"8BPS", "Photoshop", True),
    (b"%PDF", "PDF", False),
    (b"%!PS", "PostScript", False),
    (b"PK\x03\x04", "a ZIP archive", False),
    (b"\x1f\x8b", "a gzip archive", False),
)
_HEIF_BRANDS = frozenset({
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
})  # fmt: skip


def opened(data: bytes) -> ImageFile:
    """A picture file of a format that is read, its pixels still to be decoded. Raises as Pillow does."""
    formats = _PLAIN
    if data[4:8] == b"ftyp":
        _register_heif()
        formats = _BOXED
    return Image.open(io.BytesIO(data), formats=formats)


@cache
def _register_heif() -> None:
    # Not at the top: it brings two libraries that most processes never need.
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def looks_like(data: bytes) -> tuple[str, bool]:
    """What the first bytes say the file is, for a message, and whether such pictures are read.

    The name is empty when they say nothing.
    """
    for start, name, is_read in _STARTS:
        if data.startswith(start):
            return name, is_read
    if data[4:8] == b"ftyp":
        return _boxed(data[8:12])
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "HTML", False
    if head.startswith(b"<"):
        return "XML", False
    if b"\0" not in head and all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head):
        return "text", False
    return "", False


def _boxed(brand: bytes) -> tuple[str, bool]:
    if brand in (b"avif", b"avis"):
        return "AVIF", True
    if brand in _HEIF_BRANDS:
        return "HEIF", True
    return "a video or a sound", False
