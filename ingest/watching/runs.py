"""The runs of ingestion that a watcher starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ingest.forget import forget
from ingest.ocr_pass import due
from ingest.progress import Observer
from ingest.retry import Retry
from ingest.run import Options, ingest
from ingest.run_findings import find_anew
from ingest.run_paths import ingest_paths
from ingest.run_scans import ingest_scans
from ingest.scopes import Scope
from ingest.summary import Summary
from semsearch.errors import RedisError
from semsearch.explore.label_run import relabel
from semsearch.folders import listed_folders, pause_folder, remember_folders
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.store import Store

# The documents whose text is recognised in one run. Nothing else is ingested meanwhile.
_SCANS = 4
# How long what compares the whole library waits after a change, in seconds: other changes may follow.
_FINDINGS_SECONDS = 300.0

_T = TypeVar("_T")


class IndexRuns:
    """Runs that write to the index, each of which is reported."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        models: Models,
        observer: Observer,
        report: Callable[[Summary], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` returns the time in seconds."""
        self._settings = settings
        # A scanned book takes minutes to be read. Changed files come before that.
        self._without_ocr = settings.model_copy(update={"ocr": False})
        self._store = store
        self._models = models
        self._observer = observer
        self._report = report
        self._has_failed = False
        self._may_be_due = settings.ocr
        self._tried: set[str] = set()
        self._clock = clock
        # When findings are made anew; None while they are up to date.
        self._find_at: float | None = None

    def scan(self, folders: Sequence[str]) -> None:
        """Bring the index up to date with everything in these folders. Raises RedisError."""
        chosen = list(map(Path, folders))
        options = Options(tolerant=True)
        summary = self._run(
            lambda store: ingest(chosen, self._without_ocr, store, self._models, self._observer, options)
        )
        self._tried.clear()
        self._find_later(summary)
        self._done(summary)

    def add(self, folder: str) -> None:
        """Add a folder to the known ones. Raises RedisError."""
        # First in Redis: only a folder that Redis has known can be lost.
        self._run(lambda store: store.inventory.note_folders([folder]))
        remember_folders(self._settings.home, [folder])

    def forget(self, folder: str) -> int:
        """Forget a folder. Returns the number of its documents. Raises FolderError and RedisError."""
        return self._run(lambda store: forget(Path(folder), self._settings, store)).documents

    def retry(self, words: str) -> None:
        """Read the files again that failed for a reason with these words. Raises RedisError."""
        folders = [Path(folder.path) for folder in listed_folders(self._settings.home) if not folder.paused]
        options = Options(Retry(words), tolerant=True)
        self._done(
            self._run(
                lambda store: ingest(folders, self._without_ocr, store, self._models, self._observer, options)
            )
        )

    def label(self) -> int:
        """Give all documents their labels anew. Returns how many have others now. Raises RedisError."""
        return self._run(lambda store: relabel(store, self._models, self._settings.home)).changed

    def take(self, paths: Sequence[str], is_sound: Callable[[], bool]) -> bool:
        """Bring the index up to date with these paths, unless `is_sound` says, after a look, that they lie.

        Returns False when that needs a scan, and nothing was done. Raises RedisError.
        """
        summary = self._run(
            lambda store: ingest_paths(
                paths, is_sound, self._without_ocr, store, self._models, self._observer
            )
        )
        if summary is None:
            return False
        self._find_later(summary)
        self._done(summary)
        return True

    def _find_later(self, summary: Summary) -> None:
        """Findings may be old now: also after a scan, which does not make again soon what takes long."""
        if self._settings.explore and summary.changed and self._find_at is None:
            self._find_at = self._clock() + _FINDINGS_SECONDS

    def find(self) -> None:
        """Find copies and the like anew, some minutes after documents have changed. Raises RedisError."""
        if self._find_at is not None and self._clock() >= self._find_at:
            is_done = self._run(lambda store: find_anew(self._settings, store, self._models, self._observer))
            self._find_at = None if is_done else self._clock() + _FINDINGS_SECONDS

    def read(self, folders: Sequence[str], is_idle: Callable[[], bool]) -> None:
        """Recognise text in pictures in these folders as long as `is_idle` says. Raises RedisError."""
        if not self._may_be_due:
            return
        scopes = [Scope(Path(folder), Path(folder)) for folder in folders]
        found = self._run(lambda store: store.ledger.get_many(store.lookup.due_for_ocr()))
        docs = [each.doc for each in due(found, scopes) if each.doc not in self._tried]
        self._may_be_due = bool(docs)
        for start in range(0, len(docs), _SCANS):
            if not is_idle() or not self._read(docs[start : start + _SCANS], start, len(docs)):
                return

    def _read(self, docs: Sequence[str], earlier: int, together: int) -> bool:
        self._tried |= set(docs)
        summary = self._run(
            lambda store: ingest_scans(
                docs, self._settings, store, self._models, self._observer, earlier, together
            )
        )
        if summary is not None:
            self._report(summary)
        return summary is not None

    def _done(self, summary: Summary) -> None:
        self._may_be_due = self._settings.ocr
        self._report(summary)

    def _run(self, run: Callable[[Store], _T]) -> _T:
        if self._has_failed:
            self._store.close()
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
