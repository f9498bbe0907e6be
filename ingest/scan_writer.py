"""Write the text that OCR has read: some pages of a file while others are being read, and all at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.chunk import Chunk
from ingest.embed import BatchEmbedder, passages_of, signature_of, terms_of_chunks
from ingest.prepare import picture_chunks, text_chunks
from ingest.readers.documents import Caption, PictureDocument
from ingest.readers.limits import joined, named_pages
from ingest.readers.pdf.pdf import document_of
from ingest.readers.picture.ocr import MAX_SCANNED_PAGES, Scan
from ingest.record import failed_later
from ingest.summary import Summary
from semsearch.errors import FileError, NothingToIndexError
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Due, Kind, Ocr, Source, State, Vector
from semsearch.store.entries import Entry
from semsearch.store.pages import ReadPages
from semsearch.store.store import Store

_NO_TEXT = say("no text in this PDF, and none can be made out in the pictures on its pages")


class ScanWriter:
    """Writes one document after the other, and counts them."""

    def __init__(self, store: Store, models: Models, summary: Summary) -> None:
        self._store = store
        self._models = models
        self._embedder = BatchEmbedder(store, models)
        self._summary = summary

    def write_part(self, record: DocumentRecord, scan: Scan, read: ReadPages) -> DocumentRecord:
        """Write the pages read so far. Returns the record as written. Raises FileError as `write_whole`."""
        note = say(
            "{done} of {all} scanned pages are read so far",
            done=len(read.texts) + len(read.failed),
            all=len(scan.wanted),
        )
        return self._write(record, scan, read, Ocr.DUE, note)

    def write_whole(self, record: DocumentRecord, scan: Scan, read: ReadPages) -> None:
        """Write a document all of whose pages were tried, with a note on what could not be read.

        Raises FileError when it has no text at all, or cannot be embedded.
        """
        note = left_out(scan, read)
        if read.failed and not any((*scan.texts, *read.texts.values())):
            raise FileError(note)
        self._write(record, scan, read, Ocr.FAILED if read.failed or read.unread else Ocr.DONE, note)
        self._summary.read += any(read.texts.values())
        path = f"{record.root}/{record.path}"
        if read.failed or scan.beyond:
            self._summary.trouble(path, note)
        elif note:
            self._summary.notes.append((path, note))

    def give_up(self, record: DocumentRecord, error: FileError) -> None:
        """Record that OCR failed. Other text of the file stays.

        A document without other text has failed; it is skipped if there is nothing to read in it.
        """
        path, reason = f"{record.root}/{record.path}", str(error)
        unread = replace(record, ocr=Ocr.FAILED)
        if record.kind is Kind.TEXT and record.state is State.WAITING:
            self._summary.wait_no_more(record.reason)
            failed = failed_later(unread, reason)
            if isinstance(error, NothingToIndexError):
                self._summary.skipped += 1
                failed = replace(failed, state=State.SKIPPED)
            else:
                self._summary.fail(path, reason)
            self._store.documents.replace([Entry(failed)], {record.doc: record})
        else:
            self._summary.trouble(path, f"text in it cannot be read: {reason}")
            self._store.documents.replace_records([unread])

    def _write(
        self, record: DocumentRecord, scan: Scan, read: ReadPages, ocr: Ocr, note: str
    ) -> DocumentRecord:
        read_record = replace(record, ocr=ocr, note=note, readers=", ".join(sorted(read.readers)))
        if record.kind is Kind.IMAGE:
            return self._add(read_record, [read.texts.get(number, "") for number in scan.wanted])
        pages = [max(text, read.texts.get(number, ""), key=len) for number, text in enumerate(scan.texts)]
        return self._replace(record, read_record, scan, pages)

    def _add(self, record: DocumentRecord, texts: Iterable[str]) -> DocumentRecord:
        """Add the text in a picture after its captions, without what was added before."""
        # Frames of an animation often have the same text.
        captions = tuple(Caption(Source.OCR, text) for text in dict.fromkeys(texts) if text)
        document = PictureDocument(record.media_type, record.title, (), 0, 0, captions)
        if not record.texts:  # the terms of its captions are those of their language
            record = replace(record, language=document.language)
        stored = {
            passage.content for passage in self._store.ledger.passages(record) if passage.source is Source.OCR
        }
        found = picture_chunks(document, self._models.text)
        fresh = [chunk for chunk in found if chunk.passage.content not in stored]
        chunks = [
            replace(chunk, passage=replace(chunk.passage, n=n)) for n, chunk in enumerate(fresh, record.texts)
        ]
        passages = passages_of(chunks, self._embedded(record, chunks))
        self._summary.passages += len(chunks)
        return self._store.documents.add_texts(record, passages, terms_of_chunks(chunks, record.language))

    def _replace(
        self, old: DocumentRecord, record: DocumentRecord, scan: Scan, pages: Sequence[str]
    ) -> DocumentRecord:
        """Replace a document by one that has the text of its scanned pages in place."""
        document = document_of(scan.title, pages, scan.left_out, record.path, record.media_type)
        if not document.text:
            raise NothingToIndexError(joined(_NO_TEXT, record.note))
        chunks = text_chunks(document, self._models.text())
        passages = passages_of(chunks, self._embedded(old, chunks))
        terms = terms_of_chunks(chunks, document.language)
        done = replace(record, state=State.INDEXED, reason="", due=Due.NONE)
        done = replace(done, title=document.title, titled=document.titled, signature=signature_of(terms))
        done = replace(done, language=document.language)
        done = replace(done, note=joined(document.left_out, record.note))
        entry = Entry(done, passages, terms)
        self._store.documents.replace([entry], {old.doc: old})
        if old.state is State.WAITING:
            self._summary.wait_no_more(old.reason)
            self._summary.indexed += 1
        self._summary.passages += len(chunks) - old.pieces
        return entry.counted

    def _embedded(self, old: DocumentRecord, chunks: Sequence[Chunk]) -> list[Vector]:
        """Return the vectors of these chunks; a passage of `old` with the same text lends its vector.

        Raises FileError when the model fails on one.
        """
        stored = self._store.ledger.vectors_by_text(old).of([chunk.passage.embedded for chunk in chunks])
        (made,) = self._embedder.chunks(
            [[chunk for chunk, vector in zip(chunks, stored, strict=True) if vector is None]]
        )
        if isinstance(made, FileError):
            raise made
        others = iter(made)
        return [next(others) if vector is None else vector for vector in stored]


def left_out(scan: Scan, read: ReadPages) -> str:
    """Say what was not read and why; "" when everything was."""
    notes: list[str] = []
    if read.failed:
        numbers = sorted(read.failed)
        pages, why = named_pages(numbers), read.failed[numbers[0]]
        notes.append(say("{pages} could not be read: {why}", pages=pages, why=why))
    for reason in dict.fromkeys(read.unread.values()):
        numbers = sorted(number for number, each in read.unread.items() if each == reason)
        notes.append(reason if len(scan.wanted) == 1 else f"{named_pages(numbers)}: {reason}")
    if scan.beyond:
        notes.append(
            say(
                "{number} scanned pages were left out: the first {most} are read",
                number=scan.beyond,
                most=MAX_SCANNED_PAGES,
            )
        )
    return "; ".join(notes)
