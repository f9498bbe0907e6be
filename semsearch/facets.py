"""What there is among the hits: how many of each kind, folder, type and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from semsearch.types import Kind

# The same years as in dates in words.
_FIRST, _LAST = datetime(1000, 1, 2).timestamp(), datetime(2999, 12, 30).timestamp()


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a document, what lists are ordered and counted by; `date` is in seconds since 1970."""

    kind: Kind
    path: str
    media_type: str
    size: int
    date: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    """So many hits have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the hits that clearly match are in each topmost folder, of each kind, type and year.

    Those with the most hits come first, and the latest year.
    """

    kind: tuple[FacetCount, ...]
    folder: tuple[FacetCount, ...]
    type: tuple[FacetCount, ...]
    year: tuple[FacetCount, ...]


def count(hits: Iterable[Sequence[Facts]]) -> Facets:
    """Each hit is a document with its copies; of what it has several times it counts once.

    So a count is the number of hits that there would be with that filter.
    """
    groups = list(hits)
    return Facets(
        kind=_most_first(_counted(groups, lambda facts: facts.kind)),
        folder=_most_first(_counted(groups, _folder)),
        type=_most_first(_counted(groups, lambda facts: facts.media_type)),
        year=tuple(FacetCount(*each) for each in sorted(_counted(groups, _year).items(), reverse=True)),
    )


def _counted(groups: Iterable[Sequence[Facts]], value: Callable[[Facts], str]) -> Counter[str]:
    counted = Counter(found for group in groups for found in {value(facts) for facts in group})
    del counted[""]
    return counted


def _most_first(counted: Counter[str]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(*each) for each in sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def _folder(facts: Facts) -> str:
    """The topmost folder, as a filter by path takes it; files that are in none cannot be filtered by."""
    top, below, _ = facts.path.partition("/")
    return f"{top}/" if below else ""


def _year(facts: Facts) -> str:
    """In local time, as dates in words are."""
    return str(datetime.fromtimestamp(facts.date).year) if _FIRST < facts.date < _LAST else ""
