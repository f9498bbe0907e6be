"""Numbers as a chart of bars, which `_bar_chart.html` draws as SVG with a table beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_STEP, _WIDTH = 10.0, 7.0
HEIGHT = 90.0
# A chart of few bars keeps the width of this many, so that they are not as broad as the page.
_FEWEST = 24


@dataclass(frozen=True, slots=True)
class Row:
    """A bar and its row of the table: what it is of, its number, and the other numbers of the row.

    `part` is the part of the number that is drawn darker.
    """

    label: str
    number: float
    part: float = 0.0
    others: tuple[float, ...] = ()

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers of the row of the table."""
        return (self.number, *self.others)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its row, and its edges in units of the chart, from the left and from the top."""

    row: Row
    x: float
    y: float
    height: float
    part_y: float
    part_height: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars over a scale from 0 to `top`, with a line at half of it."""

    bars: tuple[Bar, ...]
    top: float
    width: float
    bar: float = _WIDTH
    height: float = HEIGHT

    @property
    def span(self) -> str:
        """What the bars are of, from the first to the last."""
        first, last = self.bars[0].row.label, self.bars[-1].row.label
        return first if first == last else f"{first} – {last}"

    @property
    def rows(self) -> list[Row]:
        """The rows of the table, the latest first."""
        return [bar.row for bar in reversed(self.bars)]


def bar_chart(rows: Sequence[Row], top: float | None = None) -> BarChart | None:
    """The chart of these rows, the latest of which comes last; None without any.

    `top` is the number at the top of the scale, a round one above the largest if it is not given.
    """
    if not rows:
        return None
    highest = _round(max(row.number for row in rows)) if top is None else top
    width = max(_FEWEST, len(rows)) * _STEP
    first = width - len(rows) * _STEP
    scale: Callable[[float], float] = lambda number: round(min(1.0, number / highest) * HEIGHT, 1)  # noqa: E731
    bars = [
        Bar(
            row,
            first + n * _STEP,
            HEIGHT - scale(row.number),
            scale(row.number),
            HEIGHT - scale(row.part),
            scale(row.part),
        )
        for n, row in enumerate(rows)
    ]
    return BarChart(tuple(bars), highest, width)


def _round(number: float) -> float:
    """The least of 1, 2, 4, 6, 10 times a power of ten that is not below a number; whole and even, from 2 on,
    so that half of it is whole too.
    """
    if number <= 2:
        return 2
    power = 10 ** math.floor(math.log10(number))
    return next(float(step * power) for step in (2, 4, 6, 8, 10) if step * power >= number)
