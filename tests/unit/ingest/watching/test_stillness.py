"""When a changed path is taken, by a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.watching.stillness import GONE_SECONDS, STILL_SECONDS, Stillness, Version, version


class Files:
    """Files that are only versions."""

    def __init__(self) -> None:
        self.versions: dict[str, Version] = {}

    def write(self, path: str) -> None:
        size = (self.versions.get(path) or (0, 0, 0, 0))[0]
        self.versions[path] = (size + 1, 0, 0, 0)

    def remove(self, path: str) -> None:
        del self.versions[path]

    def look(self, path: str) -> Version:
        return self.versions.get(path)


def test_a_file_is_taken_once_when_it_has_been_still() -> None:
    files = Files()
    stillness = Stillness(files.look)
    files.write("/a")
    stillness.note(["/a"], 10.0)
    assert stillness.take(10.0 + STILL_SECONDS - 0.01) == []
    assert stillness.take(10.0 + STILL_SECONDS) == ["/a"]
    assert stillness.take(99.0) == []


def test_every_event_begins_the_wait_anew() -> None:
    files = Files()
    stillness = Stillness(files.look)
    for second in range(5):
        files.write("/log")
        stillness.note(["/log"], float(second))
        assert stillness.take(float(second)) == []
    assert stillness.take(4 + STILL_SECONDS) == ["/log"]


def test_a_file_that_grows_without_events_is_not_still() -> None:
    files = Files()
    stillness = Stillness(files.look)
    files.write("/a")
    stillness.note(["/a"], 0.0)
    files.write("/a")
    assert stillness.take(STILL_SECONDS) == []
    assert stillness.take(2 * STILL_SECONDS - 0.01) == []
    assert stillness.take(2 * STILL_SECONDS) == ["/a"]


def test_a_file_that_is_written_all_the_time_holds_up_no_other() -> None:
    files = Files()
    stillness = Stillness(files.look)
    files.write("/note")
    stillness.note(["/note"], 0.0)
    taken = []
    for step in range(20):
        files.write("/log")
        stillness.note(["/log"], step / 4)
        taken += stillness.take(step / 4)
    assert taken == ["/note"]


@pytest.mark.parametrize("later", [0.0, GONE_SECONDS])
def test_both_names_of_a_moved_file_are_in_one_batch(later: float) -> None:
    """The event of the old name comes first, and may be read a moment before the other."""
    files = Files()
    stillness = Stillness(files.look)
    files.write("/new")
    stillness.note(["/old"], 0.0)
    stillness.note(["/new"], later)
    batches = [stillness.take(step / 100) for step in range(400)]
    assert [batch for batch in batches if batch] == [["/new", "/old"]]


def test_files_that_vanish_all_the_time_hold_up_no_other_for_long() -> None:
    files = Files()
    stillness = Stillness(files.look)
    files.write("/note")
    stillness.note(["/note"], 0.0)
    taken = {}
    for step in range(400):
        stillness.note([f"/temporary {step}"], step / 100)
        taken |= dict.fromkeys(stillness.take(step / 100), step / 100)
    assert STILL_SECONDS <= taken["/note"] <= STILL_SECONDS + GONE_SECONDS


def test_a_program_that_writes_by_renaming_gives_one_batch() -> None:
    files = Files()
    stillness = Stillness(files.look)
    files.write("/a.tmp")
    stillness.note(["/a.tmp"], 0.0)
    files.remove("/a.tmp")
    files.write("/a")
    stillness.note(["/a.tmp", "/a"], 0.1)
    assert stillness.take(0.1 + STILL_SECONDS) == []
    assert stillness.take(0.1 + STILL_SECONDS + GONE_SECONDS) == ["/a", "/a.tmp"]


def test_a_removed_file_that_comes_back_is_taken_as_it_is_then() -> None:
    files = Files()
    stillness = Stillness(files.look)
    stillness.note(["/a"], 0.0)
    files.write("/a")
    assert stillness.take(STILL_SECONDS) == []
    assert stillness.take(2 * STILL_SECONDS) == ["/a"]


def test_the_paths_of_a_folder_are_forgotten_with_it() -> None:
    stillness = Stillness(Files().look)
    stillness.note(["/photos/a", "/photos", "/photos 2/a"], 0.0)
    stillness.drop("/photos")
    assert stillness.take(99.0) == ["/photos 2/a"]


def test_the_version_of_a_file_changes_with_its_content_its_date_and_its_inode(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert version(str(file)) is None
    file.write_text("1")
    versions = [version(str(file))]
    file.write_text("12")
    versions.append(version(str(file)))
    file.rename(tmp_path / "b")
    file.write_text("12")
    versions.append(version(str(file)))
    assert len(set(versions)) == 3
    assert version("nul\0") is None
