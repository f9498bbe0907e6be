"""Write what was read of each file: its name, its words and passages. Vectors follow later."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.compare import noted
from ingest.copied import Copied
from ingest.embed import passages_of, signature_of, terms_of_chunks
from ingest.former import FormerVectors, KnownVectors
from ingest.known import Known
from ingest.lenders import Lenders
from ingest.prepare import LongText, Prepared, Text, Twin, Unreadable, hash_if_unchanged, state_of
from ingest.readers.documents import SourceFile
from ingest.record import SCANNED, attempts_of, copied, failed, id_of, named, record_of, unembedded
from ingest.summary import Summary
from ingest.write_long import IndexOfPassages, LongWriter
from semsearch.errors import FileError
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Due, State
from semsearch.store.entries import Entry
from semsearch.store.store import Store

# What is written together: records, their passages, and the seconds until then. Nothing is found before.
_RECORDS, _PASSAGES, _SECONDS = 200, 200, 0.5


class Writer:
    """Takes prepared files one by one, writes them in batches, and counts them."""

    def __init__(
        self,
        store: Store,
        models: Models,
        known: Known,
        lenders: Lenders,
        summary: Summary,
        copies: Iterable[str] = (),
    ) -> None:
        self._store = store
        self._models = models
        self._summary = summary
        self._known = known
        self._lenders = lenders
        self.moved: list[DocumentRecord] = []  # missing documents that have lent what they had
        self._former = FormerVectors(store)
        self._twins: list[Twin] = []
        self._copies = set(copies)
        self._moved_from: set[str] = set()
        self._entries: list[Entry] = []
        self._sources: list[tuple[DocumentRecord, DocumentRecord]] = []  # of copies to be written
        self._passages = 0  # of these entries and copies
        self._written_at = time.monotonic()
        self.began = time.time()
        self._prepare_index = IndexOfPassages(store, models).prepare
        self._long = LongWriter(store, models, self._prepare_index)
        self._changes = 0

    def knows(self, file: SourceFile, sha256: str) -> bool:
        """Tell whether this content is stored: that of another file, or its own under an older date."""
        return (
            self._own(file, sha256) is not None or self._lenders.known_before(file.path, sha256) is not None
        )

    def leave(self, records: Iterable[DocumentRecord]) -> None:
        """Count files that have not changed. Those that failed before count as failed again."""
        for record in records:
            if record.state is State.INDEXED:
                self._summary.unchanged += 1
            else:
                self._count(record)

    def skip(self, file: SourceFile, reason: str) -> None:
        """Record a file of a format that semsearch does not read."""
        self.put(Entry(record_of(file, "", State.SKIPPED, reason)))

    def name(self, files: Iterable[SourceFile]) -> None:
        """Let new files be found by their names, before they are read."""
        for file in files:
            if id_of(file) not in self._known.census:
                self._queue(Entry(named(file)))
        self.write()

    def take(self, item: Prepared) -> None:
        """Take a prepared file, other than a picture."""
        match item:
            case Text():
                self._take_text(item)
            case LongText():
                self._take_long(item)
            case Twin():
                if not self._reuse(item):
                    self._twins.append(item)
            case Unreadable():
                self.fail(item.file, item.sha256, item.reason, item.state)

    def settle(self) -> list[SourceFile]:
        """Write what is left. Return the twins of files that could not be read: they must be read too."""
        self.write()
        twins, self._twins = self._twins, []
        left = [twin.file for twin in twins if not self._reuse(twin)]
        self.write()
        return left

    def remove(self, gone: Sequence[DocumentRecord]) -> None:
        """Write what is left, and remove the records of files that are gone."""
        self.write()
        self._changes += sum(record.doc not in self._moved_from for record in gone)
        for record in gone:
            self._lenders.drop(record)
        self._store.documents.remove(gone)
        self._summary.removed += len(gone)

    def hold(self, held: Sequence[DocumentRecord]) -> None:
        """Set documents aside whose files are missing: no search finds them, and they keep their vectors."""
        self.write()
        self._changes += len(held)
        for record in held:
            self._lenders.drop(record)
            self._store.drafts.set_aside(record, time.time())
            self._known.hold(record.doc)

    def learn(self, records: Iterable[DocumentRecord], done: Copied) -> None:
        """Note what workers have written in this run."""
        for record in records:
            self._known.note(record.doc)
            self._lenders.put(record)
        self._copies.update(done.copies)
        self.moved += self._known.of_docs(done.moved)
        self._changes += done.changes

    def done(self) -> Copied:
        """What the run must know of what this writer has done."""
        return Copied(tuple(self._copies), tuple(each.doc for each in self.moved), self._changes)

    def take_changes(self) -> int:
        """The number of documents changed since the last call."""
        changes, self._changes = self._changes, 0
        return changes

    def note(self, record: DocumentRecord, *, changed: bool = True) -> None:
        """Note that a record was written, and count its file if all of it can be found now."""
        self._known.note(record.doc)
        self._lenders.put(record)
        if record.due is Due.NONE:
            self._changes += changed
            self._count(record)

    def put(self, entry: Entry) -> None:
        """Queue an entry for writing, and count its file."""
        self._queue(entry)
        if entry.record.due is Due.NONE:
            self._count(entry.counted)

    def fail(self, file: SourceFile, sha256: str, reason: str, state: State = State.FAILED) -> None:
        """Record a failure. A file whose bytes could not be read keeps its old record: it may come back."""
        known = self._known.get(id_of(file))
        if not sha256 and known is not None and (known.pieces or known.texts):
            self._summary.fail(file.shown, reason)
        else:
            self.put(Entry(failed(file, sha256, state, reason, known)))

    def write(self) -> None:
        """Write the entries and copies in the queue."""
        entries, self._entries = self._entries, []
        sources, self._sources = self._sources, []
        self._passages = 0
        self._written_at = time.monotonic()
        if entries:
            self._changes += sum(entry.record.due is Due.NONE for entry in entries)
            self._store.documents.replace(entries, self.stored(entry.record.doc for entry in entries))
            for entry in entries:
                self._known.note(entry.record.doc)
                self._lenders.put(entry.record)
        if sources:  # after the entries, which may be sources
            stored = self.stored(copy.doc for _, copy in sources)
            for record in self._store.documents.copy(sources, stored):
                self.note(record, changed=False)

    def lender(self, record: DocumentRecord) -> DocumentRecord | None:
        """Another document with the same content that has all its vectors; None if there is none."""
        found = self._lenders.other(record)
        return found if found and _is_whole(found) else None

    def check(self) -> None:
        """Note as a problem when an index has refused records: no search would find them."""
        self._store.inventory.note_refused()
        for index in self._store.index_status():
            if index.failures:
                self._summary.trouble(index.name, f"{index.failures:,} records were refused by this index")

    def _take_text(self, text: Text) -> None:
        waits = text.document.scanned and not text.chunks
        state, reason = (State.WAITING, SCANNED) if waits else (State.INDEXED, "")
        record = record_of(text.file, text.sha256, state, reason, document=text.document)
        terms = terms_of_chunks(text.chunks, record.language)
        record = replace(record, models=self._models.text_id, signature=signature_of(terms))
        record = replace(record, attempts=attempts_of(self._known.get(record.doc), record.sha256))
        known = self._vectors_of(text.file, text.sha256)
        vectors = known.of([chunk.passage.embedded for chunk in text.chunks])
        if any(vector is None for vector in vectors):
            record = unembedded(record)
        self._prepare_index(text.chunks)
        self.put(Entry(record, passages_of(text.chunks, vectors), terms))

    def _take_long(self, text: LongText) -> None:
        # If this run is killed, the next one knows by its record that a new file has a draft.
        self.name([text.file])
        old = next(self._known.of_docs([id_of(text.file)]), None)
        try:
            record = self._long.write(text, old, self._vectors_of(text.file, text.sha256))
        except FileError as error:
            sha256 = hash_if_unchanged(text.file, text.sha256)
            self.fail(text.file, sha256, str(error), state_of(error))
        else:
            self.note(record)

    def _vectors_of(self, file: SourceFile, sha256: str) -> KnownVectors:
        """The vectors that are known for a file's passages."""
        old, same = self._known.get(id_of(file)), self._lenders.before(file.path, sha256)
        return self._former.of_file(old, same)

    def _own(self, file: SourceFile, sha256: str) -> DocumentRecord | None:
        """The record of a file that has this content under an older date; None if it has another content."""
        own = self._known.get(id_of(file))
        if own is None or own.sha256 != sha256 or not self._lenders.is_current(own):
            return None
        return own if own.state is State.INDEXED else None

    def stored(self, docs: Iterable[str]) -> dict[str, DocumentRecord]:
        """The records of those of these documents that were there before the run."""
        found = self._known.of_docs(doc for doc in docs if doc in self._known.census)
        return {record.doc: record for record in found}

    def _reuse(self, twin: Twin) -> bool:
        """Give a twin the pieces of the file with the same content, or the reason why that has none.

        Return False when that file has not been written, because its turn comes or it could not be read.
        """
        target = record_of(twin.file, twin.sha256, State.INDEXED)
        if (own := self._own(twin.file, twin.sha256)) is not None:
            touched = replace(noted(own, twin.file), size=target.size, mtime_ns=target.mtime_ns)
            self._store.documents.touch([touched])
            self._known.note(own.doc)
            if touched.due is Due.NONE:
                self._summary.reused += 1
            return True
        source = self._lender(twin)
        if source is None:
            return False
        copy = copied(target, source)
        if source.pieces or source.texts:
            self._copies.add(copy.doc)
            self._count_copy(source)
            self._sources.append((source, copy))
            self._write_when_due(source.pieces + source.texts)
        else:
            self.put(Entry(copy))
        return True

    def _count_copy(self, source: DocumentRecord) -> None:
        """Count the change that a copy is. A moved file changes no vector, and calls for no calibration."""
        if self._lenders.is_away(source) and source.doc not in self._moved_from:
            self._moved_from.add(source.doc)
        else:
            self._changes += 1

    def _lender(self, twin: Twin) -> DocumentRecord | None:
        """The document with this content. A missing one is brought back: its file has moved."""
        source = self._lenders.of(twin.file.path, twin.sha256)
        if source is None or source.state is not State.MISSING:
            return source
        self._lenders.drop(source)
        self.moved.append(self._store.drafts.bring_back(source))
        self._known.note(source.doc)
        return self._lender(twin)

    def _queue(self, entry: Entry) -> None:
        """Queue an entry, and write the queue when it is full or old."""
        record = entry.counted
        self._entries.append(replace(entry, record=record))
        self._write_when_due(len(entry.pieces))

    def _write_when_due(self, passages: int) -> None:
        self._passages += passages
        is_old = time.monotonic() - self._written_at > _SECONDS
        if len(self._entries) + len(self._sources) >= _RECORDS or self._passages >= _PASSAGES or is_old:
            self.write()

    def _count(self, record: DocumentRecord) -> None:
        if record.doc in self._copies:
            self._summary.reused += 1
        else:
            self._summary.count(record)


def _is_whole(record: DocumentRecord) -> bool:
    return record.state is State.INDEXED and record.due is Due.NONE
