"""The overview of a library: its folders, what is not indexed and why, memory, and past runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.forget import forget
from ingest.run_paths import ingest_paths
from semsearch.cli.show_ingest import Silent
from semsearch.folders import pause_folder
from semsearch.overview import FolderState, Overview
from semsearch.records import State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.generation import Stage
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture

Run = Callable[..., object]


@pytest.fixture
def look(searcher: Searcher) -> Callable[[], Overview]:
    return searcher.overview


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "owls.txt").write_text("Owls hunt mice at night.")
    picture(notes / "red.png", "red")
    return notes


def test_a_folder_tells_what_is_in_it_and_when_it_was_seen_and_changed(
    notes: Path, run: Run, look: Callable[[], Overview]
) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    began = time.time()
    run(notes)
    [folder] = look().folders
    assert (folder.path, folder.state) == (str(notes), FolderState.WATCHED)
    assert (folder.documents, folder.texts, folder.pictures, folder.failed) == (2, 1, 1, 1)
    assert began <= folder.seen <= time.time()
    assert began - 1 <= folder.changed <= time.time()
    run(notes)
    [again] = look().folders
    assert again.seen > folder.seen
    assert again.changed == folder.changed


def test_a_folder_is_paused_offline_or_forgotten(
    notes: Path, tmp_path: Path, run: Run, look: Callable[[], Overview], settings: Settings, store: Store
) -> None:
    run(notes)
    pause_folder(settings.home, str(notes), paused=True)
    assert [each.state for each in look().folders] == [FolderState.PAUSED]
    notes.rename(tmp_path / "away")
    assert [each.state for each in look().folders] == [FolderState.OFFLINE]
    forget(notes, settings, store)
    assert look().folders == ()
    assert store.inventory.seen() == {}


def test_files_that_are_not_indexed_are_grouped_by_what_their_reasons_begin_with(
    notes: Path, run: Run, look: Callable[[], Overview]
) -> None:
    for name in ("a.eml", "b.eml"):
        (notes / name).write_text("no mail at all")
    (notes / "film.mkv").write_bytes(bytes(99))
    run(notes)
    failed, skipped = look().troubles
    assert (failed.state, failed.files, failed.words) == (State.FAILED, 2, "not a mail:")
    assert failed.reason == "not a mail: it does not begin with a header"
    assert [record.path for record in failed.examples] == ["a.eml", "b.eml"]
    assert (skipped.state, skipped.files) == (State.SKIPPED, 1)


def test_reasons_that_differ_after_the_colon_are_one_group(
    notes: Path, run: Run, look: Callable[[], Overview], store: Store
) -> None:
    (notes / "a.eml").write_text("no mail")
    (notes / "b.eml").write_text("no mail either")
    run(notes)
    records = [record for record in store.ledger if record.state is State.FAILED]
    store.documents.replace_records(
        [replace(record, reason=f"damaged: byte {n}") for n, record in enumerate(records)]
    )
    [trouble] = look().troubles
    assert (trouble.reason, trouble.words, trouble.files) == ("damaged", "damaged:", 2)


def test_past_runs_are_those_that_changed_something_or_failed_the_latest_first(
    notes: Path, run: Run, look: Callable[[], Overview], settings: Settings, store: Store, models: FakeModels
) -> None:
    run(notes)
    run(notes)
    (notes / "geese.txt").write_text("Geese fly south.")
    path = str(notes / "geese.txt")
    assert ingest_paths([path], lambda: True, settings, store, models, Silent())  # type: ignore[arg-type]
    assert ingest_paths([path], lambda: True, settings, store, models, Silent())  # type: ignore[arg-type]
    later, first = look().runs
    assert (first.is_whole, first.changed, first.failed) == (True, 2, 0)
    assert (later.is_whole, later.changed, later.failed) == (False, 1, 0)
    assert first.ended < later.ended <= time.time() + 1
    assert first.seconds > 0
    # Whoever asks for the last run means one over whole folders.
    assert store.runs.last()["unchanged"] == "2"
    assert store.runs.ended() < later.ended


def test_a_look_at_files_that_failed_before_is_no_news(store: Store) -> None:
    for failed in (2, 2, 2, 3, 3, 0, 0):
        store.runs.log([("indexed", 0), ("failed", failed)])
    store.runs.log([("failed", 1)], whole=False)  # as a watcher meets it
    store.runs.log([("failed", 1)])
    assert [run.failed for run in store.runs.past(9)] == [1, 0, 3, 2]


def test_more_past_runs_than_one_reply_holds_are_read(store: Store) -> None:
    for n in range(120):
        store.runs.log([("indexed", n % 2)])
    assert len(store.runs.past(200)) == 60
    assert len(store.runs.past(7)) == 7


def test_the_memory_of_redis_is_told(look: Callable[[], Overview]) -> None:
    memory = look().memory
    assert memory.used > 1_000_000
    assert memory.limit == 0 or memory.limit > memory.used


def test_an_index_beside_the_one_in_use_tells_how_far_it_is_and_the_next_command(
    notes: Path, run: Run, look: Callable[[], Overview], store: Store
) -> None:
    run(notes)
    assert look().others == ()
    now = store.generations.in_use()[TEXT]
    other = replace(now, fingerprint=replace(now.fingerprint, model="better"))
    store.generations.begin(TEXT, other, 8)
    store.generations.note(TEXT, done=2)
    [built] = look().others
    assert (built.sentence, built.command) == ("The index of better is being built: 2 of 8.", "")
    assert built.share == 0.25
    told = {}
    for stage in (Stage.PAUSED, Stage.READY, Stage.KEPT):
        store.generations.note(TEXT, stage=stage)
        told[stage] = look().others[0].command
    assert told == {
        Stage.PAUSED: "semsearch index build",
        Stage.READY: "semsearch index swap",
        Stage.KEPT: "semsearch index release",
    }
