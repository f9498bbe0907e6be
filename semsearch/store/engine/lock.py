"""The lock of a home: a process holds it while it starts the engine, and the engine as long as it runs.

The engine inherits the open file, so the kernel releases the lock when the last process of the engine has
ended, however it ended. No second server can start on the same data, even where the socket was deleted.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from semsearch.files import make_folder
from semsearch.settings import Settings
from semsearch.store.engine import paths


@contextmanager
def held(settings: Settings) -> Iterator[int | None]:
    """Take the lock. Yields the open file, or None if another process holds the lock. Raises OSError."""
    file = paths.lock_file(settings)
    make_folder(file.parent)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)
