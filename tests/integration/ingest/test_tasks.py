"""A watcher carries out the tasks that the page leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.watching.runs import IndexRuns, watched_folders
from ingest.watching.tasks import TaskRuns
from ingest.watching.watch import Watch
from semsearch.cli.show_ingest import Silent
from semsearch.folders import known_folders
from semsearch.records import DocumentRecord, State
from semsearch.settings import Settings
from semsearch.store.store import Store
from semsearch.tasks import TaskKind, Tasks
from tests.fakes import FakeModels

Records = Callable[[], dict[str, DocumentRecord]]


class Watcher:
    """A watch of the known folders, or of the named ones. It looks when it is told to."""

    def __init__(self, settings: Settings, store: Store, models: FakeModels, *named: Path) -> None:
        self.tasks = Tasks(settings.home)
        self.told: list[str] = []
        self.named = list(named)
        runs = IndexRuns(settings, store, models, Silent(), lambda _: None)  # type: ignore[arg-type]
        orders = TaskRuns(self.tasks, runs, self.told.append, self._added)
        self.watch = Watch(
            lambda: watched_folders(settings.home, self.named),
            runs,
            orders,
            self.told.append,
            str(settings.home),
        )

    def _added(self, folder: Path) -> None:
        if self.named:
            self.named.append(folder)


@pytest.fixture
def watcher(settings: Settings, store: Store, models: FakeModels, library: Path) -> Watcher:
    watcher = Watcher(settings, store, models, library)
    watcher.watch.look()
    return watcher


@pytest.fixture
def page(settings: Settings, watcher: Watcher) -> Tasks:
    """The tasks as the page sees them, which is another process."""
    page = Tasks(settings.home)
    assert watcher.tasks.take_on()
    assert page.have_a_watcher
    return page


def test_a_folder_that_is_added_is_read_and_watched(
    watcher: Watcher, page: Tasks, settings: Settings, tmp_path: Path, records: Records
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "geese.txt").write_text("Geese fly south in autumn.")
    page.leave(TaskKind.ADD, str(more))
    watcher.watch.look()
    assert str(more) in known_folders(settings.home)
    watcher.watch.look()
    assert records()["geese.txt"].root == str(more)
    assert page.all() == ()


def test_a_folder_that_has_become_a_link_is_not_added(
    watcher: Watcher, page: Tasks, settings: Settings, tmp_path: Path
) -> None:
    link = tmp_path / "more"
    link.symlink_to("/etc")
    page.leave(TaskKind.ADD, str(link))
    watcher.watch.look()
    assert str(link) not in known_folders(settings.home)
    [task] = page.all()
    assert task.error == f"there is no folder {link} any more"
    assert f"from the page: {task.error}" in watcher.told


def test_a_folder_is_compared_with_its_files_although_no_event_told_of_a_change(
    watcher: Watcher, page: Tasks, library: Path, store: Store
) -> None:
    before = store.inventory.seen()[str(library)]
    page.leave(TaskKind.SCAN, str(library))
    watcher.watch.look()
    assert store.inventory.seen()[str(library)] > before
    assert page.open() == ()


def test_a_folder_is_forgotten_and_its_files_stay(
    watcher: Watcher, page: Tasks, settings: Settings, library: Path, records: Records
) -> None:
    page.leave(TaskKind.FORGET, str(library))
    watcher.watch.look()
    assert records() == {}
    assert known_folders(settings.home) == ()
    assert any(library.rglob("*.txt"))
    assert f"from the page: forgotten, with 7 documents: {library}" in watcher.told


def test_files_that_failed_for_a_reason_are_read_again(
    watcher: Watcher, page: Tasks, library: Path, records: Records
) -> None:
    (library / "a.eml").write_text("no mail")
    (library / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    page.leave(TaskKind.SCAN, str(library))
    watcher.watch.look()
    page.leave(TaskKind.RETRY, words="not a mail:")
    watcher.watch.look()
    found = records()
    assert (found["a.eml"].state, found["a.eml"].attempts) == (State.FAILED, 2)
    assert (found["b.pdf"].state, found["b.pdf"].attempts) == (State.FAILED, 1)


def test_a_task_for_a_folder_that_is_not_known_fails_and_the_next_one_is_done(
    watcher: Watcher, page: Tasks, library: Path
) -> None:
    page.leave(TaskKind.FORGET, "/nowhere")
    page.leave(TaskKind.SCAN, str(library))
    watcher.watch.look()
    [task] = page.all()
    assert "/nowhere is no known folder" in task.error


def test_a_second_watcher_takes_over_when_the_first_ends(
    watcher: Watcher, page: Tasks, settings: Settings, store: Store, models: FakeModels, library: Path
) -> None:
    second = Watcher(settings, store, models, library)
    page.leave(TaskKind.SCAN, str(library))
    second.watch.look()
    assert len(page.open()) == 1
    watcher.tasks.leave_off()
    second.watch.look()
    assert page.open() == ()
