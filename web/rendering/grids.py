"""Tables in the stored text of a file: lines whose cells its reader has divided by bars become a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

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
_BAR = " | "
# Somebody may have typed a single line with bars.
_FEWEST_ROWS = 2

Marked = Callable[[str, Sequence[Span], Span | None], Markup]


def may_have_grids(record: DocumentRecord) -> bool:
    """Whether tables of a file stand as lines with bars in its text."""
    return record.media_type in _FORMATS


def with_grids(stretch: Stretch, marked: Marked) -> Markup:
    """The text of a stretch, its tables as grids; `marked` marks what was found in a part of it.

    A table is two or more lines with cells that follow each other. Readers leave empty cells out, so where
    rows have not equally many, their columns are not known, and all of them stay lines.
    """

    def part(start: int, end: int) -> Markup:
        inside = [_within(span, start, end) for span in stretch.highlights if _meets(span, start, end)]
        answer = stretch.answer if stretch.answer and _meets(stretch.answer, start, end) else None
        return marked(stretch.text[start:end], inside, _within(answer, start, end) if answer else None)

    return Markup("").join(
        _grid(rows, part) if rows else part(start, end) for start, end, rows in _parts(stretch.text)
    )


def _parts(text: str) -> Iterator[tuple[int, int, list[list[Span]]]]:
    """The text in parts, in order: where each begins and ends, and the cells of its rows if it is a table."""
    begin = 0
    for has_cells, group in groupby(_lines(text), key=lambda cells: len(cells) > 1):
        rows = list(group)
        if has_cells and len(rows) >= _FEWEST_ROWS and len({*map(len, rows)}) == 1:
            start, end = rows[0][0][0], rows[-1][-1][1]
            if start > begin:
                yield begin, start, []
            yield start, end, rows
            begin = min(end + 1, len(text))  # without the line break
    if begin < len(text):
        yield begin, len(text), []


def _lines(text: str) -> list[list[Span]]:
    """The cells of each line; one for a line without bars."""
    found = []
    at = 0
    for line in text.split("\n"):
        cells = []
        for cell in line.split(_BAR):
            cells.append((at, at + len(cell)))
            at += len(cell) + len(_BAR)
        found.append(cells)
        at += 1 - len(_BAR)
    return found


def _grid(rows: Sequence[Sequence[Span]], part: Callable[[int, int], Markup]) -> Markup:
    cell = Markup("<td>{}</td>").format
    made = (Markup("").join(cell(part(*span)) for span in row) for row in rows)
    # A wide table scrolls: keys must reach it.
    table = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in made)
    return Markup('<table tabindex="0"><tbody>{}</tbody></table>').format(table)


def _meets(span: Span, start: int, end: int) -> bool:
    return span[0] < end and span[1] > start


def _within(span: Span, start: int, end: int) -> Span:
    return max(span[0], start) - start, min(span[1], end) - start
