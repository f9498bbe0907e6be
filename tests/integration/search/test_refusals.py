"""Searches that cannot be answered, or only in part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from ingest.summary import Summary
from semsearch.errors import FingerprintError, ModelError, NotFoundError, QueryError, RedisError
from semsearch.query import Filters, Mode, Query
from semsearch.records import Kind
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Generation
from semsearch.store.layout import Layout
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.integration.library import paths, shown
from tests.redis_client import redis_of

Run = Callable[..., Summary]

ONLY_TEXTS = Filters(kind=Kind.TEXT)


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
    def test_impossible_queries_are_refused_with_the_reason(
        self, searcher: Searcher, query: Query, reason: str
    ) -> None:
        with pytest.raises(QueryError, match=reason):
            searcher.search(query)

    def test_a_document_that_does_not_exist_is_an_error(self, searcher: Searcher) -> None:
        with pytest.raises(NotFoundError, match="0123456789abcdef"):
            searcher.document("0123456789abcdef")

    def test_a_query_picture_needs_a_model(self, store: Store) -> None:
        searcher = Searcher(store, FakeModels(pictures=False))  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="SEMSEARCH_IMAGE_MODEL"):
            searcher.search(Query(look=searcher.look(shown("red"))))
        with pytest.raises(ModelError, match="SEMSEARCH_IMAGE_MODEL"):
            searcher.picture_size()

    def test_vectors_of_another_model_are_never_compared(self, store: Store, models: FakeModels) -> None:
        models.words.id = "another-model"  # type: ignore[misc]
        with pytest.raises(FingerprintError, match=r"bag-of-words.*another-model"):
            Searcher(store, models).search(Query("night", mode=Mode.MEANING, filters=ONLY_TEXTS))  # type: ignore[arg-type]

    def test_a_letter_that_becomes_two_characters_in_lower_case_is_searched_for(
        self, searcher: Searcher
    ) -> None:
        assert searcher.search(Query("İstanbul")).hits

    @settings_of_hypothesis(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.text(max_size=200) | st.text(alphabet="\"-@{}()|~*%$[]\\:'`, ab", max_size=60))
    def test_no_text_breaks_out_of_a_query_or_past_a_filter(self, searcher: Searcher, text: str) -> None:
        query = Query(text, filters=Filters(path=("notes/birds",)))
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
        searcher.search(Query(look=searcher.look(shown("red"))))
    models.colours.id = "silent-colours"  # type: ignore[misc]
    run(rebuild=True)
    assert paths(searcher.search(Query(look=searcher.look(shown("red")))))[0] == "pictures/red-square.png"
    results = searcher.search(Query("red", filters=Filters(kind=Kind.IMAGE), mode=Mode.MEANING))
    assert (results.hits, results.total) == ((), 0)
    assert "silent-colours does not understand words" in results.notes[0]


class TestShortAnswers:
    def test_a_query_that_runs_out_of_time_is_reported_as_incomplete(
        self, store: Store, searcher: Searcher, models: FakeModels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With many vectors and a timeout of 1 ms the server gives up."""
        store.prepare_index("doc")
        store.prepare_index(TEXT, Fingerprint.of_texts(models.words.id, models.words.dims))
        vector = Layout().encode(np.full(models.words.dims, models.words.dims**-0.5, dtype=np.float32))
        pipe = redis_of(store).pipeline(transaction=False)
        for n in range(50_000):
            values = {"doc": f"{n:016x}", "n": 0, "path": f"{n}.txt", "vector": vector, "date": n}
            pipe.hset(keys.piece_key(TEXT, f"{n:016x}", 0), mapping=values)
        pipe.execute()
        monkeypatch.setattr(searcher._store, "query_ms", 1)
        late = Filters(since=datetime(1970, 1, 1, 0, 0, 1))
        results = searcher.search(Query("night", mode=Mode.MEANING, filters=late, limit=100, offset=900))
        assert not results.complete
        assert "in part" in results.notes[0]

    def test_a_server_that_refuses_to_tell_its_fingerprint_is_named_in_an_error(
        self, settings: Settings, store: Store
    ) -> None:
        redis_of(store).acl_setuser(
            "searcher", enabled=True, passwords=["+secret"], keys=["*"], commands=["+@all", "-hgetall"]
        )
        try:
            url = settings.redis_url.replace("redis://", "redis://searcher:secret@")
            refused = Store.open(settings.model_copy(update={"redis_url": url}))
            with pytest.raises(RedisError, match="hgetall"):
                refused.ask([], {TEXT: Generation(Fingerprint.of_texts("bag-of-words", 256))})
        finally:
            redis_of(store).acl_deluser("searcher")

    def test_nothing_indexed_is_an_empty_answer_not_an_error(self, searcher: Searcher) -> None:
        results = searcher.search(Query("night"))
        assert (results.hits, results.total, results.complete) == ((), 0, True)


def test_a_server_that_is_away_is_named_without_its_password(settings: Settings) -> None:
    with pytest.raises(RedisError, match=r"127\.0\.0\.1:1/0 cannot be reached") as caught:
        Store.open(settings.model_copy(update={"redis_url": "redis://:secret@127.0.0.1:1/0"}))
    assert "secret" not in str(caught.value)
