"""The loop that watches, with a clock of the test's own, real folders, and runs that are only noted."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.watching.polling import Polling
from ingest.watching.root import RESCAN_SECONDS
from ingest.watching.stillness import STILL_SECONDS
from ingest.watching.watch import MOST_PATHS, Watch
from semsearch.errors import RedisError


class Runs:
    """Notes what is to be ingested."""

    def __init__(self) -> None:
        self.scans: list[list[str]] = []
        self.batches: list[list[str]] = []
        self.fails = False
        self.needs_scan = False
        self.reads = 0
        self.busy: Callable[[], object] = lambda: None
        self.before: Callable[[], object] = lambda: None

    def scan(self, folders: Sequence[str]) -> None:
        if self.fails:
            raise RedisError("Redis is gone.")
        self.scans.append(sorted(folders))

    def take(self, paths: Sequence[str], is_sound: Callable[[], bool]) -> bool:
        self.before()
        if self.needs_scan or not is_sound():
            return False
        self.batches.append(list(paths))
        return True

    def find(self) -> None:
        """Nothing is compared."""

    def read(self, folders: Sequence[str], is_idle: Callable[[], bool]) -> None:
        assert folders
        self.busy()
        self.reads += is_idle()


class Tasks:
    """Tasks that are written down in place of being done."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self.done: list[str] = []

    @property
    def are_open(self) -> bool:
        return bool(self.left)

    def carry_out(self) -> None:
        self.done += self.left
        self.left.clear()


class Looking:
    """A watch of some folders, its runs, and its clock."""

    def __init__(self, *folders: Path) -> None:
        self.folders = [str(folder) for folder in folders]
        self.runs = Runs()
        self.tasks = Tasks()
        self.told: list[str] = []
        self.now = 0.0
        self.watch = Watch(
            lambda: self.folders,
            self.runs,
            self.tasks,
            self.told.append,
            left_out="/nowhere",
            clock=lambda: self.now,
        )

    def look(self, seconds: float = 0.0) -> None:
        self.now += seconds
        self.watch.look()

    def until(self, condition: Callable[[], object]) -> None:
        """Look, at the same time of the clock, until the system has told of a change."""
        ends = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < ends
            time.sleep(0.01)
            self.look()

    def noted(self) -> bool:
        return len(self.watch._stillness) > 0

    def noted_last(self) -> float:
        return max((each.since for each in self.watch._stillness._pending.values()), default=-1.0)


@pytest.fixture
def looking(tmp_path: Path) -> Looking:
    made = Looking(tmp_path)
    made.look()
    return made


def test_a_folder_is_scanned_at_the_start_and_then_once_in_a_while(looking: Looking, tmp_path: Path) -> None:
    assert looking.runs.scans == [[str(tmp_path)]]
    looking.look(RESCAN_SECONDS - 1)
    assert len(looking.runs.scans) == 1
    looking.look(1)
    assert len(looking.runs.scans) == 2


def test_what_changes_together_is_one_batch(looking: Looking, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("text")
    looking.until(lambda: len(looking.watch._stillness) == 2)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == [[str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]]
    looking.look(STILL_SECONDS)
    assert len(looking.runs.batches) == 1


def test_the_home_of_semsearch_in_a_watched_folder_is_not_noticed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    looking = Looking(tmp_path)
    looking.watch._left_out = f"{tmp_path / 'home'}/"
    looking.look()
    (tmp_path / "home" / "data").write_text("1")
    (tmp_path / "a.txt").write_text("1")
    looking.until(looking.noted)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == [[str(tmp_path / "a.txt")]]


def test_very_many_changes_are_one_scan(looking: Looking, tmp_path: Path) -> None:
    for number in range(MOST_PATHS + 1):
        (tmp_path / f"{number}.txt").write_text("text")
    looking.until(lambda: len(looking.watch._stillness) == MOST_PATHS + 1)
    looking.look(40)
    looking.look()
    assert (len(looking.runs.scans), looking.runs.batches) == (2, [])


def test_a_change_of_a_file_with_two_names_is_a_batch_and_a_scan(looking: Looking, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.txt").hardlink_to(tmp_path / "a.txt")
    looking.until(looking.noted)
    looking.look(40)
    scans = len(looking.runs.scans)
    looking.look(40)
    (tmp_path / "a.txt").write_text("another text")
    looking.until(looking.noted)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches[-1] == [str(tmp_path / "a.txt")]
    looking.look(40)
    assert len(looking.runs.scans) > scans


def test_a_batch_that_cannot_be_taken_path_by_path_is_a_scan(looking: Looking, tmp_path: Path) -> None:
    looking.runs.needs_scan = True
    (tmp_path / "a.txt").write_text("text")
    looking.until(looking.noted)
    looking.look(40)
    looking.look()
    assert len(looking.runs.scans) == 2


def test_a_folder_that_goes_away_is_offline_once_and_is_scanned_when_it_is_back(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    (root / "a.txt").write_text("text")
    looking = Looking(root)
    looking.look()
    root.rename(tmp_path / "away")
    for _ in range(5):
        looking.look(1)
    assert looking.runs.batches == []
    assert [f"{root} is offline" in line for line in looking.told] == [True]
    (tmp_path / "away").rename(root)
    looking.look(1)
    assert looking.told[1:] == [f"{root} is there again"]
    assert looking.runs.scans == [[str(root)]] * 2
    (root / "b.txt").write_text("text")
    looking.until(looking.noted)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == [[str(root / "b.txt")]]


def test_a_disk_that_goes_while_its_files_are_looked_at_loses_no_document(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    looking = Looking(root)
    looking.look()
    (root / "a.txt").write_text("text")
    looking.until(looking.noted)
    looking.runs.before = lambda: shutil.rmtree(root)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == []


def test_one_folder_that_is_offline_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    looking = Looking(tmp_path / "gone", tmp_path / "here")
    looking.look()
    assert looking.runs.scans == [[str(tmp_path / "here")]]


def test_folders_that_are_added_and_paused_are_followed(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    looking = Looking(one)
    looking.look()
    looking.folders = [str(two)]
    looking.look()
    (one / "a.txt").write_text("text")
    (two / "a.txt").write_text("text")
    looking.until(looking.noted)
    looking.look(STILL_SECONDS)
    assert looking.runs.scans == [[str(one)], [str(two)]]
    assert looking.runs.batches == [[str(two / "a.txt")]]


def test_when_redis_has_failed_everything_is_scanned_later(looking: Looking, tmp_path: Path) -> None:
    looking.runs.fails = True
    looking.look(RESCAN_SECONDS)
    assert looking.told == ["Redis is gone.", "the folders are looked at again in 10 s"]
    looking.runs.fails = False
    looking.look(9)
    assert len(looking.runs.scans) == 1
    looking.look(1)
    assert looking.runs.scans[1:] == [[str(tmp_path)]]


def test_text_in_pictures_is_read_only_while_nothing_else_is_to_be_done(
    looking: Looking, tmp_path: Path
) -> None:
    assert looking.runs.reads == 1
    (tmp_path / "a.txt").write_text("text")
    looking.until(looking.noted)
    before = looking.runs.reads
    looking.look()
    assert looking.runs.reads == before
    looking.look(STILL_SECONDS)
    assert looking.runs.reads == before + 1
    # A file that changes while a page is read.
    looking.runs.busy = lambda: (tmp_path / "b.txt").write_text("text") and time.sleep(0.2)
    looking.look()
    assert looking.runs.reads == before + 1


def test_text_in_pictures_is_read_although_one_file_keeps_changing(looking: Looking, tmp_path: Path) -> None:
    log, reads = tmp_path / "app.log", []
    for second in range(1, 15):
        looking.look(1)
        log.write_text("line\n" * second)
        looking.until(lambda: looking.noted_last() == looking.now)
        before = looking.runs.reads
        looking.look()
        reads.append(looking.runs.reads - before)
    assert reads == [0] * 10 + [1] * 4
    (tmp_path / "a.txt").write_text("text")
    looking.until(lambda: len(looking.watch._stillness) == 2)
    before = looking.runs.reads
    looking.look()
    assert looking.runs.reads == before  # for a.txt is soon still
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == [[str(tmp_path / "a.txt"), str(log)]]


def test_tasks_are_done_at_once_and_before_text_in_pictures_is_read(looking: Looking) -> None:
    looking.tasks.left.append("rescan")
    looking.look()
    assert looking.tasks.done == ["rescan"]
    before = looking.runs.reads
    looking.runs.busy = lambda: looking.tasks.left.append("forget")
    looking.look()
    assert looking.runs.reads == before  # the reading stops for the task
    looking.runs.busy = lambda: None
    looking.look()
    assert looking.tasks.done == ["rescan", "forget"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems refuse such names")
def test_a_folder_whose_name_is_not_utf8_has_everything_polled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ingest.watching.root.Polling", lambda root: Polling(root, seconds=0.05))
    looking = Looking(tmp_path)
    looking.look()
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    strange.mkdir()
    looking.until(lambda: looking.told)
    assert looking.told == [
        f"{tmp_path} is looked at every 10 s: the name of a folder in it is not UTF-8, and so the system "
        "cannot be asked what changes there"
    ]
    (strange / "new.txt").write_text("a")
    looking.until(looking.noted)
    looking.look(STILL_SECONDS)
    assert looking.runs.batches == [[str(strange / "new.txt")]]
    again = Looking(tmp_path)
    again.look()
    assert again.told == looking.told
