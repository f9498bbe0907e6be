"""Write a long text section by section, as a draft that is published when it is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.chunk import Chunk
from ingest.embed import passages_of, signature_of, terms_of_chunks
from ingest.former import KnownVectors
from ingest.prepare import LongText, Portion
from ingest.readers.portions import decode_border, encode_border
from ingest.record import id_of, record_of, unembedded
from semsearch.errors import FileError, NothingToIndexError
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, State
from semsearch.store.draft import Draft
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import TEXT
from semsearch.store.store import Store


class IndexOfPassages:
    """Creates the index before the first passage is written: a run may follow the loss of it."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models
        self._is_there = False

    def prepare(self, chunks: Sequence[Chunk]) -> None:
        """Create it if there are chunks to be written."""
        if chunks and not self._is_there:
            model = self._models.text()
            self._store.prepare_index(TEXT, Fingerprint.of_texts(model.id, model.dims))
            self._is_there = True


class LongWriter:
    """Writes long texts. `prepare_index` is called with the chunks that will be written."""

    def __init__(
        self, store: Store, models: Models, prepare_index: Callable[[Sequence[Chunk]], None]
    ) -> None:
        self._drafts = store.drafts
        self._models = models
        self._prepare_index = prepare_index

    def write(self, text: LongText, old: DocumentRecord | None, stored: KnownVectors) -> DocumentRecord:
        """Write a text in place of its `old` version, from the section at which a killed run stopped.

        `stored` has the vectors that are known for it. Returns the record. Raises FileError, and leaves no
        draft, when the file cannot be read.
        """
        try:
            draft = self._draft(text, stored)
            if not draft.record.pieces:
                raise NothingToIndexError(say("empty: white space only"))
        except FileError:
            self._drafts.discard(id_of(text.file))
            raise
        file = record_of(text.file, text.sha256, State.INDEXED)
        whole = replace(
            draft.record,
            size=file.size,
            mtime_ns=file.mtime_ns,
            inode=file.inode,
            ctime_ns=file.ctime_ns,
            signature=signature_of(self._drafts.terms(draft)),
        )
        return self._drafts.publish(Draft(unembedded(whole)), old)

    def _draft(self, text: LongText, stored: KnownVectors) -> Draft:
        """The draft of a text when all its sections are written."""
        plain = record_of(text.file, text.sha256, State.INDEXED)
        wanted = replace(plain, models=self._models.text_id, note=text.left_out)
        draft = self._drafts.get(plain.doc)
        # A draft that says no place was written by an import, or not begun.
        if draft is not None and not (draft.read and _is_same(draft.record, wanted)):
            draft = None
        for portion in text.portions(decode_border(draft.portion if draft else "")):
            if draft is None:
                record = record_of(text.file, text.sha256, State.INDEXED, document=portion.document)
                draft = self._drafts.begin(unembedded(replace(record, models=wanted.models)))
            draft = self._add(draft, portion, stored)
        assert draft is not None
        return draft

    def _add(self, draft: Draft, portion: Portion, stored: KnownVectors) -> Draft:
        """Write the sections of a portion that are not in the draft yet."""
        start = portion.border.start
        place = encode_border(portion.border)
        for section in portion.chunker.sections(max(0, draft.read - start)):
            chunks = portion.chunker.chunks(section, first=draft.record.pieces)
            self._prepare_index(chunks)
            pieces = passages_of(chunks, stored.of([chunk.passage.embedded for chunk in chunks]))
            terms = terms_of_chunks(chunks, draft.record.language)
            draft = self._drafts.add(draft, pieces, terms, read=start + section[1], portion=place)
        return draft


def _is_same(draft: DocumentRecord, record: DocumentRecord) -> bool:
    """Whether a draft is of the same content, read in the same way."""
    names = ("sha256", "models", "note")
    return all(getattr(draft, name) == getattr(record, name) for name in names)
