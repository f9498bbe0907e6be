"""The locks of a home: one process at a time changes what is indexed, or the list of folders."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from semsearch.errors import SettingsError
from semsearch.files import make_folder, make_private

# How long to wait for the lock without a word.
_SILENT_SECONDS = 2.0

_log = logging.getLogger(__name__)


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Let no other process that uses this home change what is indexed, or copy it.

    Waits for one that does, and says so if that takes long. Raises SettingsError when the home is not usable.
    """
    with locked(home, "ingest.lock"):
        yield


@contextmanager
def locked(home: Path, name: str) -> Iterator[None]:
    """Hold the lock of this name in a home, as `one_at_a_time` does."""
    file = home / name
    lock = FileLock(file, mode=0o600)
    try:
        make_folder(home)
        make_private(file)
        _acquire(lock, home)
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, home: Path) -> None:
    try:
        lock.acquire(timeout=_SILENT_SECONDS)
    except Timeout:
        _log.warning("waiting for another command that changes %s to end: `semsearch status` shows it", home)
        lock.acquire()
