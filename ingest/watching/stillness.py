"""Wait until a changed file is still, so that no half-written file is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# A file is taken when nothing has changed for this time. Programs that write a file in several steps seldom
# pause for longer.
STILL_SECONDS = 2.0
# A path where nothing is any more is taken later by this time: the new name of a moved file then comes in
# the same batch or in an earlier one, and finds the vectors of the old name.
GONE_SECONDS = 0.5

# Size, times of change in ns, and inode of a file; None where there is nothing.
Version = tuple[int, int, int, int] | None


def version(path: str) -> Version:
    """What changes whenever the file or folder at `path` does."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


@dataclass(slots=True)
class _Pending:
    version: Version
    since: float


class Stillness:
    """Collects paths that have changed, and gives back those that have been still."""

    def __init__(self, look: Callable[[str], Version] = version) -> None:
        self._look = look
        self._pending: dict[str, _Pending] = {}

    def note(self, paths: Iterable[str], now: float) -> None:
        """Note a change of each path at the time `now`, in seconds."""
        for path in paths:
            self._pending[path] = _Pending(self._look(path), now)

    def take(self, now: float) -> list[str]:
        """Take out the paths that have been still until `now`, in order."""
        still = []
        for path, pending in self._pending.items():
            if now - pending.since < STILL_SECONDS:
                continue
            # A program that writes through a memory map causes no event.
            found = self._look(path)
            if found != pending.version:
                pending.version, pending.since = found, now
            elif found is not None or now - pending.since >= STILL_SECONDS + GONE_SECONDS:
                still.append(path)
        for path in still:
            del self._pending[path]
        return sorted(still)

    def drop(self, root: str) -> None:
        """Forget the paths in a folder, and the folder itself."""
        for path in [each for each in self._pending if f"{each}/".startswith(f"{root.rstrip('/')}/")]:
            del self._pending[path]

    def __len__(self) -> int:
        return len(self._pending)
