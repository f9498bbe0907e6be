"""`semsearch train-texts` moves queries for texts, keeps passages, calibrates, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from semsearch.errors import SettingsError
from semsearch.explore.endings import Endings
from semsearch.explore.library_health import LibraryHealth
from semsearch.finetune import train_texts as training
from semsearch.finetune.train_texts import Judgements, forget_texts, train_texts
from semsearch.models.query_head import QueryHead
from semsearch.query import Mode, Query
from semsearch.records import Kind
from semsearch.search.query_head import forget_head, head_of, keep_head, note_of
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import redis_of

Run = Callable[..., object]

# What people say here, and what the texts say.
_WORDS = {"boats": "vessels", "bread": "loaves", "owls": "raptors", "rain": "showers", "trains": "railways"}


@pytest.fixture
def judgements(folder: Path, run: Run) -> Judgements:
    """Texts that use other words than the queries about them."""
    queries, answers = {}, {}
    for word, written in _WORDS.items():
        for n in range(8):
            (folder / f"{written}{n}.txt").write_text(f"{written} {written} number {n} seen")
        for n in range(4):
            queries[f"{word}{n}"] = f"{word} q{n}"
            answers[f"{word}{n}"] = [f"{written}{each}.txt" for each in range(8)]
    for n in range(40):
        (folder / f"other{n}.txt").write_text(f"other things {n} boats bread owls rain trains")
    run()
    return Judgements(queries, answers, lambda path, _: path)


def first(store: Store, models: FakeModels, text: str) -> list[str]:
    searcher = Searcher(store, models)  # type: ignore[arg-type]
    return [hit.path for hit in searcher.search(Query(text, mode=Mode.MEANING, limit=8)).hits]


def test_what_is_learned_holds_for_queries_that_were_not_judged(
    store: Store, models: FakeModels, judgements: Judgements
) -> None:
    before = first(store, models, "owls q7")
    vectors = {record.doc: store.ledger.vectors(record) for record in store.ledger}
    scale = store.statistics.calibrations()[Kind.TEXT].similarity
    trained = train_texts(store, models, judgements)  # type: ignore[arg-type]
    assert trained.queries == 20
    assert trained.after > trained.before
    assert trained.head
    learned = LibraryHealth(store, Endings(store.mine)).now().learned
    assert learned is not None
    assert (learned["id"], learned["queries"]) == (trained.head, 20)
    assert sum(path.startswith("raptors") for path in first(store, models, "owls q7")) >= 6
    assert store.statistics.calibrations()[Kind.TEXT].similarity != scale
    for record in store.ledger:
        assert np.array_equal(store.ledger.vectors(record), vectors[record.doc])
    assert forget_texts(store, models)  # type: ignore[arg-type]
    assert first(store, models, "owls q7") == before
    assert store.statistics.calibrations()[Kind.TEXT].similarity == scale
    assert not forget_texts(store, models)  # type: ignore[arg-type]


def test_a_searcher_that_runs_already_follows(
    store: Store, models: FakeModels, judgements: Judgements, searcher: Searcher
) -> None:
    query = Query("owls q7", mode=Mode.MEANING, limit=8)
    assert not any(hit.path.startswith("raptors") for hit in searcher.search(query).hits[:4])
    train_texts(store, models, judgements)  # type: ignore[arg-type]
    searcher._following.now(changed=True)
    assert searcher.search(query).hits[0].path.startswith("raptors")


def test_judgements_by_chance_change_nothing(
    store: Store, models: FakeModels, judgements: Judgements
) -> None:
    chance = np.random.default_rng(2)
    paths = sorted(record.path for record in store.ledger)
    wrong = {query: list(chance.choice(paths, 2)) for query in judgements.queries}
    trained = train_texts(store, models, Judgements(judgements.queries, wrong, lambda path, _: path))  # type: ignore[arg-type]
    assert trained.head == ""
    assert note_of(store) is None


def test_no_more_passages_are_held_than_fit_whoever_wants_them(
    store: Store, models: FakeModels, judgements: Judgements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MOST_PASSAGES", 30)
    assert train_texts(store, models, judgements).documents == 30  # type: ignore[arg-type]


def test_too_few_queries_are_told(store: Store, models: FakeModels, judgements: Judgements) -> None:
    few = dict(list(judgements.answers.items())[:9])
    with pytest.raises(SettingsError, match="9 of 9 judged queries"):
        train_texts(store, models, Judgements(judgements.queries, few, lambda path, _: path))  # type: ignore[arg-type]
    gone = {query: ["gone.txt"] for query in judgements.queries}
    with pytest.raises(SettingsError, match="0 of 20 judged queries"):
        train_texts(store, models, Judgements(judgements.queries, gone, lambda path, _: path))  # type: ignore[arg-type]


@pytest.mark.usefixtures("library")
def test_a_head_of_another_model_or_a_damaged_one_is_not_used(store: Store, models: FakeModels) -> None:
    dims = models.words.dims
    before = first(store, models, "owls")
    keep_head(store, QueryHead(-np.eye(dims, dtype=np.float32), "another@0123"), {})
    assert head_of(store, models) is None  # type: ignore[arg-type]
    assert first(store, models, "owls") == before
    keep_head(store, QueryHead(-np.eye(dims, dtype=np.float32), models.text_id), {})
    assert head_of(store, models) is not None  # type: ignore[arg-type]
    redis_of(store).set("semsearch:explored:query-head-matrix", b"nonsense")
    assert head_of(store, models) is None  # type: ignore[arg-type]
    assert first(store, models, "owls") == before


@pytest.mark.usefixtures("library")
def test_a_note_that_is_damaged_or_of_another_matrix_leaves_queries_as_they_are(
    store: Store, models: FakeModels
) -> None:
    first_head, second_head = (
        QueryHead(scale * np.eye(models.words.dims, dtype=np.float32), models.text_id) for scale in (-1, -2)
    )
    keep_head(store, first_head, {})
    redis_of(store).set("semsearch:explored:query-head-matrix", second_head.to_bytes())
    assert head_of(store, models) is None  # type: ignore[arg-type]
    for damaged in (b"{", b"[]", b"{}", b'{"id": 1, "text_model": null}'):
        redis_of(store).set("semsearch:explored:query-head", damaged)
        assert head_of(store, models) is None  # type: ignore[arg-type]
        assert LibraryHealth(store, Endings(store.mine)).now().learned is None
    assert forget_head(store)


@pytest.mark.usefixtures("library")
def test_the_page_does_not_tell_of_a_head_of_another_model(store: Store, models: FakeModels) -> None:
    for model, is_told in (("another@0123", False), (models.text_id, True)):
        keep_head(store, QueryHead(np.eye(models.words.dims, dtype=np.float32), model), {})
        assert (LibraryHealth(store, Endings(store.mine)).now().learned is not None) is is_told
