"""Examples in a query: documents and a posted picture that the hits should be like, or unlike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ingest.summary import Summary
from semsearch.errors import NotFoundError, QueryError
from semsearch.query import MAX_EXAMPLES, Filters, Look, Mode, Query
from semsearch.records import DocumentRecord, Kind
from semsearch.results import Results
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store
from tests.fakes import FakeModels

Run = Callable[..., Summary]
Records = Callable[[], dict[str, DocumentRecord]]

TEXTS = {
    "pie.txt": "Apple pie wants butter, flour, sugar, oven and baking.",
    "phone.txt": "Apple phone wants screen, battery, charger, cable and software.",
    "bread.txt": "Bread wants butter, flour, salt, oven and baking.",
    "cake.txt": "Cake wants butter, eggs, sugar, oven and baking.",
    "laptop.txt": "Laptop wants screen, battery, keyboard, cable and software.",
}
PICTURES = {"rose.png": "red", "tomato.png": "red", "sea.png": "blue", "sky.png": "blue"}


@pytest.fixture
def docs(folder: Path, run: Run, records: Records) -> dict[str, str]:
    """The ids of the documents of a small library, by path."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    for number, (name, colour) in enumerate(PICTURES.items()):
        Image.new("RGB", (40 + number, 40), colour).save(folder / name)
    run()
    return {path: record.doc for path, record in records().items()}


def paths(results: Results, kind: Kind | None = None) -> list[str]:
    return [hit.path for hit in results.hits if kind in (None, hit.kind)]


def test_an_example_moves_the_documents_that_words_find(searcher: Searcher, docs: dict[str, str]) -> None:
    def lead(likes: Sequence[str] = (), unlikes: Sequence[str] = ()) -> float:
        """How much nearer the apple pie is to the query than the apple phone."""
        examples = ([docs[name] for name in each] for each in (likes, unlikes))
        results = searcher.search(Query("apple", *map(tuple, examples), mode=Mode.MEANING))
        near = {hit.path: hit.similarity or 0.0 for hit in results.hits}
        assert {"pie.txt", "phone.txt"} < near.keys()
        return near["pie.txt"] - near["phone.txt"]

    assert (
        lead(["laptop.txt"]) < lead() < lead(["bread.txt"]) < lead(["bread.txt", "cake.txt"], ["laptop.txt"])
    )
    assert lead(unlikes=["bread.txt"]) < lead() < lead(unlikes=["laptop.txt"])


def test_examples_without_words_find_what_is_like_them_all(searcher: Searcher, docs: dict[str, str]) -> None:
    likes = (docs["bread.txt"], docs["laptop.txt"])
    assert set(paths(searcher.search(Query(likes=likes)))[:3]) == {"pie.txt", "cake.txt", "phone.txt"}

    def ahead(*unlikes: str) -> float:
        """How much nearer another cake is to the pie than what shares only the apple with it."""
        results = searcher.search(Query(likes=(docs["pie.txt"],), unlikes=tuple(map(docs.get, unlikes))))  # type: ignore[arg-type]
        near = {hit.path: hit.similarity or 0.0 for hit in results.hits}
        return near["cake.txt"] - near["phone.txt"]

    assert 0 < ahead("bread.txt") < ahead()


def test_hits_that_examples_alone_have_found_are_not_counted_as_matches(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    for query in (Query(likes=(docs["rose.png"],)), Query(likes=(docs["bread.txt"],))):
        results = searcher.search(replace(query, facets=True))
        assert {hit.relevance for hit in results.hits} == {None}
        assert (results.matches, results.weaker) == (None, None)
    # Nor are they where words give the others a relevance.
    results = searcher.search(replace(Query("apple", likes=(docs["rose.png"],)), facets=True))
    assert {hit.relevance is None for hit in results.hits} == {True, False}
    assert (results.matches, results.weaker) == (None, None)


def test_an_example_is_no_hit_whether_it_is_wanted_or_not(searcher: Searcher, docs: dict[str, str]) -> None:
    query = Query("apple", likes=(docs["pie.txt"],), unlikes=(docs["phone.txt"], docs["sea.png"]))
    assert {"pie.txt", "phone.txt", "sea.png"}.isdisjoint(paths(searcher.search(query)))


def test_a_list_without_words_lacks_what_is_not_wanted(searcher: Searcher, docs: dict[str, str]) -> None:
    pictures = Filters(kind=Kind.IMAGE)
    found = searcher.search(Query(unlikes=(docs["sea.png"],), filters=pictures, copies=True))
    assert set(paths(found)) == PICTURES.keys() - {"sea.png"}
    assert found.total == 3
    assert "cake.txt" not in paths(found := searcher.search(Query("-phone", unlikes=(docs["cake.txt"],))))
    assert {"pie.txt", "laptop.txt"} < set(paths(found))


def test_pictures_move_the_search_for_pictures_and_texts_that_for_texts(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    for example, other in (("rose.png", "tomato.png"), ("sea.png", "sky.png")):
        results = searcher.search(Query("wants", likes=(docs[example],)))
        assert paths(results, Kind.IMAGE)[0] == other
        assert {hit.relevance is None for hit in results.hits if hit.kind is Kind.IMAGE} == {True}
        assert {hit.relevance is None for hit in results.hits if hit.kind is Kind.TEXT} == {False}
    results = searcher.search(Query("red", likes=(docs["bread.txt"],), copies=True))
    assert set(paths(results, Kind.IMAGE)[:2]) == {"rose.png", "tomato.png"}
    assert {hit.relevance is None for hit in results.hits if hit.kind is Kind.TEXT} == {True}


def test_texts_and_pictures_that_are_examples_together_find_both(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    found = searcher.search(Query(likes=(docs["bread.txt"], docs["rose.png"])))
    assert paths(found, Kind.TEXT)[0] in ("pie.txt", "cake.txt")
    assert paths(found, Kind.IMAGE)[0] == "tomato.png"


def test_counts_of_what_is_like_an_example_are_the_same_on_each_page_and_in_each_list(
    store: Store, models: FakeModels, docs: dict[str, str]
) -> None:
    searcher = Searcher(store, models, Tuning(depth=2, shallow_hits=2, deep=50))  # type: ignore[arg-type]
    query = Query(likes=(docs["rose.png"],), facets=True, copies=True, limit=2)
    for offset in (0, 2):
        facets = searcher.search(replace(query, offset=offset)).facets
        assert facets is not None
        assert {each.value: each.count for each in facets.kind} == {"image": 3}
    assert searcher.search(replace(query, filters=Filters(kind=Kind.IMAGE))).total == 3


def test_a_posted_picture_is_an_example_beside_words_and_documents(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    look = searcher.look(Image.new("RGB", (9, 9), "blue"))
    assert set(paths(searcher.search(Query(look=look)))[:2]) == {"sea.png", "sky.png"}
    found = searcher.search(Query("bread", look=look, unlikes=(docs["sea.png"],)))
    assert paths(found, Kind.IMAGE)[0] == "sky.png"
    assert paths(found, Kind.TEXT)[0] == "bread.txt"


def test_words_that_are_only_matched_letter_for_letter_go_with_examples(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    found = searcher.search(Query("salt", mode=Mode.WORDS, likes=(docs["laptop.txt"],)))
    assert set(paths(found)[:2]) == {"bread.txt", "phone.txt"}


def test_a_filter_for_texts_leaves_pictures_among_the_examples_out(
    searcher: Searcher, docs: dict[str, str]
) -> None:
    query = Query("apple", likes=(docs["rose.png"],), filters=Filters(kind=Kind.TEXT))
    assert {hit.kind for hit in searcher.search(query).hits} == {Kind.TEXT}


def test_pages_of_a_search_with_examples_follow_each_other(searcher: Searcher, docs: dict[str, str]) -> None:
    query = Query("butter", likes=(docs["pie.txt"],), copies=True)
    whole = searcher.search(query)
    pages = [paths(searcher.search(replace(query, limit=2, offset=offset))) for offset in range(0, 8, 2)]
    assert [path for page in pages for path in page] == paths(whole)
    assert whole.total == len(whole.hits) == len(docs) - 1


@pytest.mark.parametrize(
    ("query", "error", "words"),
    [
        (Query(unlikes=("0123456789abcdef",)), QueryError, "empty"),
        (Query("apple", likes=("0123456789abcdef",)), NotFoundError, "0123456789abcdef"),
        (Query("apple", unlikes=("0123456789abcdef",)), NotFoundError, "0123456789abcdef"),
        (Query("apple", likes=("x",) * (MAX_EXAMPLES + 1)), QueryError, "21 examples: 20 are the most"),
    ],
)
def test_impossible_examples_are_refused(
    query: Query, error: type[Exception], words: str, searcher: Searcher, docs: dict[str, str]
) -> None:
    assert docs
    with pytest.raises(error, match=words):
        searcher.search(query)


@pytest.mark.usefixtures("docs")
def test_a_posted_picture_that_another_model_has_read_is_refused(searcher: Searcher) -> None:
    look = searcher.look(Image.new("RGB", (9, 9), "blue"))
    with pytest.raises(QueryError, match=r"read by older, and colours is in use\. Drop or choose it again"):
        searcher.search(Query(look=Look("older", look.visual, look.semantic)))
