"""`semsearch copies` and `semsearch odd`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Command


@pytest.fixture
def copied(semsearch: Command, notes: Path) -> Path:
    """The folder of notes with copies of one, under names that a shell would break."""
    text = (notes / "owls.md").read_text()
    for name in (b"owls \xff at\nnight.md", b"two words.md"):
        (notes / os.fsdecode(name)).write_text(text)
    semsearch("ingest", notes)
    semsearch("copies", "--again")
    return notes


def printed(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "semsearch", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


def test_paths_of_copies_are_for_pipes_and_leave_the_best(environment: dict[str, str], copied: Path) -> None:
    done = printed(environment, "copies", "--paths", "-0")
    assert done.returncode == 0
    others = {
        os.fsencode(copied / os.fsdecode(name)) for name in (b"owls \xff at\nnight.md", b"two words.md")
    }
    assert set(done.stdout.split(b"\0")) == {*others, b""}
    for path in others:
        Path(os.fsdecode(path)).unlink()
    assert printed(environment, "copies", "-0").stdout == b""
    assert (copied / "owls.md").exists()


def test_the_last_copy_is_never_listed(environment: dict[str, str], copied: Path) -> None:
    (copied / "owls.md").unlink()
    (copied / "two words.md").write_text("Another text.")
    assert printed(environment, "copies", "--paths").stdout == b""


def test_what_was_encoded_anew_is_listed_only_when_asked_for(
    environment: dict[str, str], semsearch: Command, folder: Path
) -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200))
    for name, space in (("one", " "), ("other", "\n")):
        (folder / f"{name}.txt").write_text(f"Dear{space}Alice, {words}")
    semsearch("ingest", folder)
    semsearch("copies", "--again")
    assert semsearch("copies").stdout.startswith("2 × the same content")
    assert printed(environment, "copies", "--paths").stdout == b""
    assert printed(environment, "copies", "--encoded-anew").stdout.count(b"\n") == 1


def test_copies_are_printed_with_the_best_one_first(semsearch: Command, copied: Path) -> None:
    lines = semsearch("copies").stdout.splitlines()
    assert lines[0].startswith("3 × equal files")
    assert lines[1].startswith(f"  best  {copied}/owls.md")
    found = json.loads(semsearch("copies", "--json").stdout)
    assert [len(group["documents"]) for group in found["groups"]] == [3]
    assert found["freed"] == 2 * (copied / "owls.md").stat().st_size
    assert "nothing is alike" in semsearch("copies", "--alike").stdout


def test_what_is_alike_is_not_offered_to_scripts(semsearch: Command) -> None:
    done = semsearch("copies", "--alike", "--paths")
    assert done.returncode == 2
    assert semsearch("copies", "--alike", "--encoded-anew").returncode == 2


def test_what_does_not_fit_is_printed_with_the_reason(semsearch: Command, folder: Path) -> None:
    for kind, text in (("birds", "The {} is a bird that nests in a tree."), ("stews", "Cook a stew of {}.")):
        (folder / kind).mkdir()
        for n, name in enumerate("ash oak elm fir box yew fig bay tea rye hop oat".split()):
            (folder / kind / f"{n}.txt").write_text(text.format(name))
    (folder / "birds/stew.txt").write_text("Cook a stew of peas, with salt.")
    semsearch("ingest", folder)
    semsearch("odd", "--again")
    shown = semsearch("odd").stdout
    assert "birds/stew.txt" in shown
    assert "lie in stews" in shown
    found = json.loads(semsearch("odd", "--json").stdout)
    assert "birds/stew.txt" in {each["path"] for each in found["documents"]}
    assert json.loads(semsearch("odd", "--far", "--json").stdout)["total"] >= 0


def test_before_anybody_has_looked_the_command_says_how(semsearch: Command, notes: Path) -> None:
    semsearch("ingest", notes)
    for command in ("copies", "odd"):
        done = semsearch(command)
        assert done.returncode == 2
        assert f"semsearch {command} --again" in done.stderr
