"""The second pass of a run: it reads text in pictures and on scanned pages, which takes seconds a file.

By then, everything else that the run found can be searched. The text is written file by file. When a run is
stopped, the remaining files are due in the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.embed import BatchEmbedder, passages_of, signature_of, terms_of_chunks
from ingest.prepare import picture_chunks, text_chunks
from ingest.progress import Tracker
from ingest.readers.documents import PictureDocument, SourceFile, TextDocument
from ingest.readers.file_bytes import read
from ingest.readers.picture.ocr import read_scan
from ingest.scopes import Scope
from ingest.summary import Summary
from semsearch.errors import FileError, KilledError, ModelError
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.records import DocumentRecord, Kind, Ocr, State
from semsearch.sandbox import Sandbox
from semsearch.store.documents import Entry
from semsearch.store.store import Store

# The limits for one file, in seconds and bytes. A scanned book takes minutes. A page full of text takes 1 GB
# on two cores and more on more; the largest picture takes as much again while it is decoded.
_SECONDS, _MEMORY = 900.0, 3 * 2**30
# How many files are read ahead of the one whose text is embedded.
_AHEAD = 2

Document = TextDocument | PictureDocument


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file after OCR: the document with the text that was read, or the error."""

    record: DocumentRecord
    result: Document | FileError


def due(records: Iterable[DocumentRecord], scopes: Sequence[Scope], *, retry: bool) -> list[DocumentRecord]:
    """Return the files in these folders that wait for OCR; with `retry`, also those that OCR failed on."""
    wanted = (Ocr.DUE, Ocr.FAILED) if retry else (Ocr.DUE,)
    found = [
        record
        for record in records
        if record.ocr in wanted and any(scope.holds(Path(record.root, record.path)) for scope in scopes)
    ]
    return sorted(found, key=lambda record: (record.root, record.path))


class SecondPass:
    """Reads text in pictures and on scanned pages, and adds it to the index."""

    def __init__(self, store: Store, models: Models, summary: Summary, progress: Tracker) -> None:
        self._store = store
        self._models = models
        self._embedder = BatchEmbedder(store, models)
        self._summary = summary
        self._progress = progress

    def run(self, records: Sequence[DocumentRecord]) -> None:
        """Read these files. When a model is missing, note that as a problem: the files stay due."""
        self._summary.scans = len(records)
        self._progress.begin(Phase.OCR, files=len(records))
        try:
            for scanned in read_scans(records):
                self._take(scanned)
                self._summary.scanned += 1
                self._progress.advance(files=1)
        except ModelError as error:
            self._summary.trouble("OCR", str(error))

    def _take(self, scanned: Scanned) -> None:
        record, result = scanned.record, scanned.result
        if isinstance(result, FileError):
            self._give_up(record, result)
        elif isinstance(result, PictureDocument):
            self._add(record, result)
        else:
            self._replace(record, result)

    def _add(self, record: DocumentRecord, document: PictureDocument) -> None:
        """Add the text in a picture. Its passages are numbered after those of the captions stored before."""
        chunks = picture_chunks(document, self._models.text, first=record.texts)
        (vectors,) = self._embedder.chunks([chunks])
        if isinstance(vectors, FileError):
            self._give_up(record, vectors)
            return
        done = replace(record, ocr=Ocr.DONE)
        self._store.documents.add_texts(done, passages_of(chunks, vectors), terms_of_chunks(chunks))
        self._count(len(chunks))

    def _replace(self, record: DocumentRecord, document: TextDocument) -> None:
        """Replace a document by one that has the text of its scanned pages in place."""
        chunks = text_chunks(document, self._models.text())
        (vectors,) = self._embedder.chunks([chunks])
        if isinstance(vectors, FileError):
            self._give_up(record, vectors)
            return
        if record.state is State.WAITING:
            self._summary.wait_no_more(record.reason)
            self._summary.indexed += 1
        terms = terms_of_chunks(chunks)
        done = replace(record, state=State.INDEXED, reason="", title=document.title, ocr=Ocr.DONE)
        done = replace(done, signature=signature_of(terms))
        entry = Entry(done, passages_of(chunks, vectors), terms)
        self._store.documents.replace([entry], {record.doc: record})
        self._count(len(chunks) - record.pieces)

    def _give_up(self, record: DocumentRecord, error: FileError) -> None:
        """Record that OCR failed. Other text of the file stays; a document without other text has failed."""
        path = f"{record.root}/{record.path}"
        unread = replace(record, ocr=Ocr.FAILED)
        if record.kind is Kind.TEXT and record.state is State.WAITING:
            self._summary.wait_no_more(record.reason)
            self._summary.fail(path, str(error))
            failed = replace(unread, state=State.FAILED, reason=str(error))
            self._store.documents.replace([Entry(failed)], {record.doc: record})
        else:
            self._summary.trouble(path, f"text in it cannot be read: {error}")
            self._store.documents.replace_records([unread])

    def _count(self, passages: int) -> None:
        self._summary.passages += passages
        self._progress.advance(passages=passages)
        self._summary.read += passages > 0


def read_scans(records: Iterable[DocumentRecord]) -> Iterator[Scanned]:
    """Read files one after the other in a child process, a few ahead of the one that is yielded.

    A file that has changed since it was indexed is skipped and stays due. Raises ModelError when OCR cannot
    run at all.
    """
    sandbox = Sandbox(_SECONDS, _MEMORY)
    thread = ThreadPoolExecutor(1, thread_name_prefix="scans")
    ahead: deque[tuple[DocumentRecord, Future[Document | None]]] = deque()
    try:
        for record in records:
            ahead.append((record, thread.submit(_read, sandbox, record)))
            if len(ahead) > _AHEAD:
                yield from _scanned(*ahead.popleft())
        while ahead:
            yield from _scanned(*ahead.popleft())
    finally:
        sandbox.close()
        thread.shutdown(cancel_futures=True)


def _read(sandbox: Sandbox, record: DocumentRecord) -> Document | None:
    file = SourceFile(Path(record.root), record.path, record.size, record.mtime_ns)
    actual, data = read(file)
    if actual != file:
        return None
    arguments = (data, record.path, record.kind, record.media_type)
    try:
        return sandbox.call(read_scan, *arguments)
    except KilledError:
        return sandbox.call_again(read_scan, *arguments)


def _scanned(record: DocumentRecord, future: Future[Document | None]) -> Iterator[Scanned]:
    try:
        document = future.result()
    except FileError as error:
        yield Scanned(record, error)
    else:
        if document is not None:
            yield Scanned(record, document)
