"""One run of ingestion at a time for each home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock

from semsearch.errors import SettingsError
from semsearch.files import make_folder, make_private
from semsearch.settings import Settings


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Hold the lock of ingestion, and wait for it before. Raises SettingsError when the home has none."""
    file = settings.home / "ingest.lock"
    lock = FileLock(file, mode=0o600)
    try:
        make_folder(settings.home)
        make_private(file)
        lock.acquire()
    except OSError as error:
        raise SettingsError(f"SEMSEARCH_HOME is {settings.home}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
