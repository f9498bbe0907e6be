"""The order of hits, on real files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.query import Filters, Order, Query
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store
from tests.fakes import FakeModels

Run = Callable[..., Summary]

DAY = 86_400


@pytest.fixture
def geese(folder: Path, run: Run) -> Path:
    """30 notes with the words of the query, of decreasing dates and different sizes, and 30 other notes."""
    for n in range(30):
        file = folder / f"geese {n}.txt"
        file.write_text(f"Geese fly south, flock {n}. " + "." * (n * 7 % 30) * 100)
        os.utime(file, (1e9 - n * DAY, 1e9 - n * DAY))
        (folder / f"other {n}.txt").write_text(f"Report {n} on things that happened.")
    run()
    return folder


def all_pages(searcher: Searcher, order: Order) -> list[str]:
    pages = (Query("geese fly south", order=order, limit=7, offset=offset) for offset in range(0, 70, 7))
    return [hit.path for query in pages for hit in searcher.search(query).hits]


@pytest.mark.usefixtures("geese")
@pytest.mark.parametrize("order", list(Order))
def test_clear_matches_come_first_in_the_order_and_pages_have_no_repetition(
    searcher: Searcher, order: Order
) -> None:
    paths = all_pages(searcher, order)
    assert len(paths) == len(set(paths)) == 60
    expected = {
        Order.DATE: [f"geese {n}.txt" for n in range(30)],
        Order.NAME: [f"geese {n}.txt" for n in range(30)],
        Order.SIZE: [f"geese {n}.txt" for n in sorted(range(30), key=lambda n: -(n * 7 % 30))],
    }
    assert paths[:30] == expected.get(order, paths[:30])
    assert paths[30:] == all_pages(searcher, Order.RELEVANCE)[30:]
    assert all(path.startswith("geese") for path in paths[:30])


@pytest.mark.usefixtures("geese")
def test_all_matches_are_ordered_however_many_there_are(store: Store, models: FakeModels) -> None:
    """The newest match may be far from the best by relevance: a list by date must not leave it out."""
    searcher = Searcher(store, models, Tuning(depth=5))  # type: ignore[arg-type]
    assert all_pages(searcher, Order.DATE)[:30] == [f"geese {n}.txt" for n in range(30)]


@pytest.mark.usefixtures("geese")
def test_the_order_changes_neither_the_total_nor_the_filters(searcher: Searcher) -> None:
    filters = Filters(path=("geese 1",))
    by_name = searcher.search(Query("geese", order=Order.NAME, filters=filters))
    assert by_name.total == searcher.search(Query("geese", filters=filters)).total == 11
    assert [hit.path for hit in by_name.hits[:3]] == ["geese 1.txt", "geese 10.txt", "geese 11.txt"]


@pytest.mark.usefixtures("geese")
def test_clear_matches_and_the_weaker_hits_after_them_are_counted_on_every_page(searcher: Searcher) -> None:
    pages = [
        searcher.search(Query("geese fly south", facets=True, limit=7, offset=offset)) for offset in (0, 28)
    ]
    assert {page.matches for page in pages} == {30}
    assert len({page.weaker for page in pages}) == 1
    assert pages[0].weaker in range(31)
    # Hits that are as near as those of any query fill up the first page, and no more.
    nothing = searcher.search(Query("quantum chromodynamics", facets=True, limit=7))
    assert (nothing.matches, nothing.weaker) == (0, len(nothing.hits))
    assert searcher.search(Query("geese fly south")).matches is None


@pytest.mark.usefixtures("geese")
def test_hits_of_an_example_have_no_relevance_so_nothing_is_counted(searcher: Searcher) -> None:
    doc = searcher.search(Query("geese fly south")).hits[0].doc
    like = searcher.search(Query(likes=(doc,), facets=True))
    assert like.hits
    assert (like.matches, like.weaker) == (None, None)
