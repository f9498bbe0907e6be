"""PDFs that PDFium refuses are read where other programs read them."""

import io
import re
import zlib

import brotli
import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import EncodedStreamObject, NameObject, StreamObject

from ingest.readers.pdf.pdf import read_pdf
from semsearch.errors import FileError
from tests.pdfs import make_pdf

TEXT = "The weir is closed in March.\n\nThe eels wait below it."
GOOD = make_pdf(["The weir is closed in March."], ["The eels wait below it."])


def packed(data: bytes) -> bytes:
    """The file with all but its streams in one compressed stream of objects, and no table of them."""
    objects = re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL)
    streams = b"".join(b"%s 0 obj\n%s\nendobj\n" % each for each in objects if b"stream" in each[1])
    others = [each for each in objects if b"stream" not in each[1]]
    places, bodies = b"", b""
    for number, body in others:
        places += b"%s %d " % (number, len(bodies))
        bodies += body + b"\n"
    body = zlib.compress(places + bodies)
    head = b"<< /Type /ObjStm /N %d /First %d /Length %d /Filter /FlateDecode >>"
    head %= (len(others), len(places), len(body))
    return b"%PDF-1.5\n" + streams + b"99 0 obj\n" + head + b"\nstream\n" + body + b"\nendstream\nendobj\n"


def with_brotli(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for number, each in enumerate(writer._objects):
        if isinstance(each, StreamObject):
            stream = EncodedStreamObject()
            stream[NameObject("/Filter")] = NameObject("/BrotliDecode")
            stream._data = brotli.compress(each.get_data())
            writer._objects[number] = stream
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


REFUSED = {
    "a long head of another program": b"HTTP/1.1 200 OK\r\n" * 200 + GOOD,
    "no header": GOOD[9:],
    "no list of objects at the end": GOOD[: GOOD.index(b"xref\n0")],
    "no catalog": GOOD.replace(b"/Type /Catalog /Pages", b"/Type /Catalog /Wages"),
    "no root": GOOD.replace(b"/Root 1 0 R", b""),
    "objects packed, and the rest lost": packed(GOOD),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_a_file_that_pdfium_refuses_is_mended(data: bytes) -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(data)
    assert read_pdf(data, "weir.pdf", "application/pdf").text == TEXT


def test_what_is_left_of_a_file_that_was_cut_off_is_read() -> None:
    half = GOOD[: GOOD.index(b"The eels") + 4]
    assert read_pdf(half, "weir.pdf", "application/pdf").text == TEXT.partition("\n")[0]


def test_brotli_is_unpacked() -> None:
    data = with_brotli(GOOD)
    assert not pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    assert read_pdf(data, "weir.pdf", "application/pdf").text == TEXT


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n" + bytes(range(256)) * 40, GOOD[:60]])
def test_a_file_with_nothing_left_is_damaged(data: bytes) -> None:
    with pytest.raises(FileError, match="damaged PDF"):
        read_pdf(data, "weir.pdf", "application/pdf")


def test_encrypted_pages_are_not_read_without_their_key() -> None:
    """They would be read as they stand: as noise."""
    data = GOOD[: GOOD.index(b"xref\n0")] + b"trailer\n<< /Encrypt 7 0 R >>"
    with pytest.raises(FileError, match="damaged PDF"):
        read_pdf(data, "weir.pdf", "application/pdf")
