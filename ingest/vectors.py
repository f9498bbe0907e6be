"""Embed the passages that are stored without vectors, the newest documents first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ingest.embed import embed_texts
from ingest.known import Known
from ingest.progress import Tracker
from ingest.record import embedded, failed_later
from ingest.write import Writer
from semsearch.errors import FileError
from semsearch.models.loaded import Models
from semsearch.records import DocumentRecord, Due, Kind, State, Vector
from semsearch.store.entries import Embedded, Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import TEXT
from semsearch.store.store import Store

# The documents whose passages are read together.
_DOCUMENTS = 64
# The passages that are embedded and written together: enough to form batches of similar lengths, and few
# enough that a killed run loses only some seconds of work.
_PASSAGES = 256


@dataclass(slots=True)
class _Part:
    """Passages of one document by number. `is_last` is True when no passage after them lacks a vector."""

    record: DocumentRecord
    texts: dict[int, str] = field(default_factory=dict)
    is_last: bool = False


class Unembedded:
    """The documents that have passages without vectors, the newest files first.

    Their records are read as they are needed. `passages` is the number of all their passages.
    """

    def __init__(self, records: Iterable[DocumentRecord], known: Known) -> None:
        """`records` are documents of which some have all their vectors, or are missing."""
        due = [
            (-record.mtime_ns, int(record.doc, 16), _count(record))
            for record in records
            if record.due is Due.VECTORS and record.state is not State.MISSING
        ]
        found = np.array(due, [("date", np.float64), ("doc", np.uint64), ("passages", np.int64)])
        self.passages = int(found["passages"].sum())
        self._docs = found["doc"][np.argsort(found["date"], kind="stable")]
        self._known = known

    def __iter__(self) -> Iterator[DocumentRecord]:
        found = self._known.of_docs(f"{doc:016x}" for doc in self._docs.tolist())
        return (record for record in found if record.due is Due.VECTORS)


def embed_passages(
    documents: Unembedded, store: Store, models: Models, writer: Writer, progress: Tracker
) -> Iterator[int]:
    """Embed the passages of these documents. Before each batch, yield the date of its first document.

    A document with the same content as one that has vectors gets copies of these. Raises ModelError when
    there is no model, RedisError.
    """
    parts = (
        part for record, texts in _read(documents, store, writer) for part in _parts(record, texts, progress)
    )
    batch: list[_Part] = []
    for part in parts:
        if not batch:
            yield part.record.mtime_ns
        batch.append(part)
        if sum(len(each.texts) for each in batch) >= _PASSAGES:
            _embed(batch, store, models, writer, progress)
            batch = []
    if batch:
        _embed(batch, store, models, writer, progress)


def _read(
    documents: Iterable[DocumentRecord], store: Store, writer: Writer
) -> Iterator[tuple[DocumentRecord, Iterable[tuple[int, str]]]]:
    """The passages of each document that lack a vector, after it was given those of a lender."""
    rest = iter(documents)
    while some := list(islice(rest, _DOCUMENTS)):
        for record, texts in zip(some, store.ledger.unembedded_of_all(some), strict=True):
            # Asked for now, because the one before may lend.
            lender = writer.lender(record)
            if lender is not None:
                _borrow(record, list(texts), lender, store)
                texts = store.ledger.unembedded(record)
            yield record, texts


def _parts(record: DocumentRecord, texts: Iterable[tuple[int, str]], progress: Tracker) -> Iterator[_Part]:
    """Cut the passages without vectors into parts that fill at most one batch each."""
    part, lacking = _Part(record), 0
    for n, text in texts:
        if len(part.texts) >= _PASSAGES:
            yield part
            part = _Part(record)
        part.texts[n] = text
        lacking += 1
    progress.advance(passages=_count(record) - lacking)
    part.is_last = True
    yield part


def _count(record: DocumentRecord) -> int:
    return record.texts if record.kind is Kind.IMAGE else record.pieces


def _borrow(
    record: DocumentRecord, lacking: Sequence[tuple[int, str]], lender: DocumentRecord, store: Store
) -> None:
    """Give a document the vectors of another one for the same passages."""
    found = store.ledger.vectors_by_text(lender).of([text for _, text in lacking])
    vectors = {n: vector for (n, _), vector in zip(lacking, found, strict=True) if vector is not None}
    store.documents.add_vectors([Embedded(record, vectors)])


def _embed(batch: Sequence[_Part], store: Store, models: Models, writer: Writer, progress: Tracker) -> None:
    done: list[Embedded] = []
    for part, vectors in zip(batch, _vectors(batch, store, models, progress), strict=True):
        if isinstance(vectors, FileError):
            writer.put(Entry(failed_later(part.record, str(vectors))))
        else:
            record = embedded(part.record) if part.is_last else part.record
            done.append(Embedded(record, dict(zip(part.texts, vectors, strict=True))))
    store.documents.add_vectors(done)
    for each in done:
        writer.note(each.record)
    progress.advance(passages=sum(len(part.texts) for part in batch))


def _vectors(
    batch: Sequence[_Part], store: Store, models: Models, progress: Tracker
) -> list[list[Vector] | FileError]:
    if not any(part.texts for part in batch):
        return [[] for _ in batch]
    model = models.text()
    # Before each batch, because Redis may lose the index while a run goes on.
    store.prepare_index(TEXT, Fingerprint.of_texts(model.id, model.dims))
    return embed_texts(model, [list(part.texts.values()) for part in batch], progress.go_ahead)
