"""How many hits are of which time, as bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semsearch.language import dates
from semsearch.query import DateRange, Filters
from semsearch.results import Facets
from web.form import Form

# The most years that are shown as months, and the most bars. More years than bars share bars.
_YEARS_OF_MONTHS = 2
_MOST_BARS = 48
_WIDTH, _HEIGHT, _GAP, _LEAST, _WIDEST = 144.0, 40.0, 1.0, 2.0, 16.0


@dataclass(frozen=True, slots=True)
class Bar:
    """The hits of a time from the year or month `first` to `last`, and the rectangle that shows how many."""

    first: str
    last: str
    count: int
    x: float
    width: float
    height: float
    is_chosen: bool

    @property
    def y(self) -> float:
        return round(_HEIGHT - self.height, 2)


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars from the earliest hit to the latest. `link` is the search without a date."""

    bars: Sequence[Bar]
    link: str
    width: float = _WIDTH
    height: float = _HEIGHT


def histogram(form: Form, facets: Facets, filters: Filters) -> Histogram | None:
    """The hits by year, or by month where they are of few years; None if all are of one time."""
    months = len(facets.year) <= _YEARS_OF_MONTHS
    counted = {each.value: each.count for each in (facets.month if months else facets.year)}
    if len(counted) < 2:
        return None
    times = list(_months(min(counted), max(counted)) if months else _years(min(counted), max(counted)))
    step = -(-len(times) // _MOST_BARS)
    parts = [times[start : start + step] for start in range(0, len(times), step)]
    counts = [sum(counted.get(time, 0) for time in part) for part in parts]
    place = _WIDTH / len(parts)
    width = min(max(place - _GAP, place / 2), _WIDEST)
    bars = [
        Bar(
            part[0],
            part[-1],
            count,
            round((n + 0.5) * place - width / 2, 2),
            round(width, 2),
            round(max(count / max(counts) * _HEIGHT, _LEAST if count else 0), 2),
            _is_within(part[0], part[-1], filters),
        )
        for n, (part, count) in enumerate(zip(parts, counts, strict=True))
    ]
    return Histogram(bars, form.changed(when="", since="", until="").link())


def _is_within(first: str, last: str, filters: Filters) -> bool:
    """Whether the filters let some of the time through."""
    allowed = [DateRange(filters.since, filters.until), *filters.when]
    time = dates.read(f"{first} to {last}")
    return _overlap(time, allowed[0]) and any(_overlap(time, each) for each in allowed[1:] or allowed)


def _overlap(one: DateRange, other: DateRange) -> bool:
    return all(
        begun.since is None or ended.until is None or begun.since < ended.until
        for begun, ended in ((one, other), (other, one))
    )


def _years(first: str, last: str) -> Iterator[str]:
    return (str(year) for year in range(int(first), int(last) + 1))


def _months(first: str, last: str) -> Iterator[str]:
    numbers = [int(each[:4]) * 12 + int(each[5:]) - 1 for each in (first, last)]
    return (f"{n // 12}-{n % 12 + 1:02}" for n in range(numbers[0], numbers[1] + 1))
