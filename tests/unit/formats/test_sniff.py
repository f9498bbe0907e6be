"""What the first bytes of a file say."""

import pytest

from semsearch.formats.sniff import looks_like


@pytest.mark.parametrize(
    ("data", "name", "is_read"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG", True),
        (b"MM\0*", "TIFF", True),
        (b"\0\0\0\x18ftypheic", "HEIF", True),
        (b"\0\0\0\x18ftypavif", "AVIF", True),
        (b"\0\0\0\x18ftypisom", "a video or a sound", False),
        (b"%PDF-1.4", "PDF", False),
        (b"PK\x03\x04", "a ZIP archive", False),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "HTML", False),
        (b"<?xml version='1.0'?>", "XML", False),
        (b"Dear Ada,\n", "text", False),
        (b"\0\1\2", "", False),
    ],
)
def test_first_bytes_tell_a_format_and_whether_such_pictures_are_read(
    data: bytes, name: str, is_read: bool
) -> None:
    assert looks_like(data) == (name, is_read)
