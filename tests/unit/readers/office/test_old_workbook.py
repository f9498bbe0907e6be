"""Workbooks of Excel 97 to 2003: formats, notes, boxes, headers."""

import struct
import zlib
from base64 import b85decode

import pytest

from ingest.readers.office.old_workbook import OldWorkbook, old_workbook
from tests.unit.readers.office.test_spreadsheet import XLS


def record(kind: int, *values: int, text: str = "", layout: str = "") -> bytes:
    data = struct.pack("<" + (layout or "H" * len(values)), *values) + text.encode("latin-1")
    return struct.pack("<HH", kind, len(data)) + data


def begin(kind: int) -> bytes:
    return record(0x809, 0x600, kind)


END = record(0x0A)


def written(*sheet: bytes) -> OldWorkbook:
    """A workbook with one sheet of these records. Style 1 shows percents, and style 2 amounts in CHF."""
    code = '0.00 "CHF"'
    looks = record(0x41E, 164, len(code), 0, text=code, layout="HHB")
    looks += b"".join(record(0xE0, 0, number) for number in (0, 10, 164))
    names = record(0x85, 0, 0, 0, 5, 0, text="Sales", layout="IBBBB")
    start = len(begin(5) + looks + names + END)
    names = record(0x85, start, 0, 0, 5, 0, text="Sales", layout="IBBBB")
    return OldWorkbook(begin(5) + looks + names + END + begin(0x10) + b"".join(sheet) + END)


def noted(number: int, text: str) -> bytes:
    """An object with a text, which is in two records."""
    half = len(text) // 2
    parts = (record(0x3C, 0, text=part, layout="B") for part in (text[:half], text[half:]))
    return record(0x5D, 0x15, 0x12, 25, number) + record(0x1B6, 0, 0, 0, 0, 0, len(text)) + b"".join(parts)


def test_the_formats_of_cells_are_known_by_their_places() -> None:
    book = written(
        record(0x203, 0, 1, 1),
        record(0x27E, 0, 2, 0),
        record(0x06, 1, 0, 2),
        record(0xBD, 2, 3, 1, 7, 7, 0, 7, 7, 2, 7, 7, 5),
    )
    shown = {place: kind.show(0.5) for place, kind in book.formats("Sales")}
    assert shown == {(0, 1): "50.00%", (1, 0): "0.50 CHF", (2, 3): "50.00%", (2, 5): "0.50 CHF"}


def test_notes_are_known_by_their_rows_and_other_texts_are_boxes() -> None:
    book = written(
        begin(0x20) + END,  # a chart
        noted(1, "Too dear, says Kim"),
        noted(2, "Closed on Mondays"),
        record(0x1C, 4, 1, 0, 1),
    )
    assert book.notes("Sales") == {4: ("Too dear, says Kim",)}
    assert list(book.texts("Sales")) == ["Closed on Mondays"]
    assert not book.notes("Other")


def test_headers_and_footers_are_read_without_those_that_count_pages() -> None:
    head, foot = "&LLark && Sons&RPage &P", "&CLark && Sons"
    book = written(
        record(0x14, len(head), 0, text=head, layout="HB"), record(0x15, len(foot), 0, text=foot, layout="HB")
    )
    assert list(book.margins()) == ["Lark & Sons"]


def test_a_file_is_opened_and_what_is_none_is_refused() -> None:
    assert list(old_workbook(zlib.decompress(b85decode(XLS))).formats("Sheet")) == []
    with pytest.raises(OSError, match="OLE2"):
        old_workbook(b"PK" * 1000)
    with pytest.raises(struct.error):
        written(record(0x203, 0, 1))
