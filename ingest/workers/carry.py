"""Carry out one batch with the functions of a run in one process."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ingest.known import Known
from ingest.lenders import Lenders
from ingest.ocr_pass import SecondPass
from ingest.pictures import embed_pictures
from ingest.prepare import Contents
from ingest.progress import Tracker
from ingest.readers.documents import SourceFile
from ingest.record import id_of
from ingest.run_paths import StoredRecords
from ingest.stages import read_words
from ingest.summary import Summary
from ingest.vectors import Unembedded, embed_passages
from ingest.workers.batch import Amount, Batch, Outcome, Stage
from ingest.write import Writer
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, State
from semsearch.sandbox import Sandbox
from semsearch.store.census_builder import census_of
from semsearch.store.store import Store


def carry_out(
    batch: Batch,
    text_limit: int,
    store: Store,
    models: Models,
    progress: Tracker,
    sandboxes: Sequence[Sandbox] = (),
) -> Outcome:
    """Carry out a batch, and return what became of it. What an earlier try has finished stays as it is.

    `sandboxes` are child processes that are kept from batch to batch. Raises ModelError and RedisError.
    LeaseError says that the run of the batch has ended.
    """
    records = StoredRecords(store).of_docs(batch.docs)
    versions = {id_of(file): (file.size, file.mtime_ns) for file in batch.files}
    failed = {record.doc: record for record in records if _has_failed(record, versions, batch)}
    files = [file for file in batch.files if id_of(file) not in failed]
    summary = Summary()
    known = _Lending(store, census_of(records), whole=False)
    lenders = Lenders(known, files, (), text_limit)
    writer = Writer(store, models, known, lenders, summary, batch.copies)
    writer.leave(failed.values())
    match batch.stage:
        case Stage.WORDS:
            read_words(files, Contents(writer.knows), text_limit, models, writer, progress, sandboxes)
        case Stage.PICTURES:
            _exhaust(embed_pictures(files, store, models, writer, progress, sandboxes))
        case Stage.VECTORS:
            due = Unembedded(records, known)
            _exhaust(embed_passages(due, store, models, writer, progress))
        case Stage.OCR:
            SecondPass(store, models, summary, progress).run(records)
    writer.write()
    done = progress.measure()
    return Outcome(summary, writer.done(), Amount(done.files, done.bytes, done.passages))


class _Lending(Known):
    """Knows the stored documents of a batch, and lends what no other worker may be replacing."""

    def with_content(self, sha256: str) -> Iterator[DocumentRecord]:
        return filter(is_as_recorded, super().with_content(sha256))


def is_as_recorded(record: DocumentRecord) -> bool:
    """Whether the file of a document is the recorded version, or gone, and so not changed by another worker.

    A document that another worker may replace at this moment cannot lend what is stored of it.
    """
    try:
        status = os.stat(Path(record.root, record.path))  # noqa: PTH116 (surrogates)
    except OSError:
        return True
    return (status.st_size, status.st_mtime_ns) == (record.size, record.mtime_ns)


def lacks(file: SourceFile) -> bool:
    """Whether this machine sees no file at a path."""
    return not os.path.lexists(file.absolute)


def unseen(files: Sequence[SourceFile]) -> list[str]:
    """The root folders of these files of which this machine sees none: their disk may be elsewhere."""
    roots = dict.fromkeys(str(file.root) for file in files)
    seen = {str(file.root) for file in files if not lacks(file)}
    return [root for root in roots if root not in seen]


def unseen_folders(records: Iterable[DocumentRecord]) -> list[str]:
    """The same for the files of documents."""
    return unseen(list(map(SourceFile.of_record, records)))


def _has_failed(record: DocumentRecord, versions: Mapping[str, tuple[int, int]], batch: Batch) -> bool:
    """Whether an earlier try of the batch has recorded that this version of a file cannot be indexed."""
    if record.state not in (State.FAILED, State.SKIPPED) or batch.stage is Stage.OCR:
        return False
    is_version = (record.size, record.mtime_ns) == versions.get(record.doc, (record.size, record.mtime_ns))
    return is_version and record.attempts != batch.attempts.get(record.doc, 0)


def _exhaust(stage: Iterable[int]) -> None:
    deque(stage, maxlen=0)
