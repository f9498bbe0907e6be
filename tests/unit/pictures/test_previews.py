"""The previews of PostScript drawings, whose programs are never run."""

from __future__ import annotations

import struct

import pytest

from ingest.readers.documents import PictureDocument
from ingest.readers.registry import parse
from semsearch.errors import FileError, NothingToIndexError
from semsearch.formats.table import FORMATS
from semsearch.pictures.decode import decode
from tests.unit.pictures.test_decode import encode, gradient

PROGRAM = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 48\n(/etc/passwd) (r) file\n"


def with_tiff(tiff: bytes, program: bytes = PROGRAM) -> bytes:
    """EPS for Windows: a header, the program, and a TIFF."""
    header = struct.pack(
        "<4s6IH", b"\xc5\xd0\xd3\xc6", 30, len(program), 0, 0, 30 + len(program), len(tiff), 0
    )
    return header + program + tiff


def with_digits(width: int, height: int, bits: int, digits: str) -> bytes:
    lines = "\n".join(f"% {digits[at : at + 64]}" for at in range(0, len(digits), 64))
    return PROGRAM + f"%%BeginPreview: {width} {height} {bits} 9\n{lines}\n%%EndPreview\n".encode()


def test_the_tiff_beside_the_program_is_looked_at() -> None:
    picture = decode(with_tiff(encode(gradient(320, 240), "TIFF")), 120)
    assert (picture.media_type, picture.width, picture.height) == ("image/x-eps", 320, 240)
    left, right = picture.image.getpixel((5, 60)), picture.image.getpixel((150, 60))
    assert left[0] < 40 < 200 < right[0]  # type: ignore[index]


@pytest.mark.parametrize(("bits", "row"), [(8, "00" * 32 + "FF" * 32), (1, "00" * 4 + "ff" * 4)])
def test_a_preview_in_digits_is_drawn_with_white_as_zero(bits: int, row: str) -> None:
    picture = decode(with_digits(64, 48, bits, row * 48), 48)
    assert (picture.width, picture.height) == (64, 48)
    assert picture.image.getpixel((4, 24)) == (255, 255, 255)
    assert picture.image.getpixel((60, 24)) == (0, 0, 0)


def test_digits_that_are_missing_are_white() -> None:
    assert decode(with_digits(64, 48, 8, "FF" * 64), 48).image.getpixel((60, 40)) == (255, 255, 255)


def test_a_drawing_without_a_preview_has_nothing_to_index() -> None:
    for data in (PROGRAM, with_tiff(b""), PROGRAM + b"%%BeginPreview: 0 0\n%%EndPreview"):
        with pytest.raises(NothingToIndexError, match="no preview in this PostScript drawing"):
            decode(data, 32)


def test_a_preview_too_large_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(FileError, match="too large: 100000 x 100000 pixels"):
        decode(with_digits(100_000, 100_000, 8, "FF"), 32)


def test_a_damaged_preview_says_so() -> None:
    with pytest.raises(FileError, match="TIFF"):
        decode(with_tiff(encode(gradient(), "TIFF")[:60]), 32)


def test_it_is_read_as_a_picture() -> None:
    row = FORMATS.of_path("logo.EPS")
    assert row is not None
    document = parse(with_tiff(encode(gradient(320, 240), "TIFF")), "logo.eps", row, 32)
    assert isinstance(document, PictureDocument)
    assert document.media_type == "image/x-eps"
