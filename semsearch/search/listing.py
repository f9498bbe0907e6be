"""The list of documents as it was asked for: its order, and counts of what is in it (facets)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from semsearch.query import Order
from semsearch.results import FacetCount, Facets, Facts
from semsearch.search.rank import Fused
from semsearch.search.relevance import is_clear

_DIGITS = re.compile(r"(\d+)")
_Key = tuple[float, list[str | int], str]

# The same years as in dates in words.
_FIRST, _LAST = datetime(1000, 1, 2).timestamp(), datetime(2999, 12, 30).timestamp()


def ordered(found: Sequence[Fused], facts: Mapping[str, Facts], order: Order) -> list[Fused]:
    """What clearly matches, newest, largest or first by name first; then the rest as it was.

    A list by date would else be full of what is no answer. `facts` are those of what clearly matches;
    documents without them are gone.
    """
    clear = [hit for hit in found if is_clear(hit.standing) and hit.doc in facts]
    rest = [hit for hit in found if not is_clear(hit.standing)]
    if order is Order.RELEVANCE:
        return clear + rest
    return sorted(clear, key=lambda hit: key(facts[hit.doc], order)) + rest


def key(facts: Facts, order: Order) -> _Key:
    """Where a document comes. Those alike are ordered by name, so that pages of a list fit together."""
    first = {Order.DATE: -facts.date, Order.SIZE: -float(facts.size)}.get(order, 0.0)
    name = facts.path.rpartition("/")[2].casefold()
    # IMG_9 comes before IMG_10: every second part is a number.
    parts = [int(part) if n % 2 else part for n, part in enumerate(_DIGITS.split(name))]
    return first, parts, facts.path


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
