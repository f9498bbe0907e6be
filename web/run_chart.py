"""Past runs of ingestion as a chart of bars, which the template draws as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.overview import PastRun

# The runs of a chart. A few runs take a part of its width, at the right.
MOST = 40
_STEP, _WIDTH = 10, 7
# The height of a power of ten: a first run has thousands of files, and a later one has three.
_POWER = 30
# The height of the mark for failures, which hangs below the line at 0.
_MARK = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A run. The edges are in units of the chart, from the left and from the top."""

    run: PastRun
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, the oldest run first, over a scale of powers of ten.

    `powers` are the numbers of files on the scale, the largest first. `lines` are their places from the top,
    and `zero` is that of no files. `mark` is the height of the mark for failures.
    """

    bars: tuple[Bar, ...]
    powers: tuple[int, ...]
    lines: tuple[int, ...]
    zero: int
    width: int = MOST * _STEP
    bar: int = _WIDTH
    mark: int = _MARK

    @property
    def height(self) -> int:
        """The height of the chart with the marks."""
        return self.zero + self.mark


def chart(runs: Sequence[PastRun]) -> Chart | None:
    """The chart of the latest runs, which come first; None without any."""
    shown = list(reversed(runs[:MOST]))
    if not shown:
        return None
    highest = max(1, math.ceil(max(_power(run.changed) for run in shown)))
    zero = highest * _POWER
    bars = []
    for n, run in enumerate(shown, MOST - len(shown)):
        height = round(_power(run.changed) * _POWER, 1)
        bars.append(Bar(run, n * _STEP, zero - height, height))
    powers = tuple(10**n for n in range(highest, 0, -1))
    return Chart(tuple(bars), powers, tuple(n * _POWER for n in range(highest)), zero)


def _power(files: int) -> float:
    """The height of a number of files in powers of ten: 0 for none, and never less than a tenth for some."""
    return max(0.1, math.log10(files)) if files else 0.0
