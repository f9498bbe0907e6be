"""Wait until a changed file is still, so that no half-written file is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# A file is taken when nothing has changed for this time. Programs that write a file in several steps seldom
# pause for longer.
STILL_SECONDS = 2.0
# A path where nothing is any more is taken later by this time, and other paths wait for it as long. The two
# events of one move may be read one after the other: so they come in one batch, in which the file keeps its
# vectors.
GONE_SECONDS = 0.2
# Nothing waits any longer for a path that keeps changing, as a log does.
RESTLESS_SECONDS = 10.0

# Size, times of change in ns, and inode of a file; None where there is nothing.
Version = tuple[int, int, int, int] | None


def version(path: str) -> Version:
    """What changes whenever the file or folder at `path` does."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def has_other_names(path: str) -> bool:
    """Whether the file at `path` has further names (hard links). False where there is no file."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink > 1


@dataclass(slots=True)
class _Pending:
    """A path that has changed: at the time `first` and, at last, `since`."""

    version: Version
    since: float
    first: float


class Stillness:
    """Collects paths that have changed, and gives back those that have been still."""

    def __init__(self, look: Callable[[str], Version] = version) -> None:
        self._look = look
        self._pending: dict[str, _Pending] = {}

    def note(self, paths: Iterable[str], now: float) -> None:
        """Note a change of each path at the time `now`, in seconds."""
        for path in paths:
            known = self._pending.get(path)
            self._pending[path] = _Pending(self._look(path), now, known.first if known else now)

    def take(self, now: float) -> list[str]:
        """Take out the paths that have been still until `now`, in order."""
        self._look_again(now)
        ages = {path: now - pending.since for path, pending in self._pending.items()}
        late = STILL_SECONDS + GONE_SECONDS
        gone = [path for path, pending in self._pending.items() if pending.version is None]
        is_waiting = any(STILL_SECONDS <= ages[path] < late for path in gone)
        least = dict.fromkeys(gone, late)
        usual = late if is_waiting else STILL_SECONDS
        still = sorted(path for path, age in ages.items() if age >= least.get(path, usual))
        for path in still:
            del self._pending[path]
        return still

    def _look_again(self, now: float) -> None:
        """Begin the wait anew for a path that has changed without an event, as through a memory map."""
        for path, pending in self._pending.items():
            if now - pending.since >= STILL_SECONDS and (found := self._look(path)) != pending.version:
                pending.version, pending.since = found, now

    def is_near(self, now: float) -> bool:
        """Whether a path may be still soon: one that has not been changing for long."""
        return any(now - pending.first < RESTLESS_SECONDS for pending in self._pending.values())

    def drop(self, root: str) -> None:
        """Forget the paths in a folder, and the folder itself."""
        for path in [each for each in self._pending if f"{each}/".startswith(f"{root.rstrip('/')}/")]:
            del self._pending[path]

    def __len__(self) -> int:
        return len(self._pending)
