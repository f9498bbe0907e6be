"""Watch folders, and have what changed in them ingested in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from ingest.watching.root import Root
from ingest.watching.stillness import Stillness, has_other_names
from semsearch.errors import RedisError

# How often the loop looks for changes.
TICK_SECONDS = 0.1
# For more paths than this, comparing everything is as fast as looking at each. It also finds what was lost
# when the system had more events than its queue holds.
MOST_PATHS = 1000
# How long to wait after Redis has failed.
_PAUSE_SECONDS = 10.0


class Runs(Protocol):
    """Runs of ingestion. Each holds the lock of ingestion only while it works. Raises RedisError."""

    def scan(self, folders: Sequence[str]) -> None:
        """Bring the index up to date with everything in these folders."""

    def take(self, paths: Sequence[str], is_sound: Callable[[], bool]) -> bool:
        """Bring the index up to date with these paths, unless `is_sound` says, after a look, that they lie.

        Returns False when that needs a scan, and nothing was done.
        """

    def find(self) -> None:
        """Find anew what compares the whole library, if it is time for it."""

    def read(self, folders: Sequence[str], is_idle: Callable[[], bool]) -> None:
        """Recognise text in pictures in these folders as long as `is_idle` says."""


class Tasks(Protocol):
    """Tasks that people have left for a watcher. Raises RedisError."""

    @property
    def are_open(self) -> bool:
        """Whether there is something to do."""

    def carry_out(self) -> None:
        """Do it."""


class Watch:
    """Follows folders. It holds no lock while it waits, so a run in another terminal goes on."""

    def __init__(
        self,
        folders: Callable[[], Sequence[str]],
        runs: Runs,
        tasks: Tasks,
        tell: Callable[[str], None],
        left_out: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folders` returns the absolute paths of those to watch now, and is asked at every look.

        `tell` takes sentences for people. Changes in the folder `left_out` are not noticed: it is the home,
        which changes with every run. `clock` returns the time in seconds.
        """
        self._clock = clock
        self._folders = folders
        self._runs = runs
        self._tasks = tasks
        self._tell = tell
        self._left_out = f"{left_out.rstrip('/')}/"
        self._roots: dict[str, Root] = {}
        self._stillness = Stillness()
        self._resume = float("-inf")

    def run(self, wait: Callable[[float], bool]) -> None:
        """Watch until `wait`, which takes seconds, returns True."""
        try:
            while not wait(TICK_SECONDS):
                self.look()
        finally:
            for root in self._roots.values():
                root.close()

    def look(self) -> None:
        """Note what has changed, and ingest what has been still."""
        now = self._notice()
        if now < self._resume:
            return
        try:
            self._tasks.carry_out()
            self._scan(now)
            self._take(now)
            if self._is_idle():
                self._runs.find()
                self._runs.read(list(self._roots), self._is_idle)
        except RedisError as error:
            self._tell(str(error))
            self._tell(f"the folders are looked at again in {_PAUSE_SECONDS:.0f} s")
            self._resume = now + _PAUSE_SECONDS
            for root in self._roots.values():
                root.scan_at(self._resume)

    def _notice(self) -> float:
        """Note what has changed, and return the time of it."""
        now = self._clock()
        self._follow(self._folders())
        for root in self._roots.values():
            seen = root.changed(now)
            self._stillness.note((path for path in seen if not path.startswith(self._left_out)), now)
        return now

    def _is_idle(self) -> bool:
        """Whether nothing is to be ingested now or soon."""
        now = self._notice()
        if self._stillness.is_near(now) or self._tasks.are_open:
            return False
        return not any(root.is_scan_due(now) for root in self._roots.values())

    def _follow(self, folders: Sequence[str]) -> None:
        """Begin to watch new folders, and stop to watch those that were paused or forgotten."""
        for path in self._roots.keys() - set(folders):
            self._roots.pop(path).close()
            self._stillness.drop(path)
        for path in folders:
            if path not in self._roots:
                self._roots[path] = Root(path, self._tell)

    def _scan(self, now: float) -> None:
        if due := [root for root in self._roots.values() if root.is_scan_due(now)]:
            self._runs.scan([root.path for root in due])
            for root in due:
                root.scanned(now)

    def _take(self, now: float) -> None:
        paths = self._stillness.take(now)
        owners = {path: self._owner(path) for path in paths}
        roots = {root for root in owners.values() if root is not None and root.is_online}
        paths = [path for path in paths if owners[path] in roots]
        if not paths:
            return
        # A disk that is being unmounted looks as if its files were removed.
        if len(paths) > MOST_PATHS or not self._runs.take(paths, lambda: all(r.is_online for r in roots)):
            for root in roots:
                root.scan_soon(now)
        # No event tells that the content of the other names has changed too.
        if any(map(has_other_names, paths)):
            for root in self._roots.values():
                root.scan_soon(now)

    def _owner(self, path: str) -> Root | None:
        """The innermost watched folder that the path lies in."""
        around = [root for root in self._roots.values() if path.startswith(f"{root.path.rstrip('/')}/")]
        return max(around, key=lambda root: len(root.path), default=None)
