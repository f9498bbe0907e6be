"""Lists that are not ordered by relevance."""

from __future__ import annotations

import pytest

from semsearch.query import Order
from semsearch.records import Kind
from semsearch.results import Facts
from semsearch.search.listing import ordered
from semsearch.search.rank import Ranked

FACTS = {
    "a": Facts(Kind.TEXT, "notes/IMG_10.txt", "text/plain", 300, 2000.0),
    "b": Facts(Kind.TEXT, "work/img_9.txt", "text/plain", 100, 3000.0),
    "c": Facts(Kind.TEXT, "c.txt", "text/plain", 200, 1000.0),
    "d": Facts(Kind.TEXT, "other/c.txt", "text/plain", 200, 1000.0),
}


def found(**spreads: float) -> list[Ranked]:
    return [Ranked(doc, Kind.TEXT, Kind.TEXT, spreads=each) for doc, each in spreads.items()]


def docs(order: Order, **spreads: float) -> str:
    return "".join(hit.doc for hit in ordered(found(**spreads), FACTS, order))


@pytest.mark.parametrize(
    ("order", "expected"), [(Order.DATE, "bacd"), (Order.SIZE, "acdb"), (Order.NAME, "cdba")]
)
def test_the_newest_the_largest_and_the_first_by_name_come_first(order: Order, expected: str) -> None:
    assert docs(order, a=9, b=8, c=7, d=6) == docs(order, d=9, c=8, b=7, a=6) == expected


def test_documents_that_are_not_clear_matches_follow_in_order_of_relevance() -> None:
    assert docs(Order.DATE, c=9, a=8, d=1, b=0) == "acdb"


def test_removed_documents_are_left_out() -> None:
    assert docs(Order.NAME, a=9, gone=8, c=7) == "ca"
