"""The lock of a home, and what is said while a command waits for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from semsearch import lock


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
