"""`semsearch folders`, and `semsearch ingest` without a folder, as processes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from semsearch.folders import Folder, known_folders, listed_folders
from semsearch.records import DocumentRecord
from semsearch.settings import Settings
from semsearch.store import keys
from semsearch.store.store import Store
from tests.redis_client import redis_of

Command = Callable[..., subprocess.CompletedProcess[str]]
Records = Callable[[], dict[str, DocumentRecord]]


@pytest.fixture
def two(semsearch: Command, tmp_path: Path) -> tuple[Path, Path]:
    """Two ingested folders, with one document and with two."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, names in ((one, "a"), (two, "bc")):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.txt").write_text(f"Text {name}.")
    assert semsearch("ingest", one, two).returncode == 0
    return one, two


def rows(semsearch: Command) -> dict[str, tuple[str, int]]:
    shown = json.loads(semsearch("folders", "--json").stdout)
    return {Path(row["folder"]).name: (row["state"], row["documents"]) for row in shown}


def test_folders_are_listed_with_their_states(semsearch: Command, two: tuple[Path, Path]) -> None:
    one, other = two
    assert rows(semsearch) == {"one": ("watched", 1), "two": ("watched", 2)}
    line = semsearch("folders").stdout.splitlines()[1]
    assert line.split()[:2] == ["watched", "2"]
    assert line.endswith(str(other))
    assert semsearch("folders", "pause", other).stdout == f"paused {other}\n"
    one.rename(one.with_name("away"))
    assert rows(semsearch) == {"one": ("offline", 1), "two": ("paused", 2)}
    one.mkdir()  # the place of a disk that is not mounted
    assert rows(semsearch)["one"] == ("offline", 1)


def test_a_forgotten_folder_takes_its_documents_along_and_no_others(
    semsearch: Command, two: tuple[Path, Path], settings: Settings, store: Store, records: Records
) -> None:
    one, other = two
    done = semsearch("folders", "forget", other)
    assert done.stdout == f"forgotten, with 2 documents: {other}\n"
    assert list(records()) == ["a.txt"]
    assert known_folders(settings.home) == (str(one),)
    assert {key.split(b":")[1] for key in redis_of(store).scan_iter(match="semsearch:text:*")} == {b"text"}
    assert len(list(redis_of(store).scan_iter(match="semsearch:text:*"))) == 1
    assert redis_of(store).hkeys(keys.FOLDERS) == [os.fsencode(one)]
    assert (other / "b.txt").exists()
    assert semsearch("status").returncode == 0


@pytest.fixture
def inner(semsearch: Command, two: tuple[Path, Path]) -> Path:
    """A known folder with d.txt, inside the second of the two others."""
    folder = two[1] / "inner"
    folder.mkdir()
    (folder / "d.txt").write_text("Text d.")
    assert semsearch("folders", "add", folder).returncode == 0
    assert semsearch("ingest", folder).returncode == 0
    return folder


def test_forgetting_a_folder_inside_a_known_one_says_how_to_leave_it_out(
    semsearch: Command, two: tuple[Path, Path], inner: Path, records: Records
) -> None:
    said, hint = semsearch("folders", "forget", inner).stdout.splitlines()
    assert said == f"forgotten, with 1 documents: {inner}"
    assert hint == (
        f"It lies in {two[1]}, with which it is indexed again, unless {two[1]}/.semsearchignore has the line "
        "/inner/"
    )
    (two[1] / ".semsearchignore").write_text("/inner/\n")
    assert semsearch("ingest", two[1]).returncode == 0
    assert len(records()) == 3


def test_a_paused_folder_inside_one_that_is_ingested_is_left_as_it_is(
    semsearch: Command, two: tuple[Path, Path], inner: Path, records: Records
) -> None:
    assert semsearch("folders", "pause", inner).returncode == 0
    (inner / "d.txt").unlink()
    (inner / "e.txt").write_text("Text e.")
    assert semsearch("ingest", two[1]).returncode == 0
    assert sorted(records()) == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert semsearch("ingest", two[1], inner).returncode == 0  # it is named
    assert sorted(records()) == ["a.txt", "b.txt", "c.txt", "e.txt"]


def test_a_named_folder_that_is_left_out_of_a_known_one_is_refused_with_the_reason(
    semsearch: Command, two: tuple[Path, Path], records: Records
) -> None:
    hidden = two[1] / ".hidden"
    hidden.mkdir()
    (hidden / "d.txt").write_text("Text d.")
    done = semsearch("ingest", hidden)
    assert done.returncode == 2
    assert "it is hidden: its name begins with a dot" in " ".join(done.stderr.split())
    assert semsearch("folders", "add", hidden).returncode == 0  # which the message says
    assert semsearch("ingest", hidden).returncode == 0
    assert len(records()) == 4


def test_a_folder_that_nobody_knows_is_refused_with_the_known_ones(
    semsearch: Command, two: tuple[Path, Path], records: Records
) -> None:
    for command in ("forget", "pause", "resume"):
        done = semsearch("folders", command, two[0].parent)
        assert done.returncode == 2
        assert f"The known folders are: {two[0]}, {two[1]}" in done.stderr
    assert len(records()) == 3


def test_forgetting_that_was_interrupted_can_be_repeated(
    semsearch: Command, two: tuple[Path, Path], settings: Settings, records: Records
) -> None:
    (settings.home / "folders.json").write_text(json.dumps([str(two[0])]))
    assert rows(semsearch)["two"] == ("unlisted", 2)
    assert semsearch("folders", "forget", two[1]).returncode == 0
    assert len(records()) == 1


def test_an_added_folder_is_ingested_by_the_next_run_that_names_none(
    semsearch: Command, tmp_path: Path, settings: Settings, records: Records
) -> None:
    done = semsearch("ingest")
    assert done.returncode == 2
    assert "name a folder" in done.stderr
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_text("Text.")
    assert semsearch("folders", "add", tmp_path / "new").stdout == f"added {tmp_path / 'new'}\n"
    assert semsearch("status").returncode == 0  # it is not taken for a folder that Redis has lost
    assert rows(semsearch) == {"new": ("watched", 0)}
    assert semsearch("ingest").returncode == 0
    assert list(records()) == ["a.txt"]
    assert semsearch("folders", "add", tmp_path / "missing").returncode == 2
    assert listed_folders(settings.home) == (Folder(str(tmp_path / "new")),)


def test_a_run_that_names_no_folder_leaves_paused_ones_out_and_says_which_are_offline(
    semsearch: Command, two: tuple[Path, Path], tmp_path: Path, records: Records
) -> None:
    one, other = two
    third = tmp_path / "third"
    third.mkdir()
    semsearch("folders", "add", third)
    semsearch("folders", "pause", other)
    one.rename(one.with_name("away"))
    (other / "paused.txt").write_text("Text.")
    (third / "new.txt").write_text("Text.")
    done = semsearch("ingest")
    assert done.returncode == 1
    assert f"trouble {one}: there is no folder {one}; its 1 documents stay in the index" in done.stdout
    assert sorted(records()) == ["a.txt", "b.txt", "c.txt", "new.txt"]
    # A paused folder that is named is ingested, and stays paused.
    assert semsearch("ingest", other).returncode == 0
    assert "paused.txt" in records()
    assert rows(semsearch)["two"] == ("paused", 3)
