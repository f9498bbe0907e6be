"""Why a file is found or not: every path has an answer."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.retry import Retry
from ingest.summary import Summary
from ingest.why import why
from semsearch.errors import NotFoundError
from semsearch.records import State
from semsearch.store.store import Store
from tests.fakes import picture

Run = Callable[..., Summary]
Why = Callable[[str], tuple[str, str]]


@pytest.fixture
def mixed(folder: Path, run: Run) -> Path:
    """An ingested folder with files of all sorts."""
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "node_modules" / "pkg").mkdir(parents=True)
    (folder / ".semsearchignore").write_text("# backups\n\n*.bak\nprivate/\n")
    (folder / "deep" / ".semsearchignore").write_text("*.log\n!kept.log\n")
    for name in (
        *("owls.txt", "old.bak", "private.txt", ".hidden.txt", "~$letter.docx", "node_modules/pkg/a.js"),
        *("deep/er/kept.log", "deep/er/other.log", "song.mp3", "UNEMBEDDABLE.txt", "photo.xmp"),
    ):
        (folder / name).write_text(f"The file {Path(name).stem}.")
    (folder / "blank.txt").write_text(" ")
    (folder / "private").mkdir()
    (folder / "private" / "diary.txt").write_text("Dear diary.")
    (folder / "link.txt").symlink_to("owls.txt")
    os.mkfifo(folder / "pipe")
    picture(folder / "photo.png", "red")
    run()
    return folder


@pytest.fixture
def explain(mixed: Path, store: Store) -> Why:
    """A function that returns state and reason of a path in the folder."""

    def of(path: str) -> tuple[str, str]:
        found = why(mixed / path, store.roots(), store)
        return found.state, found.reason

    return of


@pytest.mark.parametrize(
    ("path", "state", "reason"),
    [
        ("owls.txt", "indexed", ""),
        ("deep/er/kept.log", "indexed", ""),
        ("blank.txt", "skipped", "empty: white space only"),
        ("song.mp3", "skipped", "semsearch does not read .mp3 (sound)"),
        ("UNEMBEDDABLE.txt", "failed", "a text in this batch cannot be embedded"),
        ("old.bak", "ignored", "line 3 of .semsearchignore names it"),
        (
            "private/diary.txt",
            "ignored",
            "the folder private is left out: line 4 of .semsearchignore names it",
        ),
        ("deep/er/other.log", "ignored", "line 1 of deep/.semsearchignore names it"),
        (".hidden.txt", "ignored", "it is hidden: its name begins with a dot"),
        ("~$letter.docx", "ignored", "an office program made it to lock an open file"),
        (
            "node_modules/pkg/a.js",
            "ignored",
            "the folder node_modules is left out: programs give such a name to files and folders that they "
            "make for themselves",
        ),
        ("link.txt", "ignored", "it is a link, and links are not followed"),
        ("pipe", "ignored", "it is neither a file nor a folder"),
        ("photo.xmp", "ignored", "it is a part of the picture photo.png, which it describes"),
        ("nowhere.txt", "unknown", "there is no such file"),
    ],
)
def test_every_path_has_a_state_and_a_reason(path: str, state: str, reason: str, explain: Why) -> None:
    assert explain(path) == (state, reason)


def test_a_file_that_no_run_has_seen_says_so(explain: Why, folder: Path) -> None:
    (folder / "new.txt").write_text("new")
    assert explain("new.txt") == ("unknown", f"no run has seen it yet: run `semsearch ingest {folder}`")


def test_a_file_that_is_ignored_since_it_was_indexed_says_what_comes(explain: Why, folder: Path) -> None:
    (folder / ".semsearchignore").write_text("owls*\n")
    state, reason = explain("owls.txt")
    assert (state, reason.partition(".semsearchignore")[0]) == ("indexed", "line 1 of ")
    assert reason.endswith("The next run removes it from the index")


def test_a_folder_has_its_files_by_state_and_reason(mixed: Path, store: Store) -> None:
    found = why(mixed / "deep", store.roots(), store)
    assert (found.state, found.facts) == ("folder", {"indexed": "1"})
    whole = why(mixed, store.roots(), store).facts
    assert whole["skipped: empty: white space only"] == "1"
    assert whole["indexed"] == "4"


@pytest.mark.usefixtures("mixed")
def test_a_path_outside_of_all_folders_is_refused(tmp_path: Path, store: Store) -> None:
    with pytest.raises(NotFoundError, match="lies in none of the folders that were ingested"):
        why(tmp_path / "elsewhere.txt", store.roots(), store)


def test_the_facts_of_a_file_have_its_date_and_where_that_comes_from(mixed: Path, store: Store) -> None:
    os.utime(mixed / "owls.txt", (1e9, 1e9))
    facts = why(mixed / "owls.txt", store.roots(), store).facts
    assert facts["date"].endswith("(the date of the file)")
    assert facts["title"] == "owls (its name)"
    assert (facts["model"], facts["passages"]) == ("bag-of-words", "1")
    assert facts["recorded"].endswith(f" by {socket.gethostname()}:{os.getpid()}")


def test_attempts_with_the_same_content_are_counted(mixed: Path, run: Run, store: Store) -> None:
    (mixed / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    run()
    run()  # it has not changed, so nothing is tried
    run(retry=Retry())
    assert why(mixed / "torn.png", store.roots(), store).facts["attempts"] == "2"


def test_a_missing_file_says_since_when(mixed: Path, run: Run, store: Store) -> None:
    many = mixed / "many"
    many.mkdir()
    for n in range(30):
        (many / f"{n}.txt").write_text(f"Text {n}.")
    run()
    shutil.rmtree(many)
    summary = run()
    found = why(many / "3.txt", store.roots(), store)
    assert (found.state, found.reason) == (State.MISSING, "there is no folder many")
    assert found.facts["missing since"]
    many.mkdir()
    (many / "3.txt").write_text("Text 3.")
    assert why(many / "3.txt", store.roots(), store).reason.startswith("its file is there again")
    assert [(each.root, each.documents) for each in store.away()] == [(str(mixed), 30)]
    (away,) = summary.away
    assert store.away()[0].since == pytest.approx(away.since, abs=1)


def test_every_file_that_a_run_knows_of_is_counted_once(mixed: Path, run: Run) -> None:
    many = mixed / "many"
    many.mkdir()
    for n in range(30):
        (many / f"{n}.txt").write_text(f"Text {n}.")
    run()
    shutil.rmtree(many)
    for _ in range(2):
        it = run()
        settled = it.indexed + it.reused + it.unchanged + it.skipped + it.failed + it.waiting
        assert it.discovered == settled + it.missing + it.ignored + it.ignored_folders
        # .hidden.txt, ~$letter.docx, old.bak, deep/er/other.log, link.txt, pipe, photo.xmp, two ignore files
        assert (it.missing, it.ignored, it.ignored_folders) == (30, 9, 2)
        assert (
            it.found == it.done == len(["blank", "kept", "owls", "photo", "private", "song", "UNEMBEDDABLE"])
        )
