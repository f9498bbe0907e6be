"""The rows of a table as lines, with a bar between cells, and the cells of such a line again.

Empty cells keep the others in their columns, and have no words. So each of them is a space more after a bar,
which models, terms and snippets do not see: in "Oak |  old", the second cell of three is empty. A bar at the
start of a line stands before the empty cells there, and one at its end for all empty cells that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from semsearch.records import Span

# Word has 63. The empty cells of a wider table would be more than its texts.
MOST_COLUMNS = 100

_BAR = re.compile(r"(?:^| )\|(?:( +)(?=\S)|$)")
# A bar in a cell, as between the cells of a table in it, is not one between the cells of the row.
_BAR_IN_A_CELL = "¦"


class Cells(NamedTuple):
    """Where the cells of a line stand in it; an empty one begins where it ends.

    `is_open`: all cells that follow, as many as other rows have, are empty.
    """

    spans: list[Span]
    is_open: bool


def lines_of(rows: Iterable[Mapping[int, str]]) -> list[str]:
    """The lines of a table, of which `rows` are the texts by their columns.

    Rows and columns without texts are left out. Where no row has two texts, the table is one of frames, and
    where there are too many columns, none would fit on a page: then all empty cells are left out.
    """
    filled = [{at: cell for at, text in row.items() if (cell := _cell(text))} for row in rows]
    columns = {at: n for n, at in enumerate(sorted({at for row in filled for at in row}))}
    lone = all(len(row) < 2 for row in filled)
    width = 0 if lone or len(columns) > MOST_COLUMNS else len(columns)
    return [_line({columns[at]: row[at] for at in sorted(row)}, width) for row in filled if row]


def cells_of(line: str) -> Cells:
    """The cells of a line; a line without bars is one cell."""
    spans: list[Span] = []
    start = 0
    for bar in _BAR.finditer(line):
        empty = len(bar[1] or "")
        if line[bar.start()] == " ":
            spans.append((start, bar.start()))
            empty -= 1
        start = bar.end()
        spans += [(start, start)] * empty
    is_open = line.endswith(" |")
    return Cells(spans if is_open else [*spans, (start, len(line))], is_open)


def _line(row: Mapping[int, str], width: int) -> str:
    """A row of a table with so many columns; 0 leaves empty cells out."""
    if not width:
        return " | ".join(row.values())
    parts: list[str] = []
    last = 0
    for column, text in row.items():
        bar = " |" if parts else "|" if column else ""
        parts.append(f"{bar}{' ' * (column - last)}{text}")
        last = column
    return "".join(parts) + (" |" if last < width - 1 else "")


def _cell(text: str) -> str:
    return " ".join(_BAR_IN_A_CELL if word == "|" else word for word in text.split())
