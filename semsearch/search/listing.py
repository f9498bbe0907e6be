"""Put the ranked documents into the order of the query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.query import Order, Query
from semsearch.results import Facts
from semsearch.search.found import Found
from semsearch.search.rank import Ranked
from semsearch.search.relevance import is_clear
from semsearch.search.tuning import TUNING, Tuning
from semsearch.search.within import wants_all
from semsearch.store.ledger import Ledger

_DIGITS = re.compile(r"(\d+)")
_Key = tuple[float, list[str | int], str]


@dataclass(frozen=True, slots=True)
class Listed:
    """Documents in the order of the query.

    `facts` are those of the clear matches and their copies, if the query needs them. `unknown` are documents
    without facts: they were removed, or their records are damaged. `matches` and
    `weaker` are as in Results.
    """

    documents: Sequence[Ranked]
    facts: Mapping[str, Facts] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    matches: int | None = None
    weaker: int | None = None


def arrange(found: Found, query: Query, ledger: Ledger, tuning: Tuning = TUNING) -> Listed:
    """Order the documents as the query wants. Raises RedisError."""
    if not wants_all(query):
        return Listed(found.documents)
    groups = matching(found, tuning)
    docs = [doc for group in groups for doc in group]
    facts = ledger.facts(docs)
    listed = ordered(found.documents, facts, query.order, tuning)
    unknown, measured = [doc for doc in docs if doc not in facts], found.scales.measured
    if not listed or any(document.kind not in measured for document in listed):
        return Listed(listed, facts, unknown)  # of hits without a relevance nobody knows which of them match
    matches = sum(group[0] in facts for group in groups)
    near = sum(document.kind in measured and document.spreads >= 0 for document in listed)
    # Weaker hits are worth a page if they are as near as the best hit of an unrelated query. Others only
    # fill up the first page.
    reached = min(len(listed), max(near, query.limit))
    return Listed(listed, facts, unknown, matches, max(0, reached - matches))


def matching(found: Found, tuning: Tuning = TUNING) -> list[list[str]]:
    """The ids of each clear match and its copies. Where there is no scale, every document matches."""
    measured = found.scales.measured
    return [
        [document.doc, *(copy.doc for copy in document.copies)]
        for document in found.documents
        if document.kind not in measured or is_clear(document.spreads, tuning)
    ]


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
