"""The lists that are kept for those who go through them page by page."""

from __future__ import annotations

import pytest

from semsearch.language.query_syntax import Wording
from semsearch.query import Cursor, Filters, Query
from semsearch.records import Kind
from semsearch.search import kept
from semsearch.search.found import Found, Sought
from semsearch.search.kept import KeptLists, Made
from semsearch.search.listing import Listed
from semsearch.search.rank import Ranked
from semsearch.search.relevance import Scales
from semsearch.store.replies import Candidate


def made(documents: int = 1, pieces: int = 0) -> Made:
    candidates = [Candidate("a", Kind.TEXT, "text", n, 0.5) for n in range(pieces)]
    ranked = [Ranked(str(n), Kind.TEXT, Kind.TEXT, candidates=candidates) for n in range(documents)]
    found = Found(ranked, documents, True, Scales({}), (Sought("owls", Wording("owls")),))
    return Made(Query("owls"), (), found, Listed(ranked))


def test_a_list_is_kept_for_all_pages_of_its_query_and_for_no_other_one() -> None:
    lists, found = KeptLists(), made()
    lists.keep(Query("owls", limit=10, cursor=Cursor()), 27, found)
    assert lists.get(Query("owls", limit=5, cursor=Cursor(10, 27), explain=True), 27) is found
    assert lists.get(Query("owls", cursor=Cursor()), 28) is None
    assert lists.get(Query("owl", cursor=Cursor()), 27) is None
    assert lists.get(Query("owls", cursor=Cursor(), copies=True), 27) is None
    assert lists.get(Query("owls", cursor=Cursor(), filters=Filters(within=("/a",))), 27) is None


def test_the_oldest_lists_are_dropped_where_all_together_are_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "_MOST", 100)
    lists = KeptLists()
    for name, documents, pieces in (("a", 40, 0), ("b", 10, 4), ("c", 20, 1)):
        lists.keep(Query(name), 1, made(documents, pieces))
    assert [lists.get(Query(name), 1) is not None for name in "abc"] == [False, True, True]
    lists.keep(Query("d"), 1, made(1, 200))
    assert all(lists.get(Query(name), 1) is None for name in "abcd")


def test_a_list_is_dropped_after_some_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = KeptLists()
    lists.keep(Query("owls"), 1, made())
    monkeypatch.setattr(kept, "_SECONDS", -1.0)
    assert lists.get(Query("owls"), 1) is None
