"""Mend PDFs that PDFium cannot open, and those that are packed in a way that it cannot unpack."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator

# What a download or a mail program puts before a file is no part of it.
_HEADER = b"%PDF-"
# Objects begin so; those that are looked for have all they say within so many bytes.
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,7})[ \t\r\n]+([0-9]{1,5})[ \t\r\n]+obj\b")
_HEAD = 4_000
_END_OF_HEAD = re.compile(rb"endobj|stream\r?\n")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_COUNT, _FIRST = re.compile(rb"/N\s+([0-9]+)"), re.compile(rb"/First\s+([0-9]+)")
# The most bytes that one packed group of objects has when it is unpacked.
_MOST = 20_000_000
_BROTLI = b"/BrotliDecode"
_PACKING = ("/Filter", "/DecodeParms", "/Length")
# Encrypted objects cannot be read without the part of the file that says how.
_ENCRYPTED = b"/Encrypt"


def mended(data: bytes) -> Iterator[bytes]:
    """What may be opened in place of a file that PDFium cannot open: what costs least comes first."""
    data = _with_header_first(data)
    yield data
    for mend in (_with_pages_listed, written_anew):
        if other := mend(data):
            yield other


def _with_header_first(data: bytes) -> bytes:
    """The file from its header on; with a header of its own when it has none."""
    at = data.find(_HEADER)
    if at < 0:
        return b"%PDF-1.4\n" + data if _OBJECT.search(data, 0, _HEAD) else data
    return data[at:]


def _with_pages_listed(data: bytes) -> bytes:
    """The file with a new list of all pages that are in it, as if that had been added last.

    The list stands at the end of most files, so it is lost when the end is. Returns b"" when there is no
    page, or when the pages are encrypted.
    """
    if _ENCRYPTED in data:
        return b""
    whole = b"\n".join([data, b"endstream\nendobj", *_unpacked(data)])
    last, pages = 0, dict[int, int]()
    for number, generation, head, _ in _objects(whole):
        last = max(last, number)
        if _PAGE.search(head):
            pages[number] = generation
    if not pages:
        return b""
    kids = " ".join(f"{number} {generation} R" for number, generation in pages.items())
    listed = (
        f"\n{last + 1} 0 obj\n<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>\nendobj"
        f"\n{last + 2} 0 obj\n<< /Type /Catalog /Pages {last + 1} 0 R >>\nendobj"
        f"\ntrailer\n<< /Size {last + 3} /Root {last + 2} 0 R >>\n"
    )
    return whole + listed.encode()


def is_packed_with_brotli(data: bytes) -> bool:
    """Whether parts of the file are compressed in a way that PDFium lacks."""
    return _BROTLI in data


def written_anew(data: bytes) -> bytes:
    """The file as pypdf reads it, with its parts unpacked; b"" when pypdf cannot read it either."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, StreamObject

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    out = io.BytesIO()
    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        for number, each in enumerate(writer._objects):
            if isinstance(each, StreamObject) and _BROTLI.decode() in str(each.get("/Filter")):
                plain = DecodedStreamObject()
                plain.update({key: value for key, value in each.items() if key not in _PACKING})
                plain.set_data(each.get_data())
                writer._objects[number] = plain
        writer.write(out)
    except Exception:
        # pypdf raises nearly anything on damaged files. PDFium's own error says what is wrong.
        return b""
    return out.getvalue()


def _objects(data: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Each object: its number, its generation, its head, and where its stream begins, or 0 without one."""
    for match in _OBJECT.finditer(data):
        end = _END_OF_HEAD.search(data, match.end(), match.end() + _HEAD)
        head = data[match.end() : end.start() if end else match.end() + _HEAD]
        yield int(match[1]), int(match[2]), head, end.end() if end and end[0] != b"endobj" else 0


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The objects that are packed together in streams, each as one that stands alone."""
    for _, _, head, start in _objects(data):
        count, first = _COUNT.search(head), _FIRST.search(head)
        if not start or not _PACKED.search(head) or count is None or first is None:
            continue
        try:
            body = zlib.decompressobj().decompress(data[start:], _MOST)
            places = [int(each) for each in body[: int(first[1])].split()[: 2 * int(count[1])]]
        except (zlib.error, ValueError):
            continue
        starts = [int(first[1]) + place for place in places[1::2]]
        for number, begin, end in zip(places[::2], starts, [*starts[1:], len(body)], strict=False):
            yield b"%d 0 obj\n%s\nendobj" % (number, body[begin:end])
