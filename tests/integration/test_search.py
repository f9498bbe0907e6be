"""What a search finds, and what it says when it cannot."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from PIL import Image

from ingest.report import Silent
from ingest.run import ingest
from ingest.summary import Summary
from semsearch.errors import FileError, FingerprintError, ModelError, NotFoundError, QueryError, RedisError
from semsearch.search import Searcher
from semsearch.settings import Settings
from semsearch.store import keys, queries
from semsearch.store.indexes import TEXT, Fingerprint
from semsearch.store.store import Store
from semsearch.types import Filters, Kind, Mode, Query, Results
from tests.fakes import Colours, FakeModels, fill, picture

Run = Callable[..., Summary]


@pytest.fixture
def library(folder: Path, run: Run) -> Path:
    fill(folder)
    run()
    return folder


@pytest.fixture(scope="module")
def snapshot(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[bytes, bytes]:
    """The library as Redis dumps it: restored for each test, it saves reading the files again."""
    folder = tmp_path_factory.mktemp("library")
    fill(folder)
    settings = Settings(home=tmp_path_factory.mktemp("home"), redis_url=engine_url)
    store = Store.open(settings)
    store.client.flushdb()
    ingest([folder], settings, store, FakeModels(), Silent())  # type: ignore[arg-type]
    return {key: store.client.dump(key) for key in store.client.scan_iter()}


@pytest.fixture
def restored(snapshot: dict[bytes, bytes], store: Store, models: FakeModels) -> None:
    assert models.colours is not None
    store.prepare_index("doc")
    store.prepare_index("text", Fingerprint.of_texts(models.words))
    store.prepare_index("image", Fingerprint.of_pictures(models.colours))
    for key, value in snapshot.items():
        store.client.restore(key, 0, value, replace=True)


def paths(results: Results) -> list[str]:
    return [hit.path for hit in results.hits]


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 30), colour).save(file, "PNG")
    return file.getvalue()


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
        assert hit.similarity == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-5)

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

    def test_a_picture_finds_its_likes_itself_first(self, searcher: Searcher) -> None:
        results = searcher.search(Query(image=png("red")))
        assert paths(results) == [f"pictures/{name}-square.png" for name in ("red", "darkred", "blue")]
        assert results.hits[0].similarity == pytest.approx(1, abs=1e-4)
        assert results.hits[0].legs == ("looks",)

    def test_more_like_this_leaves_the_document_itself_out(self, searcher: Searcher) -> None:
        docs = {hit.path: hit.doc for hit in searcher.search(Query(image=png("red"))).hits}
        results = searcher.search(Query(like=docs["pictures/red-square.png"]))
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

    def test_pictures_of_a_model_of_another_text_model_are_found_by_name_and_it_is_said_why(
        self, searcher: Searcher, models: FakeModels
    ) -> None:
        assert models.colours is not None
        models.colours.semantic_space = "poetry"
        results = searcher.search(Query("blue SQUARE", filters=Filters(kind=Kind.IMAGE)))
        assert paths(results)[0] == "pictures/blue-square.png"
        assert results.hits[0].similarity is None
        assert results.notes == (
            "Pictures are found by their names and the words about them only: "
            "the words of colours are those of poetry, and texts are embedded by bag-of-words.",
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

    def test_in_a_large_library_words_that_many_documents_have_are_looked_up_only_alone(
        self, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("semsearch.counts._LARGE", 7)
        found = searcher.search(Query("geese quarter", mode=Mode.WORDS))
        assert paths(found) == ["work/geese report.txt"]
        assert len(searcher.search(Query("geese", mode=Mode.WORDS)).hits) == 2

    def test_part_of_a_name_finds_it(self, searcher: Searcher) -> None:
        results = searcher.search(Query("arkred", mode=Mode.WORDS))
        assert paths(results) == ["pictures/darkred-square.png"]
        assert results.hits[0].legs == ("name",)

    def test_a_quoted_phrase_must_be_there(self, searcher: Searcher) -> None:
        assert paths(searcher.search(Query('"hunt mice"'))) == ["notes/birds/owls.txt"]
        assert paths(searcher.search(Query('"mice hunt"'))) == []
        assert paths(searcher.search(Query('night "ship sails"', mode=Mode.MEANING))) == ["notes/ships.md"]

    def test_a_word_after_a_minus_must_not_be_there(self, searcher: Searcher) -> None:
        for mode in Mode:
            found = paths(searcher.search(Query("geese night -owls", mode=mode)))
            assert "notes/birds/geese.txt" in found
            assert "notes/birds/owls.txt" not in found

    def test_a_minus_and_a_phrase_hold_for_pictures_by_their_names(self, searcher: Searcher) -> None:
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

    def test_what_answers_a_picture_is_not_judged(self, searcher: Searcher) -> None:
        assert {hit.relevance for hit in searcher.search(Query(image=png("red"))).hits} == {None}

    def test_scores_are_the_same_with_a_filter_that_all_pass(self, searcher: Searcher) -> None:
        """RediSearch 2.10 loses terms of a union that is met with a filter."""
        everything = Filters(since=datetime(1990, 1, 1, tzinfo=UTC))

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

    def test_total_counts_what_can_be_reached_and_passes_the_filters(self, searcher: Searcher) -> None:
        everything = searcher.search(Query("night", limit=1))
        birds = searcher.search(Query("night", filters=Filters(path="notes/birds"), limit=1))
        assert (everything.total, birds.total) == (7, 2)


@pytest.mark.usefixtures("restored")
class TestFilters:
    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("notes", {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md"}),
            ("notes/birds/", {"notes/birds/owls.txt", "notes/birds/geese.txt"}),
            ("notes/bird/", set()),
            ("/notes/ships.md", {"notes/ships.md"}),
            ("notes/birds/o", {"notes/birds/owls.txt"}),
            ("n", {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md"}),
            ("birds", set()),
            ("work/geese report", {"work/geese report.txt"}),
            ("notes|work", set()),
            (
                "/",
                {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md", "work/geese report.txt"},
            ),
            (
                " ",
                {"notes/birds/owls.txt", "notes/birds/geese.txt", "notes/ships.md", "work/geese report.txt"},
            ),
            ("*", set()),
        ],
    )
    def test_a_path_filter_is_a_prefix(self, searcher: Searcher, path: str, found: set[str]) -> None:
        results = searcher.search(Query("night", filters=Filters(kind=Kind.TEXT, path=path)))
        assert set(paths(results)) == found

    def test_a_media_type_filter_takes_one_type(self, searcher: Searcher) -> None:
        def of(media_type: str) -> list[str]:
            return paths(searcher.search(Query("night", filters=Filters(media_type=media_type))))

        assert of("text/markdown") == ["notes/ships.md"]
        assert of("text/mark") == []
        assert len(of("text/*")) == 4
        assert len(of("image/*")) == 3
        assert of("t/*") == []

    @pytest.mark.parametrize(
        "text", ["*", "*/*", "text/*}|@path:{*", "text/plain|text/markdown", "text/pl*n"]
    )
    def test_a_type_from_anywhere_is_no_query(self, searcher: Searcher, text: str) -> None:
        assert paths(searcher.search(Query("night", filters=Filters(media_type=text)))) == []

    def test_a_kind_filter_leaves_the_other_kind_out(self, searcher: Searcher) -> None:
        for kind in (Kind.TEXT, Kind.IMAGE):
            results = searcher.search(Query("blue square night", filters=Filters(kind=kind)))
            assert {hit.kind for hit in results.hits} == {kind}

    def test_dates_bound_what_is_found(self, searcher: Searcher) -> None:
        now = datetime.now(UTC)
        early, late = now.replace(year=now.year - 1), now.replace(year=now.year + 1)
        assert searcher.search(Query("night", filters=Filters(since=early, until=late))).hits
        assert not searcher.search(Query("night", filters=Filters(since=late))).hits
        assert not searcher.search(Query("night", filters=Filters(until=early))).hits

    def test_a_picture_cannot_find_texts_and_says_so(self, searcher: Searcher) -> None:
        results = searcher.search(Query(image=png("red"), filters=Filters(kind=Kind.TEXT)))
        assert (results.hits, results.total) == ((), 0)
        assert "pictures only" in results.notes[0]


@pytest.mark.usefixtures("restored")
class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            (Query(""), "empty"),
            (Query("  "), "empty"),
            (Query("x", limit=0), "limit is 0"),
            (Query("x", limit=101), "limit is 101"),
            (Query("x", offset=-1), "offset is -1"),
            (Query("x" * 2001), "2,001 characters"),
        ],
    )
    def test_impossible_queries_are_named(self, searcher: Searcher, query: Query, reason: str) -> None:
        with pytest.raises(QueryError, match=reason):
            searcher.search(query)

    def test_a_document_that_is_gone_is_not_found(self, searcher: Searcher) -> None:
        with pytest.raises(NotFoundError, match="0123456789abcdef"):
            searcher.document("0123456789abcdef")

    def test_a_query_picture_that_is_none_is_refused(self, searcher: Searcher) -> None:
        with pytest.raises(FileError):
            searcher.search(Query(image=b"no picture"))

    def test_a_query_picture_needs_a_model(self, store: Store) -> None:
        searcher = Searcher(store, FakeModels(pictures=False))  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="SEMSEARCH_IMAGE_MODEL"):
            searcher.search(Query(image=png("red")))

    def test_vectors_of_another_model_are_never_compared(self, store: Store, models: FakeModels) -> None:
        models.words.id = "another-model"  # type: ignore[misc]
        with pytest.raises(FingerprintError, match=r"bag-of-words.*another-model"):
            Searcher(store, models).search(Query("night"))  # type: ignore[arg-type]

    def test_letters_with_marks_of_their_own_are_letters(self, searcher: Searcher) -> None:
        assert searcher.search(Query("İstanbul")).hits

    @settings_of_hypothesis(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.text(max_size=200) | st.text(alphabet="\"-@{}()|~*%$[]\\:'`, ab", max_size=60))
    def test_no_text_breaks_out_of_a_query_or_past_a_filter(self, searcher: Searcher, text: str) -> None:
        query = Query(text, filters=Filters(path="notes/birds"))
        if text.strip():
            assert all(path.startswith("notes/birds/") for path in paths(searcher.search(query)))

    @pytest.mark.parametrize("text", ['"', "@name:{x}", "a | b", "-*~%", "=>[KNN 9 @v $b]", "'; DROP", "()"])
    def test_query_syntax_is_text_like_any_other(self, searcher: Searcher, text: str) -> None:
        assert len(searcher.search(Query(text)).hits) == 7


@pytest.mark.usefixtures("library")
def test_a_model_without_words_leaves_pictures_to_their_names_and_says_so(
    run: Run, searcher: Searcher, models: FakeModels
) -> None:
    assert models.colours is not None
    models.colours.semantic_space, models.colours.semantic_dims = "", 0
    with pytest.raises(FingerprintError, match=r"colours \(4 \+ 256 dimensions.*colours \(4 dimensions"):
        searcher.search(Query(image=png("red")))
    run(rebuild=True)
    assert paths(searcher.search(Query(image=png("red"))))[0] == "pictures/red-square.png"
    results = searcher.search(Query("red", filters=Filters(kind=Kind.IMAGE), mode=Mode.MEANING))
    assert (results.hits, results.total) == ((), 0)
    assert "colours does not understand words" in results.notes[0]


class TestShortAnswers:
    def test_a_query_that_runs_out_of_time_is_reported_as_incomplete(
        self, store: Store, searcher: Searcher, models: FakeModels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Many vectors and one millisecond: the server gives up, and the user is told."""
        store.prepare_index("doc")
        store.prepare_index(TEXT, Fingerprint.of_texts(models.words))
        vector = np.full(models.words.dims, models.words.dims**-0.5, dtype=np.float32).tobytes()
        pipe = store.client.pipeline(transaction=False)
        for n in range(50_000):
            values = {"doc": f"{n:016x}", "n": 0, "path": f"{n}.txt", "vector": vector, "date": n}
            pipe.hset(keys.piece_key(TEXT, f"{n:016x}", 0), mapping=values)
        pipe.execute()
        monkeypatch.setattr(queries, "TIMEOUT_MS", 1)
        late = Filters(since=datetime.fromtimestamp(1, UTC))
        results = searcher.search(Query("night", mode=Mode.MEANING, filters=late, limit=100, offset=900))
        assert not results.complete
        assert "in part" in results.notes[0]

    def test_nothing_indexed_is_an_empty_answer_not_an_error(self, searcher: Searcher) -> None:
        results = searcher.search(Query("night"))
        assert (results.hits, results.total, results.complete) == ((), 0, True)


def test_a_server_that_is_away_is_named_without_its_password(settings: Settings) -> None:
    with pytest.raises(RedisError, match=r"127\.0\.0\.1:1/0 cannot be reached") as caught:
        Store.open(settings.model_copy(update={"redis_url": "redis://:secret@127.0.0.1:1/0"}))
    assert "secret" not in str(caught.value)


def test_status_tells_counts_models_and_troubles(
    folder: Path, run: Run, searcher: Searcher, library: Path
) -> None:
    (folder / "empty.txt").touch()
    run()
    status = searcher.status()
    assert {state.value: count for state, count in status.documents.items() if count} == {
        "indexed": 7,
        "failed": 1,
    }
    assert status.kinds == {Kind.TEXT: 4, Kind.IMAGE: 3}
    assert status.roots == (str(library),)
    assert [(record.path, bool(record.reason)) for record in status.problems] == [("empty.txt", True)]
    assert {index.name: index.model for index in status.indexes} == {
        "semsearch:text": "bag-of-words",
        "semsearch:image": "colours",
        "semsearch:doc": "",
    }


def test_a_document_is_shown_whole(folder: Path, run: Run, searcher: Searcher) -> None:
    (folder / "long.txt").write_text("One sentence after another. " * 100)
    picture(folder / "tall.png", "red", (30, 50))
    run()
    views = {
        hit.path: searcher.document(hit.doc)
        for query in (Query("sentence"), Query(image=png("red")))
        for hit in searcher.search(query).hits
    }
    passages = views["long.txt"].passages
    assert [passage.n for passage in passages] == list(range(len(passages)))
    assert passages[0].start == 0
    assert passages[-1].content.endswith("after another.")
    assert (views["tall.png"].width, views["tall.png"].height) == (30, 50)


@pytest.mark.usefixtures("restored")
def test_a_picture_and_words_together_find_pictures_by_looks_and_texts_by_meaning(searcher: Searcher) -> None:
    results = searcher.search(Query("owls hunt mice", image=png("blue"), mode=Mode.MEANING))
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


@pytest.mark.parametrize(
    "name",
    [
        "a`b",
        "a|b",
        "a b",
        "a{b}",
        "a*b",
        "a\\b",
        "a\nb",
        "a'b",
        'a"b',
        "a$b",
        "a(b",
        "a[b]",
        "aé~b",
        "a,b;c",
        "@a:b",
    ],
)
def test_any_name_of_a_folder_can_be_filtered_by(
    folder: Path, run: Run, searcher: Searcher, name: str
) -> None:
    for each in (name, "another"):
        (folder / each).mkdir()
        (folder / each / "note.txt").write_text(f"A note in {each!r}.")
    run()
    results = searcher.search(Query("note", filters=Filters(path=name)))
    assert paths(results) == [f"{name}/note.txt"]
    assert results.notes == ()


def test_a_prefix_that_the_server_cuts_short_is_reported(
    folder: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    for number in range(12):
        (folder / f"note{number}.txt").write_text(f"text {number}")
    run()
    limit = store.client.execute_command("FT.CONFIG", "GET", "MAXPREFIXEXPANSIONS")[0][1]
    store.client.execute_command("FT.CONFIG", "SET", "MAXPREFIXEXPANSIONS", "10")
    try:
        results = searcher.search(Query("text", filters=Filters(path="note")))
    finally:
        store.client.execute_command("FT.CONFIG", "SET", "MAXPREFIXEXPANSIONS", limit)
    assert "More paths may begin with 'note'" in results.notes[0]


@pytest.mark.parametrize("word", ["aardvark", "zebras", "yaks", "llama"])
def test_the_first_and_last_words_of_each_passage_are_found(
    folder: Path, run: Run, searcher: Searcher, word: str
) -> None:
    filling = "and so on and so forth, " * 40
    (folder / "beasts.md").write_text(f"Aardvarks {filling} zebras\n\n# Yaks\n\n{filling} llamas")
    assert run().passages > 1
    assert [hit.path for hit in searcher.search(Query(word, mode=Mode.WORDS)).hits] == ["beasts.md"]
