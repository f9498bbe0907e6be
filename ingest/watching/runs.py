"""The runs of ingestion that a watcher starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ingest.run import Options, Progress, ingest
from ingest.run_paths import ingest_paths
from ingest.summary import Summary
from semsearch.errors import RedisError
from semsearch.folders import listed_folders, pause_folder
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.store import Store

_T = TypeVar("_T")


class IndexRuns:
    """Runs that write to the index, each of which is reported."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        models: Models,
        progress: Progress,
        report: Callable[[Summary], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._models = models
        self._progress = progress
        self._report = report
        self._has_failed = False

    def scan(self, folders: Sequence[str]) -> None:
        """Bring the index up to date with everything in these folders. Raises RedisError."""
        chosen = list(map(Path, folders))
        options = Options(tolerant=True)
        self._report(
            self._tried(
                lambda store: ingest(chosen, self._settings, store, self._models, self._progress, options)
            )
        )

    def take(self, paths: Sequence[str], is_sound: Callable[[], bool]) -> bool:
        """Bring the index up to date with these paths, unless `is_sound` says, after a look, that they lie.

        Returns False when that needs a scan, and nothing was done. Raises RedisError.
        """
        summary = self._tried(
            lambda store: ingest_paths(paths, is_sound, self._settings, store, self._models, self._progress)
        )
        if summary is None:
            return False
        self._report(summary)
        return True

    def _tried(self, run: Callable[[Store], _T]) -> _T:
        if self._has_failed:
            self._store = Store.open(self._settings)  # which starts an embedded engine that has ended
            self._has_failed = False
        try:
            return run(self._store)
        except RedisError:
            self._has_failed = True
            raise


def watched_folders(home: Path, named: Sequence[Path]) -> list[str]:
    """The folders to watch now: the known ones, or those that the user named, without paused ones.

    A named folder may lie in a known one. It is watched until that is paused or forgotten.
    """
    listed = listed_folders(home)
    if not named:
        return [folder.path for folder in listed if not folder.paused]
    found = []
    for folder in named:
        around = [each for each in listed if folder.is_relative_to(each.path)]
        if around and not max(around, key=lambda each: len(each.path)).paused:
            found.append(str(folder))
    return found


def resume(home: Path, named: Sequence[Path]) -> None:
    """Resume the known folders in which the named ones lie."""
    listed = listed_folders(home)
    for folder in named:
        around = [each.path for each in listed if folder.is_relative_to(each.path)]
        if around:
            pause_folder(home, max(around, key=len), paused=False)
