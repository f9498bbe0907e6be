"""Embed prepared files in batches, and write each file whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ingest.embed import BatchEmbedder, Look, passages_of, signature_of, terms_of_chunks
from ingest.prepare import Picture, Prepared, Text, Twin, Unreadable, content_key
from ingest.readers.documents import PictureDocument, SourceFile, TextDocument
from ingest.readers.text import title_of
from ingest.summary import Summary
from semsearch.errors import FileError
from semsearch.formats.table import kind_of
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Kind, Ocr, State
from semsearch.search import copies
from semsearch.store.codec import StoredPiece, picture_piece
from semsearch.store.documents import Entry
from semsearch.store.keys import doc_id
from semsearch.store.store import Store

# How many passages and pictures are embedded and written together: enough to form batches of similar lengths,
# and few enough that a killed run loses only some seconds of work.
_PASSAGES = 256
_PICTURES = 64
_RECORDS = 500

# Fields of a record that depend only on the content of a file. A copy of the file has the same values.
_CONTENT_FIELDS = ("state", "reason", "media_type", "models", "dated", "ocr", "signature")

SCANNED = "its pages are pictures, and the text in them has not been read: see SEMSEARCH_OCR"
NO_MODEL = "there was no picture model: set SEMSEARCH_IMAGE_MODEL and run `semsearch ingest` again"


class Writer:
    """Takes prepared files one by one, embeds and writes them in batches, and counts them."""

    def __init__(
        self,
        store: Store,
        models: Models,
        records: Iterable[DocumentRecord],
        work: Iterable[SourceFile],
        summary: Summary,
        changed: Callable[[Summary], None],
    ) -> None:
        """`records` are the ledger before the run, `work` the files that will be prepared and taken."""
        self._store = store
        self._models = models
        self._summary = summary
        self._changed = changed
        self._known = {record.doc: record for record in records}
        changing = {_doc(file) for file in work}
        # A file that may change in this run cannot lend its vectors: two files may have swapped names.
        self._outcomes = {
            content_key(record.path, record.sha256): record
            for record in self._known.values()
            if record.state is State.INDEXED and record.doc not in changing
        }
        self._texts: list[Text] = []
        self._pictures: list[Picture] = []
        self._twins: list[Twin] = []
        self._entries: list[Entry] = []
        self._embedder = BatchEmbedder(store, models)
        self.changes = 0

    def knows(self, file: SourceFile, sha256: str) -> bool:
        """Tell whether this content has vectors: those of another file, or its own under an older date."""
        own = self._known.get(_doc(file))
        if own is not None and own.state is State.INDEXED and own.sha256 == sha256:
            return True
        return content_key(file.path, sha256) in self._outcomes

    def leave(self, records: Iterable[DocumentRecord]) -> None:
        """Count files that have not changed. Those that failed before count as failed again."""
        for record in records:
            if record.state is State.INDEXED:
                self._summary.unchanged += 1
            else:
                self._count(record)
        self._changed(self._summary)

    def skip(self, file: SourceFile, reason: str) -> None:
        """Record a file of a format that semsearch does not read."""
        self._queue(Entry(_record(file, "", State.SKIPPED, reason)))

    def take(self, item: Prepared) -> None:
        """Take a prepared file. Embed and write when a batch is full."""
        match item:
            case Text():
                self._texts.append(item)
            case Picture():
                self._pictures.append(item)
            case Twin():
                self._twins.append(item)
            case Unreadable():
                self._fail(item.file, item.sha256, item.reason)
        if sum(len(text.chunks) for text in self._texts) >= _PASSAGES:
            self._embed_texts()
        if len(self._pictures) >= _PICTURES:
            self._embed_pictures()

    def settle(self) -> list[SourceFile]:
        """Write what is left, and give twins their vectors. Return the twins that found no vectors."""
        self._embed_texts()
        self._embed_pictures()
        self._write()
        twins, self._twins = self._twins, []
        alone = [twin.file for twin in twins if not self._reuse(twin)]
        self._write()
        return alone

    def remove(self, gone: Sequence[DocumentRecord]) -> None:
        """Write what is left, and remove the records of files that are gone."""
        self._write()
        self.changes += len(gone)
        for record in gone:
            self._known.pop(record.doc, None)
            key = content_key(record.path, record.sha256)
            lender = self._outcomes.get(key)
            if lender is not None and lender.doc == record.doc:
                del self._outcomes[key]
        for start in range(0, len(gone), _RECORDS):
            self._store.documents.remove(gone[start : start + _RECORDS])
        self._summary.removed += len(gone)
        self._changed(self._summary)

    @property
    def records(self) -> list[DocumentRecord]:
        """The ledger as it is now."""
        return list(self._known.values())

    def check(self) -> None:
        """Note as a problem when an index has refused records: no search would find them."""
        self._store.inventory.note_refused()
        for index in self._store.index_status():
            if index.failures:
                self._summary.trouble(index.name, f"{index.failures:,} records were refused by this index")

    def _embed_texts(self) -> None:
        texts, self._texts = self._texts, []
        embedded = self._embedder.chunks([text.chunks for text in texts])
        for text, vectors in zip(texts, embedded, strict=True):
            if isinstance(vectors, FileError):
                self._fail(text.file, text.sha256, str(vectors))
                continue
            waits = text.document.scanned and not text.chunks
            state, reason = (State.WAITING, SCANNED) if waits else (State.INDEXED, "")
            record = _record(text.file, text.sha256, state, reason, document=text.document)
            terms = terms_of_chunks(text.chunks)
            signature = signature_of(terms)
            record = replace(record, models=self._models.text_id, signature=signature)
            self._queue(Entry(record, passages_of(text.chunks, vectors), terms))
        self._write()

    def _embed_pictures(self) -> None:
        pictures, self._pictures = self._pictures, []
        looks = self._embedder.views([picture.document.views for picture in pictures])
        words = self._embedder.chunks([picture.chunks for picture in pictures])
        for picture, views, vectors in zip(pictures, looks, words, strict=True):
            if isinstance(views, FileError) or isinstance(vectors, FileError):
                wrong = views if isinstance(views, FileError) else vectors
                self._fail(picture.file, picture.sha256, str(wrong))
                continue
            state, reason = (State.WAITING, NO_MODEL) if views is None else (State.INDEXED, "")
            record = _record(picture.file, picture.sha256, state, reason, document=picture.document)
            signature = copies.of_picture(picture.document.views[0])
            record = replace(record, models=self._models.image_id, signature=signature)
            shown = _views(picture.document, views or [])
            terms = terms_of_chunks(picture.chunks)
            self._queue(Entry(record, (*shown, *passages_of(picture.chunks, vectors)), terms))
        self._write()

    def _reuse(self, twin: Twin) -> bool:
        """Give a twin the vectors of the file with the same content, or the reason why that has none.

        Return False when there is none, because the other file could not be read.
        """
        target = _record(twin.file, twin.sha256, State.INDEXED)
        own = self._known.get(target.doc)
        if own is not None and own.sha256 == target.sha256 and own.state is State.INDEXED:
            touched = replace(own, size=target.size, mtime_ns=target.mtime_ns, sidecars=target.sidecars)
            self._store.documents.touch([touched])
            self._known[own.doc] = touched
        else:
            source = self._outcomes.get(content_key(twin.file.path, twin.sha256))
            if source is None:
                return False
            title = retitled(source, twin.file.path)
            target = replace(target, title=title, **{name: getattr(source, name) for name in _CONTENT_FIELDS})
            if not (source.pieces or source.texts):
                self._queue(Entry(target))
                return True
            self._known[target.doc] = self._store.documents.copy(source, target, self._known)
        self._summary.reused += 1
        self._changed(self._summary)
        return True

    def _fail(self, file: SourceFile, sha256: str, reason: str) -> None:
        """Record a failure. A file whose bytes could not be read keeps its old record: it may come back."""
        known = self._known.get(_doc(file))
        if not sha256 and known is not None and (known.pieces or known.texts):
            self._summary.fail(str(file.absolute), reason)
            self._changed(self._summary)
        else:
            self._queue(Entry(_record(file, sha256, State.FAILED, reason)))

    def _queue(self, entry: Entry) -> None:
        """Queue the record of a file for writing, and count it."""
        record = entry.counted
        self._entries.append(replace(entry, record=record))
        self._summary.passages += record.texts if record.kind is Kind.IMAGE else record.pieces
        self._summary.pictures += record.kind is Kind.IMAGE and bool(record.pieces)
        if record.sha256:
            self._outcomes.setdefault(content_key(record.path, record.sha256), record)
        self._count(record)
        self._changed(self._summary)
        if len(self._entries) >= _RECORDS:
            self._write()

    def _count(self, record: DocumentRecord) -> None:
        match record.state:
            case State.INDEXED:
                self._summary.indexed += 1
            case State.WAITING:
                self._summary.wait(record.reason)
            case State.SKIPPED:
                self._summary.skipped += 1
            case State.FAILED:
                self._summary.fail(f"{record.root}/{record.path}", record.reason)

    def _write(self) -> None:
        entries, self._entries = self._entries, []
        if entries:
            self.changes += len(entries)
            self._store.documents.replace(entries, self._known)
            self._known.update({entry.record.doc: entry.record for entry in entries})


def _doc(file: SourceFile) -> str:
    return doc_id(str(file.root), file.path)


def _record(
    file: SourceFile,
    sha256: str,
    state: State,
    reason: str = "",
    document: TextDocument | PictureDocument | None = None,
) -> DocumentRecord:
    kind, media_type = kind_of(file.path) or (Kind.OTHER, "application/octet-stream")
    return DocumentRecord(
        doc=_doc(file),
        root=str(file.root),
        path=file.path,
        kind=kind,
        media_type=document.media_type if document else media_type,
        size=file.size,
        mtime_ns=file.mtime_ns,
        sha256=sha256,
        title=document.title if document else title_of(file.path),
        state=state,
        reason=reason,
        indexed_at=time.time(),
        dated=document.dated if document else 0.0,
        ocr=Ocr.DUE if document and document.scanned else Ocr.NONE,
        sidecars=file.sidecar_versions,
    )


def _views(document: PictureDocument, looks: Sequence[Look]) -> tuple[StoredPiece, ...]:
    return tuple(picture_piece(document.width, document.height, look.visual, look.semantic) for look in looks)


def retitled(source: DocumentRecord, path: str) -> str:
    """Return the title of a copy at `path`. A title made from the file's name changes with the name."""
    return title_of(path) if source.title == title_of(source.path) else source.title
