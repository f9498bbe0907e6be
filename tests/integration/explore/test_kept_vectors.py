"""The vectors that the web server keeps: a large library is read in several requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.summary import Summary
from semsearch.explore import kept_vectors, renewed
from semsearch.explore.kept_vectors import KeptVectors
from semsearch.explore.vectors import LOOKS, TEXTS
from semsearch.store.store import Store

Run = Callable[..., Summary]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request reads one batch, of eight documents."""
    monkeypatch.setattr(kept_vectors, "_BATCH", 8)
    monkeypatch.setattr(kept_vectors, "_PATIENCE", 0.0)
    monkeypatch.setattr(renewed, "_SHARE", 1e9)


@pytest.mark.usefixtures("shelf", "impatient")
def test_each_request_reads_on_where_the_one_before_it_stopped(store: Store) -> None:
    kept = KeptVectors(store)
    assert [len(kept.of(TEXTS)) for _ in range(4)] == [8, 16, 20, 20]
    found = kept.of(TEXTS)
    assert len(set(found.docs)) == 20
    assert found.vectors.shape[0] == 20
    assert len(kept.of(LOOKS)) == 8


@pytest.mark.usefixtures("impatient")
def test_what_was_known_stays_until_all_is_read_again(shelf: Path, store: Store, run: Run) -> None:
    kept = KeptVectors(store)
    for _ in range(3):
        kept.of(TEXTS)
    (shelf / "new.txt").write_text("The boat is new.")
    run()
    assert [len(kept.of(TEXTS)) for _ in range(4)] == [20, 20, 21, 21]


@pytest.mark.usefixtures("shelf", "impatient")
def test_after_a_switch_of_models_no_vector_of_the_old_one_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptVectors(store)
    assert [len(kept.of(TEXTS)) for _ in range(2)] == [8, 16]
    used = store.generations.in_use()
    switched = {space: replace(each, source="another") for space, each in used.items()}
    monkeypatch.setattr(store.generations, "in_use", lambda: switched)
    assert [len(kept.of(TEXTS)) for _ in range(3)] == [8, 16, 20]


def test_a_library_without_documents_has_none(store: Store) -> None:
    assert len(KeptVectors(store).of(TEXTS)) == 0
