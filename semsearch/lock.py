"""The lock of a home: one process at a time changes what is indexed, or copies it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from semsearch.errors import SettingsError
from semsearch.files import make_folder, make_private


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Wait until no other process is inside this context with the same home.

    Raises SettingsError when the home cannot be used.
    """
    file = home / "ingest.lock"
    lock = FileLock(file, mode=0o600)
    try:
        make_folder(home)
        make_private(file)
        lock.acquire()
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {home}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
