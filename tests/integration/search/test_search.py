"""The hits of a search, and their order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from ingest.summary import Summary
from semsearch.query import Filters, Mode, Query
from semsearch.records import Kind
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.store import Store
from tests.fakes import Colours, FakeModels
from tests.integration.library import paths, shown

Run = Callable[..., Summary]


def test_more_like_this_finds_the_file_of_the_same_name_in_another_folder(
    tmp_path: Path, run: Run, searcher: Searcher
) -> None:
    for name, content in (("here", "Geese fly south in autumn."), ("there", "Geese fly north in spring.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "geese.txt").write_text(content)
    run(tmp_path / "here", tmp_path / "there")
    example = searcher.search(Query("geese fly south")).hits[0]
    (other,) = searcher.search(Query(likes=(example.doc,))).hits
    assert (other.path, other.doc != example.doc) == ("geese.txt", True)


@pytest.mark.usefixtures("restored")
class TestFinding:
    def test_the_nearest_passage_comes_first(self, searcher: Searcher) -> None:
        results = searcher.search(Query("owls hunt mice", mode=Mode.MEANING))
        assert paths(results)[0] == "notes/birds/owls.txt"
        assert results.complete
        best = results.hits[0]
        assert best.legs == ("meaning",)
        assert best.passages[0].snippet == "Owls hunt mice at night."
        assert best.passages[0].highlights == ((0, 4), (5, 9), (10, 14))

    def test_similarity_is_one_minus_the_cosine_distance(
        self, searcher: Searcher, models: FakeModels
    ) -> None:
        hit = searcher.search(Query("owls hunt", mode=Mode.MEANING)).hits[0]
        vectors = models.words.embed(["owls hunt", "Owls hunt mice at night."], query=True)
        assert hit.similarity == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-3)  # float16

    def test_all_texts_are_ranked_as_exact_search_ranks_them(
        self, searcher: Searcher, models: FakeModels, store: Store
    ) -> None:
        wanted = models.words.embed(["geese at night"], query=True)[0]
        scores = {
            record.path: max(float(vector @ wanted) for vector in store.ledger.vectors(record))
            for record in store.ledger
            if record.kind is Kind.TEXT
        }
        only_texts = Filters(kind=Kind.TEXT)
        results = searcher.search(Query("geese at night", mode=Mode.MEANING, filters=only_texts))
        assert paths(results) == sorted(scores, key=lambda path: -scores[path])

    def test_a_picture_finds_itself_first_and_then_similar_pictures(self, searcher: Searcher) -> None:
        results = searcher.search(Query(look=searcher.look(shown("red"))))
        assert paths(results) == [f"pictures/{name}-square.png" for name in ("red", "darkred", "blue")]
        assert results.hits[0].similarity == pytest.approx(1, abs=1e-4)
        assert results.hits[0].legs == ("looks",)

    def test_more_like_this_leaves_the_document_itself_out(self, searcher: Searcher) -> None:
        docs = {hit.path: hit.doc for hit in searcher.search(Query(look=searcher.look(shown("red")))).hits}
        results = searcher.search(Query(likes=(docs["pictures/red-square.png"],)))
        assert paths(results) == ["pictures/darkred-square.png", "pictures/blue-square.png"]

    def test_a_document_with_all_the_words_in_its_name_comes_first(self, searcher: Searcher) -> None:
        results = searcher.search(Query("geese report"))
        assert paths(results)[0] == "work/geese report.txt"
        assert results.hits[0].legs == ("meaning", "words", "name")

    def test_words_find_passages_and_the_pictures_that_show_them(
        self, searcher: Searcher, models: FakeModels
    ) -> None:
        results = searcher.search(Query("darkred geese", mode=Mode.MEANING))
        first = {hit.path: hit.legs for hit in results.hits[:2]}
        assert first == {
            "notes/birds/geese.txt": ("meaning",),
            "pictures/darkred-square.png": ("looks",),
        }
        similarity = {hit.path: hit.similarity for hit in results.hits}["pictures/darkred-square.png"]
        asked = models.words.embed(["darkred geese"], query=True)[0]
        shown = Colours().look([Image.new("RGB", (9, 9), "darkred")]).semantic
        assert shown is not None
        assert similarity == pytest.approx(float(asked @ shown[0]), abs=1e-5)

    def test_words_for_passages_and_pictures_are_embedded_once(
        self, searcher: Searcher, models: FakeModels
    ) -> None:
        searcher.search(Query("red geese"))
        assert models.words.asked == ["red geese"]

    def test_with_a_text_model_that_the_picture_model_does_not_know_pictures_are_found_by_name(
        self, searcher: Searcher, models: FakeModels
    ) -> None:
        assert models.colours is not None
        models.colours.semantic_space = "poetry"
        results = searcher.search(Query("blue SQUARE", filters=Filters(kind=Kind.IMAGE)))
        assert paths(results)[0] == "pictures/blue-square.png"
        assert results.hits[0].similarity is None
        assert results.notes == (
            "Pictures are found only by their names and the words about them: "
            "colours needs the text model poetry, and bag-of-words is in use.",
        )

    def test_a_picture_is_found_by_its_name_and_by_what_it_shows(self, searcher: Searcher) -> None:
        results = searcher.search(Query("blue SQUARE", filters=Filters(kind=Kind.IMAGE)))
        assert paths(results)[0] == "pictures/blue-square.png"
        assert results.hits[0].legs == ("looks", "words", "name")
        assert results.notes == ()

    def test_words_mode_finds_what_has_the_words_in_text_name_or_folder(self, searcher: Searcher) -> None:
        def of(text: str) -> list[str]:
            return paths(searcher.search(Query(text, mode=Mode.WORDS)))

        assert sorted(of("geese")) == ["notes/birds/geese.txt", "work/geese report.txt"]
        assert of("quarters") == ["work/geese report.txt"]
        assert sorted(of("bird")) == ["notes/birds/geese.txt", "notes/birds/owls.txt"]
        assert of("giraffe") == []

    def test_the_total_in_words_mode_counts_matches(self, searcher: Searcher) -> None:
        assert searcher.search(Query("geese", mode=Mode.WORDS, limit=1)).total == 2

    def test_in_a_large_library_a_common_word_is_searched_for_only_if_the_query_has_no_rarer_one(
        self, store: Store, models: FakeModels
    ) -> None:
        searcher = Searcher(store, models, Tuning(large_library=7))  # type: ignore[arg-type]
        found = searcher.search(Query("geese quarter", mode=Mode.WORDS))
        assert paths(found) == ["work/geese report.txt"]
        assert len(searcher.search(Query("geese", mode=Mode.WORDS)).hits) == 2

    def test_part_of_a_name_finds_it(self, searcher: Searcher) -> None:
        results = searcher.search(Query("arkred", mode=Mode.WORDS))
        assert paths(results) == ["pictures/darkred-square.png"]
        assert results.hits[0].legs == ("name",)

    def test_a_quoted_phrase_must_occur(self, searcher: Searcher) -> None:
        assert paths(searcher.search(Query('"hunt mice"'))) == ["notes/birds/owls.txt"]
        assert paths(searcher.search(Query('"mice hunt"'))) == []
        assert paths(searcher.search(Query('night "ship sails"', mode=Mode.MEANING))) == ["notes/ships.md"]

    def test_a_word_after_a_minus_must_not_occur(self, searcher: Searcher) -> None:
        for mode in Mode:
            found = paths(searcher.search(Query("geese night -owls", mode=mode)))
            assert "notes/birds/geese.txt" in found
            assert "notes/birds/owls.txt" not in found

    def test_a_minus_rules_out_pictures_by_their_names(self, searcher: Searcher) -> None:
        found = paths(searcher.search(Query("red -darkred", filters=Filters(kind=Kind.IMAGE))))
        assert set(found) == {"pictures/red-square.png", "pictures/blue-square.png"}

    def test_the_passage_with_the_words_is_shown(self, searcher: Searcher) -> None:
        hit = searcher.search(Query("quarters", mode=Mode.WORDS)).hits[0]
        assert hit.passages[0].snippet == "Numbers of the third quarter."
        assert hit.passages[0].highlights == ((21, 28),)
        assert hit.passages[0].similarity is None

    def test_hits_have_a_relevance_that_orders_texts_and_pictures(self, searcher: Searcher) -> None:
        hits = searcher.search(Query("darkred geese")).hits
        relevances = [hit.relevance for hit in hits]
        assert None not in relevances
        assert relevances == sorted(relevances, key=lambda each: -(each or 0))
        assert {hit.kind for hit in hits} == {Kind.TEXT, Kind.IMAGE}

    def test_hits_of_a_query_picture_have_no_relevance(self, searcher: Searcher) -> None:
        assert {hit.relevance for hit in searcher.search(Query(look=searcher.look(shown("red")))).hits} == {
            None
        }

    def test_a_filter_that_all_documents_pass_does_not_change_scores(self, searcher: Searcher) -> None:
        """RediSearch 2.10 loses terms of a union that is intersected with a filter."""
        everything = Filters(since=datetime(1990, 1, 1))

        def relevances(filters: Filters) -> dict[str, float | None]:
            found = searcher.search(Query("the owls hunt geese by night", mode=Mode.WORDS, filters=filters))
            return {hit.path: hit.relevance for hit in found.hits}

        assert relevances(everything) == relevances(Filters())

    def test_pages_follow_each_other_without_gap_or_repetition(self, searcher: Searcher) -> None:
        whole = paths(searcher.search(Query("night", mode=Mode.MEANING, limit=100)))
        pages = [
            path
            for offset in range(0, 8, 2)
            for path in paths(searcher.search(Query("night", mode=Mode.MEANING, limit=2, offset=offset)))
        ]
        assert pages == whole
        assert len(whole) == 7

    def test_the_total_counts_the_documents_that_pass_the_filters(self, searcher: Searcher) -> None:
        everything = searcher.search(Query("night", limit=1))
        birds = searcher.search(Query("night", filters=Filters(path=("notes/birds",)), limit=1))
        assert (everything.total, birds.total) == (7, 2)


@pytest.mark.usefixtures("restored")
def test_a_picture_and_words_together_find_pictures_by_looks_and_texts_by_meaning(searcher: Searcher) -> None:
    results = searcher.search(Query("owls hunt mice", look=searcher.look(shown("blue")), mode=Mode.MEANING))
    assert set(paths(results)[:2]) == {"pictures/blue-square.png", "notes/birds/owls.txt"}


def test_pages_of_a_list_with_many_matching_names_have_no_gap_and_no_repetition(
    folder: Path, run: Run, searcher: Searcher
) -> None:
    for number in range(30):
        (folder / f"geese {number}.txt").write_text(f"Report {number} on this and that.")
        (folder / f"other {number}.txt").write_text(f"Geese fly south, {number} of them.")
    run()
    pages = [paths(searcher.search(Query("geese", limit=10, offset=offset))) for offset in range(0, 60, 10)]
    shown = [path for page in pages for path in page]
    assert len(shown) == len(set(shown)) == 60


@pytest.mark.parametrize("word", ["aardvark", "zebras", "yaks", "llama"])
def test_the_first_and_last_words_of_each_passage_are_found(
    folder: Path, run: Run, searcher: Searcher, word: str
) -> None:
    filling = "and so on and so forth, " * 40
    (folder / "beasts.md").write_text(f"Aardvarks {filling} zebras\n\n# Yaks\n\n{filling} llamas")
    assert run().passages > 1
    assert [hit.path for hit in searcher.search(Query(word, mode=Mode.WORDS)).hits] == ["beasts.md"]


@pytest.mark.parametrize("where", [Filters(), Filters(path=("notes",))], ids=["everywhere", "in a folder"])
def test_a_word_that_is_twice_in_a_query_counts_twice(
    folder: Path, run: Run, searcher: Searcher, where: Filters
) -> None:
    (folder / "notes").mkdir()
    (folder / "notes" / "mice.txt").write_text("Of mice and other small ones.")
    (folder / "notes" / "geese.txt").write_text("Of geese and other large ones.")
    run()

    def first(words: str) -> str:
        return paths(searcher.search(Query(words, mode=Mode.WORDS, filters=where)))[0]

    assert first("mice, geese, mice") == "notes/mice.txt"
    assert first("mice, geese, goose and geese") == "notes/geese.txt"
