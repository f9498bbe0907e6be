"""Watched folders with real events, a real index and fake models: the index follows the files."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.run_paths import ingest_paths
from ingest.summary import Summary
from ingest.watching import root, stillness
from ingest.watching.runs import IndexRuns, watched_folders
from ingest.watching.tasks import TaskRuns
from ingest.watching.watch import Watch
from semsearch.cli.show_ingest import Silent
from semsearch.explore import keeping
from semsearch.explore.copies_found import CopiesView
from semsearch.explore.vectors import LibraryVectors
from semsearch.folders import drop_folder, pause_folder, remember_folders
from semsearch.ignored import IGNORE_FILE
from semsearch.lock import one_at_a_time
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, Ocr, State
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.inventory import Inventory
from semsearch.store.store import Store
from semsearch.tasks import Tasks
from tests.archives import zipped
from tests.fakes import FakeModels, picture
from tests.integration.ingest.test_picture_words import screenshot
from tests.redis_client import redis_of

Records = Callable[[], dict[str, DocumentRecord]]
Run = Callable[..., Summary]
Take = Callable[..., Summary | None]


@pytest.fixture
def take(settings: Settings, store: Store, models: FakeModels, folder: Path) -> Take:
    """Ingest these paths of the folder and no others."""

    def take(*paths: str, is_sound: bool = True) -> Summary | None:
        places = [str(folder / path) for path in paths]
        return ingest_paths(places, lambda: is_sound, settings, store, models, Silent())  # type: ignore[arg-type]

    return take


def counts(summary: Summary | None) -> tuple[int, int, int, int]:
    assert summary is not None
    return summary.indexed, summary.reused, summary.unchanged, summary.removed


def test_one_changed_file_is_read_and_no_other_record_is(
    library: Path,
    take: Take,
    records: Records,
    searcher: Searcher,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = records()

    def forbidden(*_: object) -> None:
        raise AssertionError("the whole ledger is read")

    monkeypatch.setattr(type(store.ledger), "__iter__", forbidden)
    monkeypatch.setattr(Inventory, "census", forbidden)
    monkeypatch.setattr(Inventory, "sweep", forbidden)
    (library / "notes" / "birds" / "owls.txt").write_text("Owls rest at noon.")
    assert counts(take("notes/birds/owls.txt")) == (1, 0, 0, 0)
    monkeypatch.undo()
    assert searcher.search(Query("rest noon")).hits[0].path == "notes/birds/owls.txt"
    del before["notes/birds/owls.txt"]
    assert before.items() <= records().items()


def test_the_whole_library_is_compared_some_minutes_after_a_change(
    library: Path, settings: Settings, store: Store, models: FakeModels
) -> None:
    exploring = settings.model_copy(update={"explore": True})
    now = [0.0]
    runs = IndexRuns(exploring, store, models, Silent(), lambda _: None, lambda: now[0])  # type: ignore[arg-type]
    copies = CopiesView(store)
    shutil.copy(library / "notes" / "ships.md", library / "copy.md")
    for name in ("copy.md", "other.md"):
        assert runs.take([str(library / name)], lambda: True)
        runs.find()
        assert copies.all() is None
        now[0] += 200
    runs.find()
    found = copies.all()
    assert found is not None
    assert [len(group.docs) for group in found.same] == [2]
    store.kept.forget("copies")
    now[0] += 1000
    runs.find()
    assert copies.all() is None


def test_what_takes_long_to_find_is_found_when_it_has_rested(
    library: Path, settings: Settings, store: Store, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    exploring = settings.model_copy(update={"explore": True})
    now = [0.0]
    runs = IndexRuns(exploring, store, models, Silent(), lambda _: None, lambda: now[0])  # type: ignore[arg-type]
    copies = CopiesView(store)
    copies.find(LibraryVectors(store))
    shutil.copy(library / "notes" / "ships.md", library / "copy.md")
    assert runs.take([str(library / "copy.md")], lambda: True)
    with monkeypatch.context() as resting:
        resting.setattr(keeping, "is_rested", lambda *_: False)
        now[0] += 400
        runs.find()
        assert copies.known().same == ()
    now[0] += 400
    runs.find()
    assert [len(group.docs) for group in copies.known().same] == [2]


def test_a_moved_file_and_a_renamed_folder_call_no_model(
    library: Path, take: Take, models: FakeModels, records: Records
) -> None:
    models.words.embedded, models.loads = [], 0
    assert models.colours is not None
    pictures = models.colours.embedded
    (library / "notes" / "ships.md").rename(library / "work" / "boats.md")
    (library / "notes" / "birds").rename(library / "animals")
    (library / "pictures").rename(library / "photos")
    moved = take("notes/ships.md", "work/boats.md", "notes/birds", "animals", "pictures", "photos")
    assert counts(moved) == (0, 6, 0, 6)
    assert (models.words.embedded, models.colours.embedded) == ([], pictures)
    assert sorted(records()) == [
        *("animals/geese.txt", "animals/owls.txt"),
        *("photos/blue-square.png", "photos/darkred-square.png", "photos/red-square.png"),
        *("work/boats.md", "work/geese report.txt"),
    ]


def test_a_copy_takes_the_vectors_of_a_file_that_is_not_in_the_batch(
    library: Path, take: Take, models: FakeModels, records: Records
) -> None:
    models.words.embedded = []
    shutil.copy(library / "notes" / "ships.md", library / "copy.md")
    assert counts(take("copy.md")) == (0, 1, 0, 0)
    assert models.words.embedded == []
    assert records()["copy.md"].state is State.INDEXED


def test_a_watcher_says_that_an_archive_is_damaged_and_its_files_stay(
    library: Path, take: Take, records: Records
) -> None:
    whole = zipped({"tides.txt": "The tide turns at six."})
    (library / "sea.zip").write_bytes(whole)
    take("sea.zip")
    (library / "sea.zip").write_bytes(whole[:-9])
    for _ in range(2):
        summary = take("sea.zip")
        assert summary is not None
        assert [path for path, _ in summary.problems] == [str(library / "sea.zip")]
    assert records()["sea.zip//tides.txt"].state is State.INDEXED
    (library / "sea.zip").unlink()
    assert counts(take("sea.zip")) == (0, 0, 0, 2)


def test_a_new_name_that_comes_before_the_old_one_goes_keeps_the_vectors(
    library: Path, take: Take, models: FakeModels
) -> None:
    models.words.embedded = []
    (library / "notes" / "ships.md").rename(library / "boats.md")
    assert counts(take("boats.md")) == (0, 1, 0, 0)
    assert counts(take("notes/ships.md")) == (0, 0, 0, 1)
    assert models.words.embedded == []


@pytest.mark.usefixtures("library")
def test_nothing_but_the_lease_is_written_when_nothing_has_changed(take: Take, store: Store) -> None:
    def stored() -> dict[bytes, bytes | None]:
        server = redis_of(store)
        return {key: server.dump(key) for key in server.scan_iter() if key != keys.HOLDER.encode()}

    before = stored()
    assert counts(take("notes/ships.md", "never there.txt")) == (0, 0, 1, 0)
    assert stored() == before


@pytest.mark.parametrize("is_lost", ["index", "run"])
def test_what_redis_has_lost_needs_a_run_over_the_whole_folder(
    library: Path, take: Take, store: Store, run: Run, is_lost: str
) -> None:
    (library / "new.txt").write_text("new")
    if is_lost == "index":
        redis_of(store).ft(keys.index_alias("doc")).dropindex(delete_documents=False)
    else:
        redis_of(store).set(keys.RUN, "the mark of a run that was killed")
    assert take("new.txt") is None
    assert run().indexed == 1
    assert counts(take("new.txt")) == (0, 0, 1, 0)


def test_a_look_that_cannot_be_trusted_removes_nothing(library: Path, take: Take, records: Records) -> None:
    shutil.rmtree(library / "notes")
    assert take("notes", is_sound=False) is None
    assert len(records()) == 7


def test_paused_and_forgotten_folders_are_left_out(
    library: Path, take: Take, settings: Settings, folder: Path
) -> None:
    (library / "new.txt").write_text("new")
    pause_folder(settings.home, str(folder), paused=True)
    assert counts(take("new.txt")) == (0, 0, 0, 0)
    drop_folder(settings.home, str(folder))
    assert counts(take("new.txt")) == (0, 0, 0, 0)
    remember_folders(settings.home, [str(folder)])
    assert counts(take("new.txt")) == (1, 0, 0, 0)


class Follower:
    """A watch in a thread, as `semsearch ingest --watch` has it."""

    def __init__(self, settings: Settings, store: Store, models: FakeModels) -> None:
        self.summaries: list[Summary] = []
        self.told: list[str] = []
        self.ended = threading.Event()
        runs = IndexRuns(settings, store, models, Silent(), self.summaries.append)  # type: ignore[arg-type]
        tasks = TaskRuns(Tasks(settings.home), runs, self.told.append, lambda _: None)
        self.watch = Watch(
            lambda: watched_folders(settings.home, []), runs, tasks, self.told.append, str(settings.home)
        )
        self.thread = threading.Thread(target=self.watch.run, args=(self.ended.wait,))

    def until(self, condition: Callable[[], object]) -> None:
        ends = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < ends, (self.told, self.summaries)
            assert self.thread.is_alive()
            time.sleep(0.05)

    def total(self, name: str) -> int:
        return sum(getattr(summary, name) for summary in self.summaries)


@pytest.fixture
def follower(
    settings: Settings, store: Store, models: FakeModels, library: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Follower]:
    """Follows the library, once it has been scanned. Files need not be still for as long as usual."""
    assert library
    monkeypatch.setattr(stillness, "STILL_SECONDS", 0.5)
    made = Follower(settings, store, models)
    made.thread.start()
    made.until(lambda: made.summaries)
    yield made
    made.ended.set()
    made.thread.join(30)
    assert not made.thread.is_alive()


def test_the_index_follows_edits_moves_and_deletions(
    follower: Follower, library: Path, records: Records, searcher: Searcher, models: FakeModels
) -> None:
    (library / "new.txt").write_text("Storks nest on chimneys.")
    (library / "notes" / "ships.md").write_text("Submarines dive.")
    follower.until(lambda: "new.txt" in records() and follower.total("indexed") == 2)
    assert searcher.search(Query("storks chimneys")).hits[0].path == "new.txt"
    assert searcher.search(Query("submarines dive")).hits[0].path == "notes/ships.md"
    models.words.embedded = []
    (library / "notes").rename(library / "letters")
    follower.until(lambda: "letters/birds/owls.txt" in records() and "notes/ships.md" not in records())
    assert models.words.embedded == []
    (library / "letters" / "birds" / "owls.txt").unlink()
    shutil.rmtree(library / "pictures")
    follower.until(lambda: len(records()) == 4)
    assert follower.told == []


def test_a_move_is_one_batch(follower: Follower, library: Path, records: Records) -> None:
    before = len(follower.summaries)
    (library / "notes" / "ships.md").rename(library / "boats.md")
    follower.until(lambda: "boats.md" in records() and "notes/ships.md" not in records())
    follower.until(lambda: len(follower.summaries) > before)
    assert [(each.reused, each.removed) for each in follower.summaries[before:]] == [(1, 1)]


def test_an_editor_that_writes_by_renaming_changes_one_document(
    follower: Follower, library: Path, records: Records
) -> None:
    file = library / "notes" / "ships.md"
    for number in range(3):
        temporary = file.with_name(f".ships.md.{number}.tmp")
        temporary.write_text(f"Version {number}")
        temporary.replace(file)
    follower.until(lambda: follower.total("indexed") == 1)
    assert len(records()) == 7
    assert follower.total("removed") == 0


def test_an_ignore_file_takes_documents_out_and_lets_them_in_again(
    follower: Follower, library: Path, records: Records
) -> None:
    (library / "notes" / IGNORE_FILE).write_text("birds/\n")
    follower.until(lambda: len(records()) == 5)
    (library / "notes" / IGNORE_FILE).unlink()
    follower.until(lambda: len(records()) == 7)


def test_words_in_a_new_sidecar_find_the_picture_beside_it(
    follower: Follower, library: Path, searcher: Searcher
) -> None:
    (library / "pictures" / "blue-square.txt").write_text("A kingfisher.")
    follower.until(lambda: follower.total("indexed") == 2)
    found = [hit.path for hit in searcher.search(Query("kingfisher")).hits]
    assert "pictures/blue-square.png" in found


def test_a_folder_that_is_added_is_taken_up_and_a_paused_one_is_not(
    follower: Follower, settings: Settings, store: Store, tmp_path: Path, library: Path, records: Records
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    picture(other / "green.png", "green")
    pause_folder(settings.home, str(library), paused=True)
    (library / "left out.txt").write_text("paused")
    store.inventory.note_folders([str(other)])
    remember_folders(settings.home, [str(other)])
    follower.until(lambda: "green.png" in records())
    assert "left out.txt" not in records()
    pause_folder(settings.home, str(library), paused=False)
    follower.until(lambda: "left out.txt" in records())


def test_a_run_in_another_terminal_is_waited_for_and_holds_nothing_up_for_good(
    follower: Follower, settings: Settings, library: Path, records: Records, run: Run
) -> None:
    with one_at_a_time(settings.home):
        (library / "new.txt").write_text("new")
        follower.until(lambda: len(follower.watch._stillness) > 0)
        follower.until(lambda: len(follower.watch._stillness) == 0)
        assert "new.txt" not in records()
    follower.until(lambda: "new.txt" in records())
    assert run().unchanged == 8


def test_an_unmounted_disk_loses_no_document(follower: Follower, library: Path, records: Records) -> None:
    away = library.with_name("away")
    library.rename(away)
    follower.until(lambda: any("is offline" in line for line in follower.told))
    assert len(records()) == 7
    away.rename(library)
    follower.until(lambda: any("is there again" in line for line in follower.told))
    (library / "new.txt").write_text("new")
    follower.until(lambda: "new.txt" in records())
    assert len(records()) == 8


def test_text_in_pictures_is_read_when_nothing_else_is_to_be_done(
    follower: Follower, library: Path, records: Records, searcher: Searcher
) -> None:
    screenshot("The ferry leaves at nine", "from the northern pier").save(library / "screenshot.png")
    follower.until(lambda: "screenshot.png" in records() and records()["screenshot.png"].ocr is Ocr.DONE)
    follower.until(lambda: follower.total("read") == 1)
    assert "screenshot.png" in [
        hit.path for hit in searcher.search(Query("ferry pier", mode=Mode.WORDS)).hits
    ]


def test_a_redis_that_lost_everything_is_filled_again(
    follower: Follower, library: Path, store: Store, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "_SOONEST_SECONDS", 1.0)
    redis_of(store).flushdb()
    (library / "new.txt").write_text("new")
    follower.until(lambda: len(records()) == 8)
