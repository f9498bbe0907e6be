"""Spreadsheets and files of comma-separated values: one line for each row, with its column names."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.readers.assembly import Assembly
from ingest.readers.documents import Context, TextDocument
from ingest.readers.limits import joined
from ingest.readers.office.merged import Merge, filled, with_heads
from ingest.readers.office.number_formats import NumberFormat
from ingest.readers.office.ods import is_ods, read_ods
from ingest.readers.office.old_workbook import OldWorkbook, old_workbook
from ingest.readers.office.ooxml import Package
from ingest.readers.office.workbook import Place, Workbook
from ingest.readers.text import decoded
from ingest.readers.zip_archive import OLE, Archive, is_encrypted, mismatch
from semsearch.errors import FileError
from semsearch.formats.rows import Row, Table, row_line, shown, table_lines
from semsearch.formats.separated import likely_delimiter, rows_of, table_text
from semsearch.message import Message, say

# calamine holds all cells between the values of a sheet in memory, empty ones too. The memory of a reader is
# enough for all rows of Excel in 26 columns.
_MOST_CELLS = 28_000_000

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


def read_spreadsheet(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read all sheets, each below a heading with its name. A formula has the value it had when it was saved.

    Raises FileError when it is not a spreadsheet, is damaged, encrypted or without text.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    archive = Archive(data, say("a spreadsheet")) if data.startswith(b"PK") else None
    if archive is not None and is_ods(archive):
        return read_ods(archive, path, media_type)
    beside = _beside(data)
    out, left_out = Assembly(), []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata:
                if isinstance(beside, Workbook) and not beside.is_within(sheet.name, _MOST_CELLS):
                    left_out.append(_too_far(sheet.name))
                elif sheet.typ == SheetTypeEnum.WorkSheet:
                    rows = _rows(workbook.get_sheet_by_name(sheet.name), beside)
                    out.rows(sheet.name, table_lines(rows))
                for text in beside.texts(sheet.name) if beside else ():
                    out.add(text)
    except PasswordError as error:
        raise FileError(say("encrypted: needs a password")) from error
    except CalamineError as error:
        if data.startswith((b"PK", OLE)) and not is_encrypted(data):
            raise FileError(say("damaged: {why}", why=str(error))) from error
        raise mismatch(data, say("a spreadsheet")) from error
    for text in beside.margins() if beside else ():
        out.add(text)
    if left_out and not out:
        raise FileError(left_out[0])
    document = out.document(media_type, path, syntax="rows")
    return replace(document, left_out=joined(document.left_out, *left_out))


def _too_far(sheet: str) -> Message:
    return say(
        "the sheet {name} is left out: its values are too far apart, with more than {number} million cells "
        "between them",
        name=sheet,
        number=_MOST_CELLS // 10**6,
    )


def _beside(data: bytes) -> Workbook | OldWorkbook | None:
    """Return what a workbook holds beside its values; None when that is not known."""
    with suppress(FileError):
        if data.startswith(b"PK"):
            return Workbook(Package(data, say("a spreadsheet")))
    with suppress(OSError, struct.error, IndexError, ValueError):
        if data.startswith(OLE):
            return old_workbook(data)
    return None


def _rows(sheet: CalamineSheet, beside: Workbook | OldWorkbook | None) -> Iterator[Row]:
    """Yield the rows of a sheet as people see them."""
    merges = [Merge(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    start = (sheet.start or (0, 0))[1]
    merges = [merge._replace(left=merge.left - start) for merge in merges if merge.left >= start]
    notes = beside.notes(sheet.name) if beside else {}
    formats = beside.formats(sheet.name) if beside else iter(())
    shown = with_heads(filled(_shown(sheet.iter_rows(), formats, start), merges), merges)
    yield from (Row(cells, notes.pop(number, ())) for number, cells in enumerate(shown))
    yield from (Row([], each) for each in notes.values())  # on cells below the last value


def _shown(
    rows: Iterable[list[Any]], formats: Iterator[tuple[Place, NumberFormat]], start: int
) -> Iterator[list[str]]:
    """Yield rows of values as texts, numbers in their formats. `start` is the first column of the rows."""
    coming = next(formats, None)
    for number, row in enumerate(rows):
        # One stray cell far below makes hundreds of thousands of empty rows.
        cells = [shown(value) for value in row] if row.count("") < len(row) else []
        while coming is not None and coming[0][0] <= number:
            (at, column), kind = coming
            column -= start
            if at == number and 0 <= column < len(row) and type(row[column]) in (int, float):
                cells[column] = kind.show(row[column]) or cells[column]
            coming = next(formats, None)
        yield cells


def read_csv(data: bytes, path: str, media_type: str, context: Context | None = None) -> TextDocument:
    """Read values separated by commas, semicolons, tabs or bars, whichever fit best.

    A portion has the delimiter and the names of the first one, which are in `context`. Raises FileError as
    `decoded` does.
    """
    read = decoded(data)
    text = table_text(read.text)
    delimiter = delimiter_of(text, media_type, context)
    rows = rows_of(text, delimiter)
    out = Assembly()
    if context is not None and context.delimiter:
        names = context.names
        out.rows("", (row_line(names, row) for row in rows if any(row)))
    else:
        table = Table(map(Row, rows))
        names = tuple(table.names)
        out.rows("", table.lines())
    document = out.document(media_type, path, syntax="rows")
    return replace(document, encoding=read.encoding, context=Context(delimiter=delimiter, names=names))


def delimiter_of(text: str, media_type: str, context: Context | None = None) -> str:
    """The delimiter of a text, which a portion before it may have told."""
    if context is not None and context.delimiter:
        return context.delimiter
    return likely_delimiter(text, media_type)
