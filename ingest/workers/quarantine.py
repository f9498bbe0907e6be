"""Record a file that no worker could index: it has failed until it changes."""

from __future__ import annotations

from ingest.readers.file_bytes import content_hash
from ingest.record import failed_later
from ingest.run_paths import StoredRecords
from ingest.scan_writer import ScanWriter
from ingest.summary import Summary
from ingest.workers.batch import Batch
from ingest.workers.work import TRIES
from ingest.write import Writer
from semsearch.errors import FileError
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.store.entries import Entry
from semsearch.store.store import Store


def quarantine(
    batch: Batch, reason: str, store: Store, models: Models, writer: Writer | None, summary: Summary
) -> None:
    """Record that the one file or document of a batch cannot be indexed.

    `writer` is None where text in pictures is read: then only that has failed.
    """
    because = say("tried {number} times by workers: {reason}", number=TRIES, reason=reason)
    if writer is None:
        for record in StoredRecords(store).of_docs(batch.due):
            ScanWriter(store, models, summary).give_up(record, FileError(because))
        return
    for file in batch.files:
        try:
            sha256 = content_hash(file)
        except FileError:
            sha256 = ""
        writer.fail(file, sha256, because)
    for record in StoredRecords(store).of_docs(batch.due):
        writer.put(Entry(failed_later(record, because)))
    writer.write()
