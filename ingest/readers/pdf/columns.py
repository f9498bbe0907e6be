"""Columns that a program has drawn row by row, across all columns: they are read one after the other.

PDFium gives text in the order in which it was drawn. Most programs draw column by column.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pypdfium2

# The runs of text that are looked at to find out whether a page is drawn across columns.
_LOOK = 90
# A page with more runs than this is a map or a plan.
_MOST_RUNS = 3_000
# Columns that stand side by side in fewer rows are left as they are.
_LEAST_ROWS = 3
# All of these are multiples of the height of a line. A gap of this width parts two columns.
_GUTTER = 1.0
# The lines of a column are this wide. Narrower ones are the cells of a table, which is read across.
_NARROWEST = 8.0
# The next line of a column is not further down than this.
_LEADING = 2.5
# In a column of prose, half of the lines fill three quarters of its width, and a third of them go on with a
# small letter, where the script has such letters. Cells of a table do not.
_FULL, _FULL_SHARE, _GOING_ON = 0.75, 0.5, 0.3


class Box(NamedTuple):
    """A rectangle on a page, in points; `top` is greater than `bottom`."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def width(self) -> float:
        return self.right - self.left

    def is_beside(self, other: Box) -> bool:
        """Whether this box is to the right of the other one, in the same row, with a gutter between them."""
        if self.left <= other.right:  # true of most: it saves time
            return False
        height = min(self.height, other.height)
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return self.left - other.right > _GUTTER * height > 0 and overlap > height / 2

    def goes_on(self, other: Box) -> bool:
        """Whether this box goes on in the row of the other one, without a gutter between them."""
        height = min(self.top - self.bottom, other.top - other.bottom)
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return -height < self.left - other.right <= _GUTTER * height and overlap > height / 2

    def with_(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    @property
    def is_wide(self) -> bool:
        """Whether it is as wide as a line of a column, and no cell of a table."""
        return self.width >= _NARROWEST * self.height


# It begins another row, whatever it follows.
_END = Box(-math.inf, 0, -math.inf, 0)


def text_in_order(page: pypdfium2.PdfTextPage) -> str:
    """The text of a page, with columns that were drawn row by row one after the other."""
    text = _whole_text(page)
    if not _is_drawn_across(page):
        return text
    lines = _lines(_runs(page, 0, _count(page)))
    whole = reduce(Box.with_, lines)
    blocks = list(_blocks(page, lines, whole))
    if len(blocks) == 1:
        return text
    return "\r\n".join(filter(None, (_text_in(page, block) for block in blocks)))


def _whole_text(page: pypdfium2.PdfTextPage) -> str:
    """The text within the bounds of a page, with a space between all of its words.

    PDFium drops some ends of lines from a text within bounds, if the next line has the same baseline, as
    cells of a table have. The text without bounds has them.
    """
    text: str = page.get_text_bounded()
    everything: str = page.get_text_range()
    if "".join(text.split()) != "".join(everything.split()):
        return text
    dropped = _word_ends(everything) - _word_ends(text)
    return _parted(text, dropped) if dropped else text


def _word_ends(text: str) -> set[int]:
    """Where words end, in characters that are no spaces."""
    return set(accumulate(map(len, text.split())))


def _parted(text: str, ends: set[int]) -> str:
    """Put a space at those of the ends that are between letters or digits."""
    parts: list[str] = []
    count = 0
    for char in text:
        if count in ends and (parts[-1] + char).isalnum():
            parts.append(" ")
        parts.append(char)
        count += not char.isspace()
    return "".join(parts)


def _is_drawn_across(page: pypdfium2.PdfTextPage) -> bool:
    """Whether some rows have two wide lines, one beside the other and drawn after it."""
    count = _count(page)
    if not 2 * _LEAST_ROWS <= count <= _MOST_RUNS:
        return False
    start = max(0, (count - _LOOK) // 2)
    runs = [*_runs(page, start, min(count, start + _LOOK)), _END]
    rows, left, after_wide = 0, runs[0].left, False
    for before, run in pairwise(runs):
        is_beside = run.is_beside(before)
        if is_beside or run.left < before.left:
            is_wide = before.right - left >= _NARROWEST * before.height
            rows += is_wide and after_wide
            left, after_wide = run.left, is_wide and is_beside
    return rows >= _LEAST_ROWS


def _count(page: pypdfium2.PdfTextPage) -> int:
    import pypdfium2.raw as pdfium

    return int(pdfium.FPDFText_CountRects(page, 0, -1))


def _runs(page: pypdfium2.PdfTextPage, start: int, end: int) -> Iterator[Box]:
    """The boxes of some runs of text, in the order in which they were drawn."""
    import pypdfium2.raw as pdfium

    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for number in range(start, end):
        pdfium.FPDFText_GetRect(page, number, left, top, right, bottom)
        yield Box(left.value, bottom.value, right.value, top.value)


def _lines(runs: Iterable[Box]) -> list[Box]:
    """Join runs to the lines of columns: those in one row, without a gutter between them."""
    lines: list[Box] = []
    for run in runs:
        if lines and run.goes_on(lines[-1]):
            lines[-1] = lines[-1].with_(run)
        else:
            lines.append(run)
    return sorted(lines, key=lambda line: -line.top)


def _beside(lines: Iterable[Box]) -> Iterator[tuple[Box, Box]]:
    """Pairs of wide lines, from top to bottom, of which the second stands beside the first."""
    wide = [line for line in lines if line.is_wide]
    for n, line in enumerate(wide):
        for other in wide[n + 1 :]:
            if other.top <= line.bottom:
                break
            first, second = (line, other) if line.left < other.left else (other, line)
            if second.is_beside(first):
                yield first, second


def _blocks(page: pypdfium2.PdfTextPage, lines: Sequence[Box], box: Box) -> Iterator[Box]:
    """Cut a box with these lines into the blocks that are read one after the other."""
    found = _columns(page, lines, box)
    if found is None:
        yield box
        return
    left, right = found
    above = [line for line in lines if line.bottom >= left.top]
    below = [line for line in lines if line.top <= left.bottom]
    if above:
        yield Box(box.left, left.top, box.right, box.top)
    for column in (left, right):
        yield from _blocks(page, _inside(lines, column), column)
    if below:
        yield from _blocks(page, below, Box(box.left, box.bottom, box.right, left.bottom))


def _columns(page: pypdfium2.PdfTextPage, lines: Sequence[Box], box: Box) -> tuple[Box, Box] | None:
    """The uppermost pair of columns in a box; None if there is none, or one of the two is no prose."""
    gutter = _gutter(lines)
    if gutter is None:
        return None
    band = _band(lines, gutter)
    if not band:
        return None
    top, bottom = max(line.top for line in band), min(line.bottom for line in band)
    above = [line.bottom for line in lines if line.top > top]
    below = [line.top for line in lines if line.bottom < bottom]
    # A line that is cut in two would be read twice.
    if min(above, default=top) < top or max(below, default=bottom) > bottom:
        return None
    top = (top + min(above)) / 2 if above else box.top
    bottom = (bottom + max(below)) / 2 if below else box.bottom
    columns = Box(box.left, bottom, gutter, top), Box(gutter, bottom, box.right, top)
    is_prose = all(_is_prose(page, column, _inside(band, column)) for column in columns)
    return columns if is_prose else None


def _gutter(lines: Sequence[Box]) -> float | None:
    """The place, from left to right, that is in the gaps of the most rows; None if these are too few."""
    gaps = [(left.right, right.left) for left, right in _beside(lines)]
    if len(gaps) < _LEAST_ROWS:
        return None
    ends = sorted([(start, 1) for start, _ in gaps] + [(end, -1) for _, end in gaps])
    depth = most = 0
    place = 0.0
    for (at, step), (following, _) in zip(ends, [*ends[1:], (ends[-1][0], 0)], strict=True):
        depth += step
        if depth > most:
            most, place = depth, (at + following) / 2
    return place if most >= _LEAST_ROWS else None


def _band(lines: Sequence[Box], gutter: float) -> list[Box]:
    """The uppermost lines that stand on both sides of a gutter, with no line across it between them."""
    band: list[Box] = []
    for line in lines:
        if line.left < gutter < line.right:
            if _rows(band, gutter) >= _LEAST_ROWS:
                return band
            band = []
        elif band and min(each.bottom for each in band) - line.top > _LEADING * line.height:
            if _rows(band, gutter) >= _LEAST_ROWS:
                return band
            band = [line]
        else:
            band.append(line)
    return band if _rows(band, gutter) >= _LEAST_ROWS else []


def _rows(lines: Sequence[Box], gutter: float) -> int:
    """The lines of the column that has fewer."""
    left = sum(line.right < gutter for line in lines)
    return min(left, len(lines) - left)


def _inside(lines: Sequence[Box], box: Box) -> list[Box]:
    return [
        line
        for line in lines
        if box.left <= line.left and line.right <= box.right and box.bottom <= line.bottom <= box.top
    ]


def _is_prose(page: pypdfium2.PdfTextPage, column: Box, lines: Sequence[Box]) -> bool:
    """Whether the lines of a column run on into each other."""
    widths = sorted(line.width for line in lines)
    widest = widths[int(len(widths) * 0.9)]
    if sum(width >= _FULL * widest for width in widths) < _FULL_SHARE * len(widths):
        return False
    starts = [line.strip()[:1] for line in _text_in(page, column).split("\n") if line.strip()]
    cased = [start for start in starts if start.lower() != start.upper()]
    return sum(start.islower() for start in cased) >= _GOING_ON * len(cased)


def _text_in(page: pypdfium2.PdfTextPage, box: Box) -> str:
    text: str = page.get_text_bounded(box.left, box.bottom, box.right, box.top)
    return text
