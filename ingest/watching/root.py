"""A folder that is watched: whether it can be reached, and what has changed in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ingest.watching.events import Events
from ingest.watching.folders import is_watched
from ingest.watching.mounts import file_system, is_remote
from ingest.watching.polling import POLL_SECONDS, Polling
from semsearch.errors import FolderError
from semsearch.text import printable

# Everything is compared with the files this often, in case an event was lost.
RESCAN_SECONDS = 900.0
# Where events are lost time and again, a rescan follows the one before no sooner.
_SOONEST_SECONDS = 30.0


class Source(Protocol):
    """Where changes are told."""

    def changed(self) -> set[str]:
        """The paths that changed since the last call. Raises FolderError when some were lost."""

    def close(self) -> None:
        """Stop to watch."""


class Root:
    """A folder with the source of its changes. It is offline while it cannot be reached."""

    def __init__(self, path: str, tell: Callable[[str], None]) -> None:
        """`tell` takes sentences about the folder, for people."""
        self.path = path
        self._tell = tell
        self._source: Source | None = None
        self._identity: tuple[int, int] | None = None
        self._said_offline = False
        self._lost = float("-inf")
        self._scanned = float("-inf")
        self._next_scan = float("-inf")

    @property
    def is_online(self) -> bool:
        """Whether the folder is the one that was opened last: nothing else was mounted or moved there."""
        return self._identity is not None and _identity(self.path) == self._identity

    def changed(self, now: float) -> set[str]:
        """The paths that changed since the last call, without what never matters.

        A folder that has come back, or that another one has replaced, is opened, and a scan is due.
        """
        identity = _identity(self.path)
        if identity is None or identity != self._identity:
            self.close()
            self._identity = identity
            if identity is None:
                self._say_offline()
                return set()
            self._open(now)
        assert self._source is not None
        try:
            seen = self._source.changed()
        except FolderError as error:
            # Where that happens time and again, to begin anew each time would take all the time there is.
            self._open(now, str(error) if now - self._lost < _SOONEST_SECONDS else "")
            self._lost = now
            return set()
        return {path for path in seen if path != self.path and self._matters(path)}

    def is_scan_due(self, now: float) -> bool:
        """Whether everything in the folder is to be compared with its files."""
        return self._identity is not None and now >= self._next_scan

    def scan_soon(self, now: float) -> None:
        """Have the folder scanned: changes in it may be unknown."""
        self.scan_at(max(now, self._scanned + _SOONEST_SECONDS))

    def scan_at(self, moment: float) -> None:
        """Have the folder scanned at this moment at the latest."""
        self._next_scan = min(self._next_scan, moment)

    def scanned(self, now: float) -> None:
        """Note that everything was compared with the files, beginning at the time `now`."""
        self._scanned, self._next_scan = now, now + RESCAN_SECONDS

    def close(self) -> None:
        """Stop to watch."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _open(self, now: float, trouble: str = "") -> None:
        """Begin to watch, by events unless there is trouble. What changed before is found by a scan."""
        self.close()
        self._source = self._by_events(trouble) or Polling(self.path)
        if self._said_offline:
            self._tell(f"{printable(self.path)} is there again")
            self._said_offline = False
            self._scanned = float("-inf")
        self.scan_soon(now)

    def _by_events(self, trouble: str) -> Events | None:
        kind = file_system(Path(self.path))
        why = f"{kind} does not tell what other machines change" if is_remote(kind) else trouble
        if not why:
            try:
                return Events(self.path)
            except FolderError as error:
                why = str(error)
        self._tell(f"{printable(self.path)} is looked at every {POLL_SECONDS:.0f} s: {why}")
        return None

    def _say_offline(self) -> None:
        if not self._said_offline:
            self._said_offline = True
            self._tell(
                f"{printable(self.path)} is offline: there is no such folder now. Its documents stay, and it "
                "is watched again when it is back"
            )

    def _matters(self, path: str) -> bool:
        prefix = f"{self.path.rstrip('/')}/"
        return path.startswith(prefix) and is_watched(path[len(prefix) :])


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a folder from another at the same place; None when it is not there or not readable."""
    try:
        with os.scandir(path):
            found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
