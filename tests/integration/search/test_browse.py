"""Documents without a query: their order, filters, counts and pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.errors import QueryError
from semsearch.query import Filters, Order, Query
from semsearch.records import Kind
from semsearch.results import FacetCount
from semsearch.search import browse
from semsearch.search.searcher import Searcher

Run = Callable[..., Summary]


@pytest.fixture
def dated(folder: Path, run: Run) -> Path:
    """Five files: from 2015 to 2019, each smaller than the one before."""
    for n, name in enumerate(["e.txt", "a.txt", "work/d.txt", "work/b.txt", "clip.mp4"]):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"Geese number {n}. " * (9 - n))
        moment = datetime(2015 + n, 6, 1).timestamp()
        os.utime(file, (moment, moment))
    run()
    return folder


def listed(searcher: Searcher, query: Query) -> list[str]:
    return [hit.path for hit in searcher.browse(query).hits]


@pytest.mark.usefixtures("dated")
def test_documents_come_newest_first_by_name_or_largest_first(searcher: Searcher) -> None:
    newest = ["clip.mp4", "work/b.txt", "work/d.txt", "a.txt", "e.txt"]
    assert listed(searcher, Query()) == listed(searcher, Query(order=Order.DATE)) == newest
    assert listed(searcher, Query(order=Order.SIZE)) == newest[::-1]
    by_name = ["a.txt", "clip.mp4", "e.txt", "work/b.txt", "work/d.txt"]
    assert listed(searcher, Query(order=Order.NAME)) == by_name


@pytest.mark.usefixtures("dated")
@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other(searcher: Searcher, order: Order) -> None:
    whole = searcher.browse(Query(order=order))
    pages = [listed(searcher, Query(order=order, limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert [path for page in pages for path in page] == [hit.path for hit in whole.hits]
    assert whole.total == 5
    assert whole.complete


@pytest.mark.usefixtures("dated")
def test_filters_hold_and_a_text_shows_how_it_begins(searcher: Searcher) -> None:
    until = Filters(kind=Kind.TEXT, path=("work/",), until=datetime(2018, 1, 1))
    (hit,) = searcher.browse(Query(filters=until)).hits
    assert hit.path == "work/d.txt"
    assert hit.passages[0].snippet.startswith("Geese number 2.")
    assert (hit.similarity, hit.relevance, hit.legs) == (None, None, ())


@pytest.mark.usefixtures("dated")
def test_documents_are_counted_without_the_filter_of_the_same_group(searcher: Searcher) -> None:
    facets = searcher.browse(Query(filters=Filters(path=("work/",)), facets=True)).facets
    assert facets is not None
    assert facets.year == (FacetCount("2018", 1), FacetCount("2017", 1))
    assert FacetCount("work/", 2) in facets.folder
    assert sum(each.count for each in facets.folders if not each.path) == 5


@pytest.mark.usefixtures("dated")
def test_too_many_documents_are_listed_and_not_counted(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "MOST_COUNTED", 4)
    results = searcher.browse(Query(facets=True))
    assert results.facets is None
    assert len(results.hits) == 5
    assert "Choose a folder" in results.notes[0]


def test_an_empty_library_is_an_empty_list(searcher: Searcher) -> None:
    assert searcher.browse(Query(facets=True)).total == 0


@pytest.mark.parametrize("query", [Query(limit=0), Query(offset=-1), Query(offset=9999)])
def test_a_page_beyond_the_limits_is_refused(searcher: Searcher, query: Query) -> None:
    with pytest.raises(QueryError):
        searcher.browse(query)
