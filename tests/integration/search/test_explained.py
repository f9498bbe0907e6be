"""Why a document is a hit, in words and numbers."""

from __future__ import annotations

import pytest

from semsearch.query import Query
from semsearch.results import CLEAR, Explanation, Hit
from semsearch.search.searcher import Searcher
from tests.integration.library import shown

pytestmark = pytest.mark.usefixtures("library")


def explained(searcher: Searcher, query: Query, path: str) -> tuple[Hit, Explanation]:
    hits = {hit.path: hit for hit in searcher.search(query).hits}
    why = hits[path].explanation
    assert why is not None
    return hits[path], why


def test_a_hit_is_explained_only_if_the_query_asks_for_it(searcher: Searcher) -> None:
    assert all(hit.explanation is None for hit in searcher.search(Query("owls")).hits)
    assert all(hit.explanation is not None for hit in searcher.search(Query("owls", explain=True)).hits)


def test_the_words_that_a_document_has_and_those_that_it_lacks_are_named(searcher: Searcher) -> None:
    query = Query("owls hunting the submarines", explain=True)
    hit, why = explained(searcher, query, "notes/birds/owls.txt")
    assert (why.words, why.absent) == (("owls", "hunting"), ("submarines",))
    assert why.coverage is not None
    assert 0 < why.coverage < 1
    assert f"owls and hunting, {why.coverage:.0%} of the weight of all; it lacks submarines." in why.text
    assert f"a relevance of {hit.relevance:.2f}" in why.text


def test_its_spreads_say_whether_it_is_a_clear_match(searcher: Searcher) -> None:
    hits = searcher.search(Query("owls hunt mice", explain=True)).hits
    for hit in hits:
        why = hit.explanation
        assert why is not None
        assert why.spreads is not None
        assert why.near is None or why.spreads >= why.near
        assert hit.relevance is not None
        assert (why.spreads >= why.threshold) == (hit.relevance >= CLEAR)
    spreads = [hit.explanation.spreads for hit in hits if hit.explanation]
    assert spreads == sorted(spreads, key=lambda each: -(each or 0.0))


def test_a_document_found_by_its_meaning_alone_has_no_coverage(searcher: Searcher) -> None:
    _, why = explained(searcher, Query("owls", explain=True), "notes/ships.md")
    assert (why.coverage, why.words, why.absent) == (None, (), ("owls",))
    assert why.text.startswith("The meaning of its text is ")
    assert "It has none of the words." in why.text


def test_a_name_that_is_the_query_is_told(searcher: Searcher) -> None:
    _, why = explained(searcher, Query("geese report", explain=True), "work/geese report.txt")
    assert "The query is its title or the name of its file." in why.text
    assert why.words == ("geese", "report")


def test_pictures_like_a_picture_have_a_similarity_and_no_spreads(searcher: Searcher) -> None:
    hit, why = explained(
        searcher, Query(look=searcher.look(shown("red")), explain=True), "pictures/red-square.png"
    )
    assert (why.near, why.spreads, why.coverage, why.words) == (None, None, None, ())
    assert why.text == f"What it shows is near to the example: the similarity is {hit.similarity:.2f}."


def test_a_query_that_only_excludes_explains_nothing(searcher: Searcher) -> None:
    _, why = explained(searcher, Query("-owls", explain=True), "notes/ships.md")
    assert (why.near, why.coverage, why.text) == (None, None, "")
