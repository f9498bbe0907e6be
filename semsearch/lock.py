"""The locks of a home: one process at a time changes what is indexed, or the list of folders."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from semsearch.errors import SettingsError
from semsearch.files import make_folder, make_private, write_whole
from semsearch.ignored import IGNORE_FILE

# How long to wait for the lock without a word, and the time between two words, in seconds.
_SILENT_SECONDS = 2.0
# By name, because somebody's files may lie in the home too.
_LEFT_OUT = b"""\
# What semsearch keeps in its home is not ingested or served.
/access/
/eval/
/models/
/pages/
/redis/
/tasks/
/thumbs/
/folders.json
/*.lock
"""

_log = logging.getLogger(__name__)


@contextmanager
def one_at_a_time(home: Path, waits: Callable[[], object] | None = None) -> Iterator[None]:
    """Let no other process that uses this home change what is indexed, or copy it.

    Waits for one that does. If that takes long, `waits` is called now and again; without it, the log has a
    line. Raises SettingsError when the home is not usable.
    """
    with locked(home, "ingest.lock", waits):
        _leave_out(home)
        yield


@contextmanager
def locked(home: Path, name: str, waits: Callable[[], object] | None = None) -> Iterator[None]:
    """Hold the lock of this name in a home, as `one_at_a_time` does."""
    file = home / name
    lock = FileLock(file, mode=0o600)
    try:
        make_folder(home)
        make_private(file)
        _acquire(lock, home, waits)
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _leave_out(home: Path) -> None:
    """Have runs leave out what is kept in a home that lies in an ingested folder: there are passwords."""
    try:
        if not os.path.lexists(home / IGNORE_FILE):
            write_whole(home / IGNORE_FILE, _LEFT_OUT)
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error


def _acquire(lock: FileLock, home: Path, waits: Callable[[], object] | None) -> None:
    while True:
        try:
            lock.acquire(timeout=_SILENT_SECONDS)
            return
        except Timeout:
            if waits is None:
                break
            waits()
    _log.warning("waiting for another command that changes %s to end: `semsearch status` shows it", home)
    lock.acquire()
