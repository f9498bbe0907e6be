"""The lock of a home, and what is said while a command waits for it."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

import semsearch
from semsearch import lock
from semsearch.ignored import IGNORE_FILE, Rules, is_ignored


def test_a_command_that_waits_for_another_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "_SILENT_SECONDS", 0.05)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.one_at_a_time(tmp_path):
            inside.set()
            leave.wait(10)

    def let_go(_record: object) -> bool:
        leave.set()
        return True

    other = threading.Thread(target=hold)
    other.start()
    inside.wait(10)
    caplog.handler.addFilter(let_go)
    with lock.one_at_a_time(tmp_path):
        assert f"waiting for another command that changes {tmp_path} to end" in caplog.text
    other.join()


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with lock.one_at_a_time(tmp_path):
        assert not caplog.text


def test_all_that_is_kept_in_a_home_is_left_out_of_runs(tmp_path: Path) -> None:
    with lock.one_at_a_time(tmp_path):
        pass
    rules = (Rules.read("", (tmp_path / IGNORE_FILE).read_bytes(), pytest.fail),)
    project = Path(semsearch.__file__).parents[1]
    files = [file for part in ("semsearch", "ingest", "web") for file in (project / part).rglob("*.py")]
    # The home of an evaluation lies in another home, and has the files that are evaluated.
    sources = [file.read_text() for file in files if file.parts[-2:] != ("evaluation", "homes.py")]
    kept = {name for source in sources for name in re.findall(r'\bhome(?: /|,) "([\w.]+)"', source)}
    assert {"redis", "access", "thumbs", "folders.json", "ingest.lock"} <= kept
    assert not [name for name in kept if not is_ignored(name if "." in name else f"{name}/", rules)]
