"""Going through all hits of a query, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from semsearch.errors import QueryError
from semsearch.query import MAX_REACH, Cursor, Filters, Order, Query
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import TUNING
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.integration.conftest import Run
from tests.redis_client import as_role


@pytest.fixture
def make_searcher(settings: Settings, models: FakeModels) -> Iterator[Callable[..., Searcher]]:
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield lambda tuning=TUNING: Searcher(store, models, tuning, settings.home)  # type: ignore[arg-type]
    store.close()


def pages_of(searcher: Searcher, query: Query) -> list[Results]:
    pages = [searcher.search(replace(query, cursor=Cursor()))]
    while (following := pages[-1].next) is not None:
        pages.append(searcher.search(replace(query, cursor=following)))
    return pages


# The larger number is more than an offset reaches.
@pytest.mark.parametrize("number", [230, pytest.param(1_050, marks=pytest.mark.torture)])
def test_every_document_is_on_one_page_also_beyond_the_longest_offset(
    searcher: Searcher, models: FakeModels, folder: Path, run: Run, number: int
) -> None:
    for n in range(number):
        (folder / f"{n:04}.txt").write_text(f"Owls number {n} hunt {'mice ' * (n % 7)}.")
    run()
    pages = pages_of(searcher, Query("owls hunt mice", limit=100))
    listed = [hit.path for page in pages for hit in page.hits]
    assert [len(page.hits) for page in pages] == [100] * (number // 100) + [number % 100]
    assert len(set(listed)) == number == pages[0].total
    assert all(page.complete and not page.notes for page in pages)
    relevances = [hit.relevance or 0.0 for page in pages for hit in page.hits]
    assert relevances == sorted(relevances, reverse=True)
    assert models.words.asked.count("owls hunt mice") <= 1
    by_name = pages_of(searcher, Query("owls hunt mice", limit=100, order=Order.NAME))
    names = [hit.path for page in by_name for hit in page.hits if hit.is_clear]
    assert names == sorted(names)


@pytest.mark.usefixtures("library")
def test_pages_are_the_same_where_the_list_is_no_longer_kept(
    searcher: Searcher, make_searcher: Callable[[], Searcher]
) -> None:
    first = searcher.search(Query("owls", limit=2, cursor=Cursor()))
    here = searcher.search(Query("owls", limit=2, cursor=first.next))
    there = make_searcher().search(Query("owls", limit=2, cursor=first.next))
    assert [hit.doc for hit in here.hits] == [hit.doc for hit in there.hits]
    assert not {hit.doc for hit in here.hits} & {hit.doc for hit in first.hits}
    assert here.next == there.next


@pytest.mark.usefixtures("library")
def test_a_page_after_a_change_of_the_documents_says_so(searcher: Searcher, folder: Path, run: Run) -> None:
    first = searcher.search(Query("owls", limit=2, cursor=Cursor()))
    (folder / "new.txt").write_text("Owls again.")
    run()
    second = searcher.search(Query("owls", limit=2, cursor=first.next))
    assert any("Documents have changed since the page before" in note for note in second.notes)
    assert second.next is not None
    third = searcher.search(Query("owls", limit=2, cursor=second.next))
    assert not any("have changed" in note for note in third.notes)
    within = Filters(within=(str(folder),))
    limited = searcher.search(Query("owls", limit=2, cursor=Cursor(), filters=within))
    assert limited.next == Cursor(2, 0)


def test_the_last_page_of_a_list_that_does_not_reach_all_documents_says_so(
    make_searcher: Callable[..., Searcher], folder: Path, run: Run
) -> None:
    for n in range(15):
        (folder / f"{n:02}.txt").write_text(f"Owls number {n} hunt mice.")
    run()
    query = Query("owls hunt mice", limit=4)
    whole = pages_of(make_searcher(), query)
    assert all(page.complete and not page.notes for page in whole)
    *first, last = pages_of(make_searcher(replace(TUNING, deepest=6, depth=3, deep=4)), query)
    assert first
    assert all(page.complete and not page.notes for page in first)
    reached = sum(len(page.hits) for page in (*first, last))
    assert (last.total, last.complete) == (15, False)
    assert reached < 15
    assert last.notes[0].startswith(f"The list reaches no further than here: {reached} of 15 documents.")


@pytest.mark.usefixtures("library")
def test_the_pages_of_a_corrected_query_belong_together(searcher: Searcher) -> None:
    pages = pages_of(searcher, Query("geeese", limit=2))
    assert len(pages) > 1
    assert len({page.notes[0] for page in pages}) == 1
    assert "geese" in pages[0].notes[0]
    docs = [hit.doc for page in pages for hit in page.hits]
    assert len(docs) == len(set(docs))


@pytest.mark.usefixtures("library")
def test_pages_may_be_of_different_lengths_and_explained(searcher: Searcher) -> None:
    first = searcher.search(Query("owls", limit=1, cursor=Cursor()))
    second = searcher.search(Query("owls", limit=3, cursor=first.next, explain=True))
    assert [len(first.hits), len(second.hits)] == [1, 3]
    assert all(hit.explanation for hit in second.hits)


@pytest.mark.usefixtures("library")
def test_a_cursor_beyond_all_lists_is_refused(searcher: Searcher) -> None:
    assert searcher.search(Query("owls", cursor=Cursor(5_000))).hits == ()
    with pytest.raises(QueryError, match="offset is 40,001: it must be between 0 and 40,000"):
        searcher.search(Query("owls", cursor=Cursor(MAX_REACH + 1)))
    assert searcher.search(Query("owls")).next is None
