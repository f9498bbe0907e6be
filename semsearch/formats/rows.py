"""Tables as lines: each row has the names of its columns, so that it can be found alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import NamedTuple

# The names of columns are looked for in this many rows, because a title may come first.
_LOOK_FOR_NAMES = 20
# A longer cell is neither a name nor a number.
_LONGEST = 100
_CURRENCY = r"(?:[$€£¥₹]|[A-Z]{3}\b|kr|zł)"
_NUMBER = re.compile(
    rf"[-+(]?{_CURRENCY}?\s*[-+]?[\d.,'/\s]*\d[\d.,'/\s]*(?:[eE][-+]?\d+)?\s*(?:%|{_CURRENCY})?\)?"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}.*)?|\d+:\d{2}(?::\d{2})?")
_YEAR = re.compile(r"(?:1[5-9]|2[01])\d\d")


class Row(NamedTuple):
    """The cells of a row as texts, and the notes on them."""

    cells: list[str]
    notes: tuple[str, ...] = ()


def row_line(names: Sequence[str], values: Sequence[str]) -> str:
    """Return one line: "Name: Ada; Born: 1815". Empty values and missing names are left out."""
    padded = chain(names, [""] * (len(values) - len(names)))
    pairs = [(name, value) for name, value in zip(padded, values, strict=False) if value]
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs)


class Table:
    """The rows of a table, and the names of its columns, which are found in the first rows.

    `shown` has made the cells. `names` is empty where no row has names, and `above` has the rows that stand
    above the names. `rows` are all others; they are read once.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        filled = (row for row in rows if any(row.cells) or row.notes)
        first = list(islice(filled, _LOOK_FOR_NAMES))
        at = _names_at([row.cells for row in first])
        self._head = Row([]) if at is None else first[at]
        self.names: Sequence[str] = self._head.cells
        self.above: Sequence[Row] = first[: at or 0]
        self.rows: Iterator[Row] = chain(first[0 if at is None else at + 1 :], filled)

    def lines(self) -> Iterator[str]:
        """Yield the rows as lines, once. A line ends with the notes on its cells."""
        for row in self.above:
            yield _noted(row_line([], row.cells), row.notes)
        yield from map(_note, self._head.notes)  # the names of columns have no line
        for row in self.rows:
            yield _noted(row_line(self.names, row.cells), row.notes)


def _noted(line: str, notes: Iterable[str]) -> str:
    return "; ".join(filter(None, (line, *map(_note, notes))))


def _note(note: str) -> str:
    return f"Note: {note}"


def table_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the rows of a table as lines."""
    return Table(rows).lines()


def shown(value: object) -> str:
    """Return a cell's value as one line of text: ISO dates, 13:45, no ".0" after whole numbers."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return f"{value:.15g}"  # all of the digits that spreadsheets show: 0.3, not 0.30000000000000004
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return f"{value.date()} {_clock(value.time())}"
        case date():
            return value.isoformat()
        case time():
            return _clock(value)
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + f":{seconds:02}" * bool(seconds)
        case _:
            return " ".join(str(value).split())


def _clock(moment: time) -> str:
    """Return a time of the day as tables show it: with seconds only where there are some."""
    nearest = (datetime.combine(date.min, moment) + timedelta(microseconds=500_000)).time()
    return nearest.isoformat("seconds" if nearest.second else "minutes")


def _names_at(rows: list[list[str]]) -> int | None:
    """Return which row holds the column names: the first that is mostly filled, if its texts differ."""
    width = max((sum(map(bool, row)) for row in rows), default=0)
    for at, row in enumerate(rows[:-1]):
        filled = [cell for cell in row if cell]
        if len(filled) < 2 or len(filled) < width / 2:
            continue
        below = rows[at + 1]
        texts = sum(is_name(cell, below[n] if n < len(below) else "") for n, cell in enumerate(row) if cell)
        distinct = len({cell.casefold() for cell in filled}) > 0.8 * len(filled)
        return at if texts > 0.8 * len(filled) and distinct else None
    return None


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number, such as "1,200.50", "€ 3" or "12 %", and no date."""
    return len(cell) <= _LONGEST and bool(_NUMBER.fullmatch(cell)) and not _DATE.fullmatch(cell)


def is_name(cell: str, below: str) -> bool:
    """Tell whether a cell may name its column. A year may, unless a year is below it."""
    if _YEAR.fullmatch(cell):
        return not _YEAR.fullmatch(below)
    return len(cell) <= _LONGEST and not is_number(cell) and not _DATE.fullmatch(cell)
