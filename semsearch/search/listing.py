"""Put the ranked documents into the order of the query, and count facets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from semsearch.query import Order, Query
from semsearch.results import FacetCount, Facets, Facts
from semsearch.search.found import Found
from semsearch.search.rank import Ranked
from semsearch.search.relevance import is_clear
from semsearch.search.retrieve import wants_all
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.ledger import Ledger

_DIGITS = re.compile(r"(\d+)")
_Key = tuple[float, list[str | int], str]

# The years that semsearch.language.dates reads. A date outside of them has no facet.
_FIRST = datetime(1000, 1, 1, tzinfo=UTC).timestamp()
_LAST = datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Listed:
    """Documents in the order of the query, and facets if the query wants them.

    `unknown` are documents without facts: they were removed, or their records are damaged.
    """

    documents: Sequence[Ranked]
    facets: Facets | None = None
    unknown: Sequence[str] = ()


def arrange(found: Found, query: Query, ledger: Ledger, tuning: Tuning = TUNING) -> Listed:
    """Order the documents, and count the facets, as the query wants. Raises RedisError."""
    if not wants_all(query):
        return Listed(found.documents)
    measured = found.scales.measured
    matching = [
        document
        for document in found.documents
        if document.kind not in measured or is_clear(document.spreads, tuning)
    ]
    groups = [[document.doc, *(copy.doc for copy in document.copies)] for document in matching]
    docs = [doc for group in groups for doc in group]
    facts = ledger.facts(docs)
    facets = count_facets([facts[doc] for doc in group if doc in facts] for group in groups)
    listed = ordered(found.documents, facts, query.order, tuning)
    unknown = [doc for doc in docs if doc not in facts]
    return Listed(listed, facets if query.facets else None, unknown)


def ordered(
    found: Sequence[Ranked], facts: Mapping[str, Facts], order: Order, tuning: Tuning = TUNING
) -> list[Ranked]:
    """The clear matches in `order`, then the rest by relevance.

    A list by date would otherwise begin with weak hits. `facts` are those of the clear matches. A clear match
    without facts has been removed, and is left out.
    """
    clear = [each for each in found if is_clear(each.spreads, tuning) and each.doc in facts]
    rest = [each for each in found if not is_clear(each.spreads, tuning)]
    if order is Order.RELEVANCE:
        return clear + rest
    return sorted(clear, key=lambda each: sort_key(facts[each.doc], order)) + rest


def sort_key(facts: Facts, order: Order) -> _Key:
    """The sort key of a document. Its name and path decide ties, so that all pages have the same order."""
    first = {Order.DATE: -facts.date, Order.SIZE: -float(facts.size)}.get(order, 0.0)
    name = facts.path.rpartition("/")[2].casefold()
    # Numbers compare as numbers: IMG_9 comes before IMG_10. The split makes every second part a number.
    parts = [int(part) if n % 2 else part for n, part in enumerate(_DIGITS.split(name))]
    return first, parts, facts.path


def count_facets(hits: Iterable[Sequence[Facts]]) -> Facets:
    """Count the hits of each kind, folder, type, year and language.

    A hit is given as a document and its copies, and counts once for each distinct value. So a count is the
    number of hits that the filter for that value would leave.
    """
    groups = list(hits)
    return Facets(
        kind=_most_first(_counted(groups, lambda facts: facts.kind)),
        folder=_most_first(_counted(groups, _folder)),
        type=_most_first(_counted(groups, lambda facts: facts.media_type)),
        year=tuple(FacetCount(*each) for each in sorted(_counted(groups, _year).items(), reverse=True)),
        language=_most_first(_counted(groups, lambda facts: facts.language)),
    )


def _counted(groups: Iterable[Sequence[Facts]], value: Callable[[Facts], str]) -> Counter[str]:
    counted = Counter(found for group in groups for found in {value(facts) for facts in group})
    del counted[""]
    return counted


def _most_first(counted: Counter[str]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(*each) for each in sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def _folder(facts: Facts) -> str:
    """The topmost folder, written like a path filter; empty for a file that is in no folder."""
    top, below, _ = facts.path.partition("/")
    return f"{top}/" if below else ""


def _year(facts: Facts) -> str:
    """The year by the clock of the document's place; empty outside of the years that filters know."""
    return str(datetime.fromtimestamp(facts.date, UTC).year) if _FIRST <= facts.date <= _LAST else ""
