"""Disks that are away, and files that disappear in great numbers: nothing that can come back is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.scans import ScanReader
from ingest.summary import Summary
from ingest.verify import verify
from semsearch.errors import ModelError
from semsearch.query import Query
from semsearch.records import DocumentRecord, Ocr, State
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.fakes import FakeModels, picture
from tests.integration.ingest.test_ingest import everything
from tests.mounts import mounted, unmount
from tests.redis_client import redis_of

Records = Callable[[], dict[str, DocumentRecord]]
Run = Callable[..., Summary]


class NoModel(FakeModels):
    """Models that must not be asked to embed a document."""

    def __init__(self) -> None:
        super().__init__()
        self.words.embed = self._refuse  # type: ignore[method-assign]
        assert self.colours is not None
        self.colours.look = self._refuse  # type: ignore[method-assign]

    def _refuse_all(self, _batch: object, *, query: bool = False) -> object:
        raise ModelError(f"nothing must be embedded, query={query}")

    def _refuse(self, batch: object, *, query: bool = False) -> object:
        if query:
            return FakeModels().words.embed(batch, query=True)  # type: ignore[arg-type]
        raise ModelError("nothing must be embedded")


def fill(folder: Path, number: int = 30) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        (folder / f"{n}.txt").write_text(f"Letter {n} of {folder.name} is about geese.")
    picture(folder / "red.png", "red")


def found(searcher: Searcher, *words: str) -> set[str]:
    return {hit.path for hit in searcher.search(Query(" ".join(words), limit=100)).hits}


def of_documents(store: Store) -> dict[bytes, dict[bytes, bytes]]:
    """Return all hashes of documents."""
    return {key: values for key, values in everything(store).items() if b"{" in key}


@pytest.fixture
def half(folder: Path, run: Run) -> Path:
    """An ingested root with two folders; the second is returned."""
    fill(folder / "first")
    fill(folder / "second")
    run()
    return folder / "second"


def test_half_of_a_library_that_disappears_is_hidden_and_kept(
    half: Path, run: Run, searcher: Searcher, records: Records
) -> None:
    assert "second/3.txt" in found(searcher, "letter second")
    shutil.rmtree(half)
    summary = run()
    assert (summary.missing, summary.removed, summary.unchanged) == (31, 0, 31)
    assert {each.state for path, each in records().items() if path.startswith("second")} == {State.MISSING}
    for query in (Query("letter second", limit=100), Query("3.txt", limit=100), Query("red.png", limit=100)):
        assert {hit.path.partition("/")[0] for hit in searcher.search(query).hits} == {"first"}


def test_a_small_folder_in_whose_place_another_one_lies_loses_nothing(
    folder: Path, run: Run, records: Records, models: FakeModels
) -> None:
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"Letter number {n}.")
    run()
    embedded = list(models.words.embedded)
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    (folder / "gnu.md").write_text("A gnu grazes.")
    summary = run()
    assert (summary.indexed, summary.removed, summary.missing) == (1, 0, 6)
    shutil.rmtree(folder)
    folder.with_name("away").rename(folder)
    run()
    assert [record.path for record in records().values() if record.state is not State.INDEXED] == []
    assert models.words.embedded == [*embedded, "A gnu grazes."]


def test_files_that_come_back_are_found_again_without_a_model(
    half: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    before = of_documents(store)
    away = half.rename(half.parent.parent / "away")
    run()
    assert of_documents(store).keys() != before.keys()
    away.rename(half)
    summary = run(with_models=NoModel())
    assert (summary.missing, summary.unchanged, summary.indexed, summary.failed) == (0, 62, 0, 0)
    assert of_documents(store) == before
    assert "second/3.txt" in found(searcher, "letter second")


def test_a_file_that_changed_while_it_was_missing_is_read_again(
    half: Path, run: Run, store: Store, records: Records
) -> None:
    away = half.rename(half.parent.parent / "away")
    run()
    (away / "3.txt").write_text("Another letter.")
    away.rename(half)
    summary = run()
    assert (summary.indexed, summary.unchanged, summary.missing) == (1, 61, 0)
    passages = store.ledger.passages(records()["second/3.txt"])
    assert [passage.content for passage in passages] == ["Another letter."]


def test_missing_documents_stay_missing_run_after_run(half: Path, run: Run, records: Records) -> None:
    shutil.rmtree(half)
    run()
    since = records()["second/3.txt"].missing_since
    summary = run()
    assert (summary.missing, summary.removed) == (31, 0)
    assert records()["second/3.txt"].missing_since == since
    assert [(each.documents, each.since <= since) for each in summary.away] == [(31, True)]


def test_missing_documents_are_removed_when_asked(half: Path, run: Run, store: Store) -> None:
    shutil.rmtree(half)
    run()
    summary = run(allow_empty=True)
    assert (summary.missing, summary.removed) == (0, 31)
    assert list(redis_of(store).scan_iter(match="semsearch:aside:*")) == []
    assert store.index_status()[-1].records == 31


def test_missing_documents_are_removed_after_their_days(half: Path, run: Run, store: Store) -> None:
    shutil.rmtree(half)
    run()
    for record in [each for each in store.ledger if each.state is State.MISSING]:
        redis_of(store).hset(
            f"semsearch:doc:{{{record.doc}}}", "missing_since", record.missing_since - 31 * 86_400
        )
    summary = run()
    assert (summary.missing, summary.removed) == (0, 31)
    assert list(redis_of(store).scan_iter(match="semsearch:aside:*")) == []


def test_a_folder_that_is_renamed_is_moved_and_not_missing(
    half: Path, run: Run, searcher: Searcher, records: Records
) -> None:
    (half / "song.mp3").write_bytes(b"ID3")
    run()
    half.rename(half.parent / "third")
    summary = run(with_models=NoModel())
    assert (summary.missing, summary.removed, summary.reused) == (0, 32, 31)
    assert {each.state for each in records().values()} == {State.INDEXED, State.SKIPPED}
    assert "third/3.txt" in found(searcher, "letter second")


def test_a_move_that_a_killed_run_has_seen_half_leaves_nothing_missing(
    half: Path, run: Run, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    half.rename(half.parent / "third")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.write.Writer.remove", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    summary = run(with_models=NoModel())
    assert (summary.missing, summary.removed) == (0, 31)
    assert {path.partition("/")[0] for path in records()} == {"first", "third"}


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_missing_files_that_turn_up_elsewhere_have_moved(half: Path, run: Run, records: Records) -> None:
    away = half.rename(half.parent.parent / "away")
    run()
    away.rename(half.parent / "third")
    summary = run(with_models=NoModel())
    assert (summary.missing, summary.reused, summary.removed) == (0, 31, 31)
    assert {path.partition("/")[0] for path in records()} == {"first", "third"}
    assert {each.state for each in records().values()} == {State.INDEXED}


def test_a_run_that_is_killed_while_it_sets_documents_aside_is_completed_by_the_next(
    half: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = half.rename(half.parent.parent / "away")
    before = of_documents(store)
    with monkeypatch.context() as patch:
        patch.setattr("semsearch.store.drafts.Drafts._leave", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert run().missing == 31
    away.rename(half)
    assert run(with_models=NoModel()).unchanged == 62
    assert of_documents(store).keys() == before.keys()


@pytest.fixture
def disk(folder: Path) -> Iterator[Path]:
    """A root with two files of its own, and a disk mounted in it that has three letters and a picture."""
    fill(folder, 2)
    disk = folder / "disk"
    disk.mkdir()
    source = folder.parent / "source"
    fill(source, 3)
    with mounted(source, disk, bind=True):
        yield disk


def test_a_small_disk_that_is_away_costs_nothing_although_a_stray_file_lies_in_its_place(
    disk: Path, run: Run, searcher: Searcher, store: Store
) -> None:
    run()
    before = of_documents(store)
    unmount(disk)
    (disk / "stray.txt").write_text("A stray letter.")
    summary = run()
    assert (summary.missing, summary.removed, summary.indexed) == (4, 0, 1)
    assert "disk/1.txt" not in found(searcher, "letter geese")
    with mounted(disk.parent.parent / "source", disk, bind=True):
        summary = run(with_models=NoModel())
        # The stray file is hidden below the disk.
        assert (summary.unchanged, summary.missing) == (7, 1)
        after = of_documents(store)
    assert {key: after[key] for key in before} == before
    assert "disk/1.txt" in found(searcher, "letter geese")


def test_a_disk_that_is_the_root_costs_nothing(disk: Path, run: Run) -> None:
    run(disk)
    unmount(disk)
    (disk / "stray.txt").write_text("A stray letter.")
    summary = run(disk)
    assert (summary.missing, summary.removed, summary.indexed) == (4, 0, 1)


def test_a_disk_that_vanishes_while_its_files_are_read_costs_nothing(
    disk: Path, run: Run, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    before = of_documents(store)
    source = disk.parent.parent / "source"
    for n in range(3):
        (source / f"{n}.txt").write_text(f"A letter that changed, {n}.")

    def unmount_first(*arguments: object) -> None:
        unmount(disk)
        verify(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.missing.verify", unmount_first)
    summary = run()
    assert (summary.failed, summary.missing, summary.removed) == (3, 0, 0)
    assert of_documents(store) == before
    assert {each.state for each in records().values()} == {State.INDEXED}


def test_a_scan_that_is_not_there_waits_for_its_text(half: Path, records: Records) -> None:
    record = replace(records()["first/red.png"], ocr=Ocr.DUE)
    (half.parent / "first" / "red.png").unlink()
    with ScanReader() as reader:
        assert reader.open(record) is None


def test_another_file_system_with_the_same_files_is_only_remembered(
    half: Path, run: Run, store: Store
) -> None:
    root = str(half.parent)
    places = store.disks.places()
    store.disks.remember({root: "ext4 another /"})
    summary = run()
    assert (summary.unchanged, summary.missing) == (62, 0)
    assert store.disks.places() == places


def test_a_few_files_below_another_file_system_are_kept(half: Path, run: Run, store: Store) -> None:
    store.disks.remember({str(half.parent): "ext4 another /"})
    (half / "3.txt").unlink()
    assert run().missing == 1


def test_a_file_edited_with_its_date_kept_is_read_again(
    half: Path, run: Run, store: Store, records: Records
) -> None:
    file = half / "3.txt"
    status, text = file.stat(), file.read_text()
    file.write_text(text.replace("geese", "ducks"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    summary = run()
    assert (summary.indexed, summary.unchanged) == (1, 61)
    assert "ducks" in store.ledger.passages(records()["second/3.txt"])[0].content


def test_files_swapped_with_their_dates_kept_swap_their_contents(
    half: Path, run: Run, store: Store, records: Records
) -> None:
    for name in ("3.txt", "4.txt"):
        os.utime(half / name, (1e9, 1e9))
    run()
    (half / "3.txt").rename(half / "5")
    (half / "4.txt").rename(half / "3.txt")
    (half / "5").rename(half / "4.txt")
    run()
    content = {
        path: store.ledger.passages(records()[path])[0].content for path in ("second/3.txt", "second/4.txt")
    }
    assert content["second/3.txt"].startswith("Letter 4")
    assert content["second/4.txt"].startswith("Letter 3")


def test_a_new_owner_of_a_file_costs_a_hash_once_and_changes_no_piece(
    half: Path, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (half / "3.txt").chmod(0o600)
    before = {key: values for key, values in of_documents(store).items() if b":doc:" not in key}
    summary = run(with_models=NoModel())
    assert (summary.unchanged, summary.reused) == (62, 0)
    assert {key: values for key, values in of_documents(store).items() if b":doc:" not in key} == before
    monkeypatch.setattr("ingest.verify.content_hash", killed)
    assert run().unchanged == 62


def test_missing_documents_survive_a_rebuild_as_files_to_read_again(
    half: Path, run: Run, store: Store
) -> None:
    away = half.rename(half.parent.parent / "away")
    run()
    assert run(rebuild=True).missing == 31
    away.rename(half)
    summary = run()
    assert (summary.indexed, summary.reused, summary.unchanged, summary.missing) == (30, 1, 31, 0)
    assert list(redis_of(store).scan_iter(match="semsearch:aside:*")) == []


def test_moved_files_need_no_model(folder: Path, run: Run, searcher: Searcher) -> None:
    fill(folder / "before")
    run()
    (folder / "before").rename(folder / "after")
    nothing = NoModel()
    nothing.words.embed = nothing._refuse_all  # type: ignore[method-assign]
    summary = run(with_models=nothing)
    assert (summary.reused, summary.indexed, summary.removed, summary.problems) == (31, 0, 31, [])
    assert "after/3.txt" in found(searcher, "letter before")
