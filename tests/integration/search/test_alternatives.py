"""A query with "OR": a document counts by the best of its alternatives."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import QueryError
from semsearch.query import Cursor, Filters, Mode, Order, Query
from semsearch.records import Kind
from semsearch.results import NOTHING_CLEAR, Hit
from semsearch.search.searcher import Searcher
from tests.integration.conftest import Run
from tests.integration.library import paths

OWLS, GEESE, SHIPS = "notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md"

pytestmark = pytest.mark.usefixtures("restored")


def clear(searcher: Searcher, query: Query) -> set[str]:
    return {hit.path for hit in searcher.search(query).hits if hit.is_clear}


def marked(hit: Hit) -> set[str]:
    return {each.snippet[slice(*span)].lower() for each in hit.passages for span in each.highlights}


def hit_of(searcher: Searcher, query: Query, path: str) -> Hit:
    return {hit.path: hit for hit in searcher.search(query).hits}[path]


def test_a_document_matches_as_clearly_as_by_its_best_alternative(searcher: Searcher) -> None:
    alone = {hit.path: hit.relevance for text in ("owls hunt mice", "a ship sails") for hit in
             searcher.search(Query(text)).hits if hit.is_clear}  # fmt: skip
    both = {hit.path: hit.relevance for hit in searcher.search(Query("owls hunt mice OR a ship sails")).hits}
    assert {OWLS, SHIPS} <= alone.keys()
    assert {path: both[path] for path in (OWLS, SHIPS)} == {path: alone[path] for path in (OWLS, SHIPS)}
    assert paths(searcher.search(Query("owls hunt mice OR a ship sails")))[:2] in (
        [OWLS, SHIPS],
        [SHIPS, OWLS],
    )


def test_filters_and_excluded_words_hold_for_all_alternatives_and_a_phrase_for_its_own(
    searcher: Searcher,
) -> None:
    assert clear(searcher, Query("(owls OR geese) -mice", mode=Mode.WORDS)) == {
        GEESE,
        "work/geese report.txt",
    }
    pictures = searcher.search(Query("red OR blue", filters=Filters(kind=Kind.IMAGE)))
    assert {"pictures/red-square.png", "pictures/blue-square.png"} == set(paths(pictures)[:2])
    found = paths(searcher.search(Query('"hunt mice" OR "fly south"')))
    assert sorted(found) == [GEESE, OWLS]
    assert paths(searcher.search(Query('"hunt mice" OR "fly south"', filters=Filters(path=("work/",))))) == []


def test_a_document_that_several_alternatives_find_is_listed_and_counted_once(searcher: Searcher) -> None:
    found = searcher.search(Query("owls OR mice OR hunting", mode=Mode.WORDS))
    assert (paths(found), found.total) == ([OWLS], 1)
    every = searcher.search(Query("owls OR ship", limit=100))
    assert every.total == searcher.search(Query("owls", limit=100)).total == len(every.hits)


def test_facets_and_orders_count_what_any_alternative_finds(searcher: Searcher) -> None:
    query = Query("owls OR ship", facets=True, order=Order.NAME, filters=Filters(path=("notes/",)))
    results = searcher.search(query)
    assert paths(results)[:2] == [OWLS, SHIPS]
    assert results.facets is not None
    assert {each.value: each.count for each in results.facets.kind} == {"text": 2}
    assert results.matches == 2


def test_all_pages_together_have_each_document_once(searcher: Searcher) -> None:
    whole = paths(searcher.search(Query("owls OR ship", limit=100)))
    cursor, found = Cursor(), []
    while cursor is not None:
        page = searcher.search(Query("owls OR ship", limit=2, cursor=cursor))
        found += paths(page)
        cursor = page.next
    assert sorted(found) == sorted(whole)


@pytest.mark.usefixtures("library")
def test_words_are_marked_of_the_alternatives_that_match(folder: Path, run: Run, searcher: Searcher) -> None:
    (folder / "both.txt").write_text("Owls hunt mice while a ship sails by night.")
    run()
    query = Query('"owls hunt mice" OR a ship sails')
    assert marked(hit_of(searcher, query, "both.txt")) >= {"owls", "hunt", "mice", "ship", "sails"}
    assert marked(hit_of(searcher, query, OWLS)) == {"owls", "hunt", "mice"}
    assert marked(hit_of(searcher, Query("owls hunt mice OR night watch ship"), OWLS)) == {
        "owls",
        "hunt",
        "mice",
    }


def test_an_explanation_names_the_alternative(searcher: Searcher) -> None:
    why = hit_of(searcher, Query("owls OR a ship sails", explain=True), SHIPS).explanation
    assert why is not None
    assert (why.alternative, why.words) == ("a ship sails", ("ship", "sails"))
    assert why.text.startswith("The alternative “a ship sails” finds it. ")
    why = hit_of(searcher, Query("a ship sails", explain=True), SHIPS).explanation
    assert why is not None
    assert why.alternative is None


def test_nothing_clearly_matches_only_if_no_alternative_does(searcher: Searcher) -> None:
    assert NOTHING_CLEAR in searcher.search(Query("submarines OR helicopters")).notes
    assert NOTHING_CLEAR not in searcher.search(Query("submarines OR owls hunt mice")).notes


def test_a_mistyped_or_unfinished_word_of_an_alternative_is_corrected(searcher: Searcher) -> None:
    results = searcher.search(Query("geese OR autunm"))
    assert [(each.typed, each.meant) for each in results.corrections] == [("autunm", "autumn")]
    results = searcher.search(Query("geese OR quart", unfinished=True))
    assert [each.meant for each in results.corrections] == ["quarter"]
    assert searcher.completion("geese OR autu", Filters()).texts == ("geese OR autumn",)


def test_the_sentence_is_the_answer_to_one_alternative(searcher: Searcher) -> None:
    doc = hit_of(searcher, Query("owls"), OWLS).doc
    for query in ("a submarine dives OR owls hunt mice", "hunt at night in the woods of spring OR submarine"):
        cut = searcher.excerpt(doc, 0, query)
        assert cut.sentence is not None
        assert cut.snippet[slice(*cut.sentence)] == "Owls hunt mice at night."


def test_more_than_four_alternatives_are_an_error(searcher: Searcher) -> None:
    assert searcher.search(Query("a OR b OR c OR owls")).hits
    with pytest.raises(QueryError, match="more than 4 alternatives with OR"):
        searcher.search(Query("a OR b OR c OR d OR owls"))
