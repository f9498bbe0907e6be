"""The stages of a run, carried out by workers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ingest.plan import Plan
from ingest.progress import Tracker
from ingest.readers.documents import SourceFile
from ingest.record import id_of
from ingest.stages import EarlyCalibration, begin_embedding, calibrate, read_newest_first
from ingest.summary import Summary
from ingest.vectors import Unembedded
from ingest.workers import cut
from ingest.workers.queue import Queue
from ingest.workers.sharing import Sharing
from ingest.write import Writer
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord
from semsearch.store.store import Store


class SharedStages:
    """Shares the work of each stage, and begins the next one when all of it is done."""

    def __init__(self, run: str, queue: Queue, text_limit: int, store: Store) -> None:
        """What an earlier run has left in the queue is removed: this one has planned it again."""
        self._share = partial(Sharing, run, queue, text_limit, store)
        self._store = store
        self._queue = queue.name
        queue.clear()
        store.jobs.bury()

    def read_texts(
        self,
        todo: Plan,
        text_limit: int,  # noqa: ARG002 (the same as in the settings)
        models: Models,
        writer: Writer,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """Let all new files be found by their names, and then texts by their words: see `Stages`."""

        def read(texts: Sequence[SourceFile]) -> None:
            batches = cut.words(texts, _attempts(texts, writer), self._number())
            self._share(models, summary, progress).share(batches, writer)

        read_newest_first(todo, writer, summary, progress, read)

    def embed(
        self,
        todo: Plan,
        due: Unembedded,
        store: Store,
        models: Models,
        writer: Writer,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """Embed passages and pictures: see `Stages`."""
        pictures = begin_embedding(todo, due, progress)
        batches = [
            *cut.vectors(due, writer.done().copies, self._number()),
            *cut.pictures(pictures, _attempts(pictures, writer), self._number()),
        ]
        batches.sort(key=lambda batch: -batch.newest)
        early = EarlyCalibration(store, models, summary, writer)
        self._share(models, summary, progress).share(batches, writer, early.take)

    def read_pictures(
        self,
        unread: Sequence[DocumentRecord],
        store: Store,
        models: Models,
        summary: Summary,
        progress: Tracker,
    ) -> None:
        """Recognise the text in pictures: see `Stages`."""
        progress.begin(Phase.OCR, files=len(unread))
        self._share(models, summary, progress).share(cut.scans(unread), None)
        if summary.read:
            calibrate(store, models, summary, summary.read)

    def _number(self) -> int:
        """How many workers there are."""
        return sum(worker.queue == self._queue for worker in self._store.jobs.workers())


def _attempts(files: Sequence[SourceFile], writer: Writer) -> dict[str, int]:
    """How often these files have failed before, by document, without those that have not."""
    return {
        doc: record.attempts for doc, record in writer.stored(map(id_of, files)).items() if record.attempts
    }
