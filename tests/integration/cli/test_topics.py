"""`semsearch topics`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., subprocess.CompletedProcess[str]]

_SUBJECTS = {"boats": "harbour sail anchor", "bread": "flour yeast oven", "birds": "feather nest wing"}


def _write(folder: Path) -> None:
    folder.mkdir()
    for subject, words in _SUBJECTS.items():
        for n in range(5):
            (folder / f"{subject}{n}.txt").write_text(
                f"{subject} and {words}, number {n}. More of {subject}."
            )


def test_topics_are_made_and_shown(semsearch: Command, tmp_path: Path) -> None:
    _write(tmp_path / "folder")
    assert "they need 8 texts, or 8 pictures" in semsearch("topics").stdout
    assert semsearch("ingest", tmp_path / "folder").returncode == 0
    assert "run `semsearch ingest`" in semsearch("topics").stdout
    made = semsearch("topics", "--again")
    assert made.returncode == 0
    assert made.stdout.startswith("Texts\n")
    tree = json.loads(semsearch("topics", "--json").stdout)
    assert sum(topic["count"] for topic in tree["texts"]) == 15
    for topic in tree["texts"]:
        assert topic["name"] in made.stdout
