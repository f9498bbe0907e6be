"""Tables in the stored text of a file: lines whose cells its reader has divided by bars become a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from semsearch.formats.cells import MOST_COLUMNS, Cells, cells_of
from semsearch.records import DocumentRecord, Span
from web.document_text import Stretch

# The formats whose readers write a row of a table as a line.
_FORMATS = frozenset({
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
    "application/rtf",
})  # fmt: skip
# Somebody may have typed a single line with bars.
_FEWEST_ROWS = 2
_FEWEST_COLUMNS = 2

Rows = Sequence[Sequence[Span]]
Marked = Callable[[str, Sequence[Span], Span | None], Markup]


def may_have_grids(record: DocumentRecord) -> bool:
    """Whether tables of a file stand as lines with bars in its text."""
    return record.media_type in _FORMATS


def with_grids(stretch: Stretch, marked: Marked) -> Markup:
    """The text of a stretch, its tables as grids; `marked` marks what was found in a part of it.

    A table is two or more lines with cells that follow each other, and of which each is as wide as the widest
    or has empty cells up to there. An older semsearch has left empty cells out of the text. Where rows have
    not equally many, their columns are not known, and all of them stay lines.
    """

    def part(start: int, end: int) -> Markup:
        inside = [_within(span, start, end) for span in stretch.highlights if _meets(span, start, end)]
        answer = stretch.answer if stretch.answer and _meets(stretch.answer, start, end) else None
        return marked(stretch.text[start:end], inside, _within(answer, start, end) if answer else None)

    return Markup("").join(
        _grid(rows, part) if rows else part(start, end) for start, end, rows in _parts(stretch.text)
    )


class _Line(NamedTuple):
    """A line of a text, from `start` to `end`; its cells are spans of the line."""

    start: int
    end: int
    cells: Cells

    @property
    def has_cells(self) -> bool:
        return len(self.cells.spans) + self.cells.is_open > 1


def _parts(text: str) -> Iterator[tuple[int, int, Rows]]:
    """The text in parts, in order: where each begins and ends, and the cells of its rows if it is a table."""
    begin = 0
    for has_cells, group in groupby(_lines(text), key=lambda line: line.has_cells):
        lines = list(group)
        if has_cells and (rows := _rows(lines)):
            start, end = lines[0].start, lines[-1].end
            if start > begin:
                yield begin, start, []
            yield start, end, rows
            begin = min(end + 1, len(text))  # without the line break
    if begin < len(text):
        yield begin, len(text), []


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        yield _Line(at, at + len(line), cells_of(line))
        at += len(line) + 1


def _rows(lines: Sequence[_Line]) -> Rows:
    """The cells of each line, of all equally many; none if the lines are no table."""
    width = max(_FEWEST_COLUMNS, *(len(line.cells.spans) for line in lines))
    if len(lines) < _FEWEST_ROWS or width > MOST_COLUMNS:
        return []
    if not all(line.cells.is_open or len(line.cells.spans) == width for line in lines):
        return []
    return [
        [
            *((line.start + start, line.start + end) for start, end in line.cells.spans),
            *[(line.end, line.end)] * (width - len(line.cells.spans)),
        ]
        for line in lines
    ]


def _grid(rows: Rows, part: Callable[[int, int], Markup]) -> Markup:
    cell = Markup("<td>{}</td>").format
    made = (Markup("").join(cell(part(*span) if span[0] < span[1] else "") for span in row) for row in rows)
    # A wide table scrolls: keys must reach it.
    table = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in made)
    return Markup('<table tabindex="0"><tbody>{}</tbody></table>').format(table)


def _meets(span: Span, start: int, end: int) -> bool:
    return span[0] < end and span[1] > start


def _within(span: Span, start: int, end: int) -> Span:
    return max(span[0], start) - start, min(span[1], end) - start
