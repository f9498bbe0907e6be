"""Spreadsheets and files of comma-separated values: one line for each row, with its column names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.readers.assembly import Assembly
from ingest.readers.documents import Context, TextDocument
from ingest.readers.office.rows import Table, row_line, shown, table_lines
from ingest.readers.text import decode
from ingest.readers.zip_archive import OLE, Archive, is_encrypted, mismatch
from semsearch.errors import FileError

_SAMPLE_LINES = 50
_DELIMITERS = ",;\t|"
# Longer than any text may be, so that a quote that is never closed does not make the file fail.
_LONGEST_CELL = 2**30


def read_spreadsheet(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read all sheets, each below a heading with its name. A formula has the value it had when it was saved.

    Raises FileError when it is not a spreadsheet, is damaged, encrypted or without text.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    if data.startswith(b"PK"):
        Archive(data, "a spreadsheet")  # raises FileError for ZIP bombs and damaged files
    out = Assembly()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet:
                    rows = workbook.get_sheet_by_name(sheet.name).iter_rows()
                    out.rows(sheet.name, table_lines([shown(cell) for cell in row] for row in rows))
    except PasswordError as error:
        raise FileError("encrypted: needs a password") from error
    except CalamineError as error:
        if data.startswith((b"PK", OLE)) and not is_encrypted(data):
            raise FileError(f"damaged: {error}") from error
        raise mismatch(data, "a spreadsheet") from error
    return out.document(media_type, path, syntax="rows")


def read_csv(data: bytes, path: str, media_type: str, context: Context | None = None) -> TextDocument:
    """Read values separated by commas, semicolons, tabs or bars, whichever fit best.

    A portion has the delimiter and the names of the first one, which are in `context`. Raises FileError as
    `decode` does.
    """
    text = decode(data)
    delimiter = delimiter_of(text, media_type, context)
    rows = ([shown(cell) for cell in row] for row in _records(io.StringIO(text, newline=""), delimiter))
    out = Assembly()
    if context is not None and context.delimiter:
        names = context.names
        out.rows("", (row_line(names, row) for row in rows if any(row)))
    else:
        table = Table(rows)
        names = tuple(table.names)
        out.rows("", table.lines())
    document = out.document(media_type, path, syntax="rows")
    return replace(document, context=Context(delimiter=delimiter, names=names))


def last_record(text: str, delimiter: str) -> int:
    """The place where the last record of a text begins. It may have several lines, and may not be whole."""
    at = begins = ends = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in io.StringIO(text, newline=""):
            at += len(line)
            yield line

    for _ in _records(lines(), delimiter):
        begins, ends = ends, at
    return begins


def delimiter_of(text: str, media_type: str, context: Context | None = None) -> str:
    """The delimiter of a text, which a portion before it may have told."""
    return context.delimiter if context is not None and context.delimiter else _delimiter(text, media_type)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str, media_type: str) -> str:
    """Return the delimiter with which most of the first rows have the same number of cells, at least two."""
    if media_type == "text/tab-separated-values":
        return "\t"
    lines = text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]

    def fit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)
