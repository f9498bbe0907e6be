"""What a workbook of Excel 97 to 2003 holds beside its values: formats, notes, boxes ([MS-XLS])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import olefile

from ingest.readers.office.number_formats import BUILT_IN, NumberFormat, number_format
from ingest.readers.office.workbook import Place, without_codes

_BEGIN, _END, _CONTINUE = 0x809, 0x0A, 0x3C
_SHEET, _FORMAT, _STYLE = 0x85, 0x41E, 0xE0
_HEADER, _FOOTER, _NOTE, _OBJECT, _TEXT = 0x14, 0x15, 0x1C, 0x5D, 0x1B6
# Records of one cell with a number (stored, short, or the result of a formula), and the one of several cells.
_NUMBERS, _NUMBERS_OF_ROW = (0x203, 0x27E, 0x06), 0xBD
_Record = tuple[int, bytes]


@dataclass(slots=True)
class _Sheet:
    """What is beside the values of a sheet. `noted` has the rows of notes, `texts` the texts, by object."""

    formats: list[tuple[Place, NumberFormat]] = field(default_factory=list)
    noted: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    margins: list[str] = field(default_factory=list)


class OldWorkbook:
    """The parts of a workbook, as those of `Workbook`. `stream` has its records.

    Raises struct.error, IndexError or ValueError when it is damaged.
    """

    def __init__(self, stream: bytes) -> None:
        places: dict[str, int] = {}
        codes = dict(BUILT_IN)
        styles: list[int] = []
        for kind, record in _records(stream, 0):
            if kind == _SHEET:
                places[_string(record[8:], record[6], record[7])] = struct.unpack_from("<I", record)[0]
            elif kind == _FORMAT:
                number, length, flags = struct.unpack_from("<HHB", record)
                codes[number] = _string(record[5:], length, flags)
            elif kind == _STYLE:
                styles.append(struct.unpack_from("<H", record, 2)[0])
        kinds = ((style, number_format(codes.get(number, ""))) for style, number in enumerate(styles))
        formats = {style: kind for style, kind in kinds if kind is not None}
        self._sheets = {name: _sheet(_records(stream, at), formats) for name, at in places.items()}

    def formats(self, sheet: str) -> Iterator[tuple[Place, NumberFormat]]:
        """Yield the cells whose number is not shown as it is stored, in order."""
        yield from self._of(sheet).formats

    def notes(self, sheet: str) -> dict[int, tuple[str, ...]]:
        """Return what is noted on the cells of each row."""
        found = self._of(sheet)
        notes: dict[int, tuple[str, ...]] = {}
        for number, row in found.noted.items():
            if note := " ".join(found.texts.get(number, "").split()):
                notes[row] = (*notes.get(row, ()), note)
        return notes

    def texts(self, sheet: str) -> Iterator[str]:
        """Yield the texts of boxes and shapes on a sheet."""
        found = self._of(sheet)
        yield from (text for number, text in found.texts.items() if number not in found.noted)

    def _of(self, sheet: str) -> _Sheet:
        return self._sheets.get(sheet) or _Sheet()

    def margins(self) -> Iterator[str]:
        """Yield each part of a header or footer once, without those that count pages."""
        every = (margin for sheet in self._sheets.values() for margin in sheet.margins)
        yield from dict.fromkeys(text for margin in every for text in without_codes(margin) if text)


def old_workbook(data: bytes) -> OldWorkbook:
    """Return the workbook in a file. Raises OSError when there is none, and what OldWorkbook raises."""
    with olefile.OleFileIO(BytesIO(data)) as ole:
        return OldWorkbook(ole.openstream("Workbook").read())


def _sheet(records: Iterator[_Record], formats: dict[int, NumberFormat]) -> _Sheet:
    found = _Sheet()
    number, left = 0, 0
    for kind, record in records:
        if kind == _OBJECT:
            number = struct.unpack_from("<H", record, 6)[0]
        elif kind == _TEXT:
            left, found.texts[number] = struct.unpack_from("<H", record, 10)[0], ""
        elif kind == _CONTINUE and left and record:
            part = _string(record[1:], left, record[0])
            found.texts[number] += part
            left -= len(part)
        elif kind == _NOTE:
            row, _, _, noted = struct.unpack_from("<HHHH", record)
            found.noted[noted] = row
        elif kind in (_HEADER, _FOOTER) and record:
            length, flags = struct.unpack_from("<HB", record)
            found.margins.append(_string(record[3:], length, flags))
        else:
            cells = ((cell[:2], formats.get(cell[2])) for cell in _cells(kind, record))
            found.formats += [(place, shown) for place, shown in cells if shown is not None]
    return found


def _cells(kind: int, record: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the row, the column and the style of each cell with a number in a record."""
    if kind in _NUMBERS:
        yield struct.unpack_from("<HHH", record)
    elif kind == _NUMBERS_OF_ROW:
        row, first = struct.unpack_from("<HH", record)
        for at in range(4, len(record) - 2, 6):
            yield row, first + (at - 4) // 6, struct.unpack_from("<H", record, at)[0]


def _records(stream: bytes, at: int) -> Iterator[_Record]:
    """Yield the records of a part of the stream, up to its end. A chart in it is a part of its own."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _string(data: bytes, length: int, flags: int) -> str:
    return data[: 2 * length].decode("utf-16-le", "replace") if flags & 1 else data[:length].decode("latin-1")
