"""What the first bytes of a file say."""

from __future__ import annotations

from semsearch.formats import table
from semsearch.records import Kind

# What files that are no pictures, and have no row in the table, begin with.
_OTHERS = (
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_HEIF_BRANDS = frozenset({
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
})  # fmt: skip


def looks_like(data: bytes) -> tuple[str, bool]:
    """What the first bytes say the file is, for a message, and whether such pictures are read.

    The name is empty when they say nothing.
    """
    for row in table.FORMATS.rows:
        if data.startswith(row.starts):
            return row.name, row.kind is Kind.IMAGE
    for start, name in _OTHERS:
        if data.startswith(start):
            return name, False
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
