"""The order of a list that is not ordered by relevance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from semsearch.facets import Facts
from semsearch.fusion import Fused
from semsearch.relevance import is_clear
from semsearch.types import Order

_DIGITS = re.compile(r"(\d+)")
_Key = tuple[float, list[str | int], str]


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
