"""The paths that change in a folder where the system tells of no changes: it is listed again and again."""

from __future__ import annotations

import os
import threading
import time

from ingest.watching.folders import folders_below
from ingest.watching.stillness import Version, version

# A folder is listed this often, or less often where that takes more than a twentieth of the time.
POLL_SECONDS = 10.0
_REST = 20


class Polling:
    """Compares everything in a folder with what was there before, in a thread."""

    def __init__(self, root: str, seconds: float = POLL_SECONDS) -> None:
        self._root = root
        self._seconds = seconds
        self._before = _look(root)
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="polling", daemon=True).start()

    def changed(self) -> set[str]:
        """The paths that changed since the last call."""
        with self._lock:
            seen, self._seen = self._seen, set()
        return seen

    def close(self) -> None:
        self._ended.set()

    def _run(self) -> None:
        took = 0.0
        while not self._ended.wait(max(self._seconds, _REST * took)):
            started = time.monotonic()
            now = _look(self._root)
            took = time.monotonic() - started
            changed = {path for path, _ in now.items() ^ self._before.items()}
            self._before = now
            with self._lock:
                self._seen |= changed


def _look(root: str) -> dict[str, Version]:
    """The versions of all files in a folder. A folder has none: it would change with each file in it."""
    found: dict[str, Version] = {}
    for folder in folders_below(root):
        found[folder] = None
        try:
            with os.scandir(folder) as entries:
                files = [entry.path for entry in entries if not entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue  # a run that looks at its files says what is wrong
        found |= {path: version(path) for path in files}
    return found
