"""The ledger: one record per file that ingestion has seen, with the file's pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import redis

from semsearch.errors import NotFoundError
from semsearch.message import say
from semsearch.records import DocumentRecord, Kind, Passage, Vector
from semsearch.results import Facts
from semsearch.store.codec import (
    EMBEDDED_FIELDS,
    PASSAGE_FIELDS,
    RECORD_FIELDS,
    embedded_text,
    passage_count,
    readable_passage,
    readable_record,
    space_of,
)
from semsearch.store.facts import FACTS_FIELDS, readable_facts
from semsearch.store.failures import maps_errors
from semsearch.store.keys import DOC_PREFIX, DUE, doc_key, piece_key, terms_key
from semsearch.store.layout import Layout, stored_layouts
from semsearch.store.schema import IMAGE, TEXT, VECTOR, VISUAL
from semsearch.store.terms import TERMS_FIELDS, PartOfTerms, decode_terms
from semsearch.store.vectors_by_text import VectorsByText, hashes

# Records in one round trip. Each reply has a few hundred bytes, so a batch about fills a socket buffer.
_BATCH = 1000


@maps_errors
class Ledger:
    """Reads documents. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def __iter__(self) -> Iterator[DocumentRecord]:
        """Every record, in no particular order. They are read in batches, without the search module.

        Damaged records are left out, here and in all methods that return several.
        """
        keys = self._client.scan_iter(match=f"{DOC_PREFIX}*", count=_BATCH)
        docs = (key.decode()[len(DOC_PREFIX) + 1 : -1] for key in keys)
        seen = set[str]()  # SCAN may list a key twice
        while batch := list(islice(docs, _BATCH)):
            new = dict.fromkeys(doc for doc in batch if doc not in seen)
            seen.update(new)
            yield from self.get_many(list(new))

    def get(self, doc: str) -> DocumentRecord:
        """The record of a document. Raises NotFoundError when no document has this id."""
        for record in self.get_many([doc]):
            return record
        if self.damaged([doc]):
            raise NotFoundError(
                say(
                    "the record of document {doc!r} in Redis is damaged: run `semsearch ingest` on your "
                    "folders, which writes it anew",
                    doc=doc,
                )
            )
        raise NotFoundError(say("no document has the id {doc!r}: it may have been removed since", doc=doc))

    def get_many(self, docs: Iterable[str]) -> list[DocumentRecord]:
        """The records of these documents in order, read in batches. Removed documents are left out."""
        left = iter(docs)
        batches = iter(lambda: list(islice(left, _BATCH)), [])
        return [record for batch in batches for record in self.get_with_passages(batch, [])[0]]

    def damaged(self, docs: Sequence[str]) -> list[str]:
        """Those of these documents that have a record in Redis which cannot be read."""
        rows = self._hashes([doc_key(doc) for doc in docs], RECORD_FIELDS)
        return [
            doc for doc, row in zip(docs, rows, strict=True) if any(row) and readable_record(doc, row) is None
        ]

    def get_with_passages(
        self, docs: Sequence[str], wanted: Sequence[tuple[str, int]]
    ) -> tuple[list[DocumentRecord], list[Passage | None]]:
        """The records as from `get_many`, and the passages `wanted`, in one round trip.

        `wanted` names passages by document and number. A passage that does not exist, or is damaged, is None.
        """
        pipe = self._client.pipeline(transaction=False)
        for doc, n in wanted:
            pipe.hmget(piece_key(TEXT, doc, n), PASSAGE_FIELDS)
        for doc in docs:
            pipe.hmget(doc_key(doc), RECORD_FIELDS)
        if docs:
            pipe.hmget(DUE, docs)
        rows = iter(pipe.execute())
        passages = [readable_passage(n, next(rows)) for _, n in wanted]
        found = [next(rows) for _ in docs]
        records = map(readable_record, docs, found, next(rows, ()))
        return [each for each in records if each is not None], passages

    def fields(self, docs: Iterable[str], names: Sequence[str]) -> Iterator[list[bytes | None]]:
        """These fields of the hashes of documents, in order; None for each one that is absent."""
        left = iter(docs)
        while batch := list(islice(left, _BATCH)):
            yield from self._hashes([doc_key(doc) for doc in batch], names)

    def has_due(self) -> bool:
        """Whether ingestion still has something to do for any document."""
        return bool(self._client.hlen(DUE))

    def due(self) -> list[str]:
        """The documents for which ingestion still has something to do."""
        found: Any = self._client.hgetall(DUE)
        return [doc.decode() for doc in found]

    def facts(self, docs: Sequence[str]) -> dict[str, Facts]:
        """The facts about these documents, by id. Removed documents are left out."""
        rows = self._hashes([doc_key(doc) for doc in docs], FACTS_FIELDS)
        found = {doc: readable_facts(row) for doc, row in zip(docs, rows, strict=True)}
        return {doc: facts for doc, facts in found.items() if facts is not None}

    def terms(self, parts: Sequence[tuple[str, int]]) -> list[PartOfTerms]:
        """These parts of the terms of documents, named by document and number; part 0 is in the record."""
        rows = self._hashes([terms_key(doc, part) for doc, part in parts], TERMS_FIELDS)
        return [decode_terms(row) for row in rows]

    def all_terms(self, record: DocumentRecord) -> list[str]:
        """The terms of each passage of a document, also of a long one."""
        found: list[str] = []
        for start in range(0, record.words + 1, _BATCH):
            numbers = range(start, min(start + _BATCH, record.words + 1))
            for part in self.terms([(record.doc, n) for n in numbers]):
                found[part.first :] = part.terms  # its first passage may be in the part before too
        return found

    def terms_of_all(self, records: Sequence[DocumentRecord]) -> list[Sequence[str]]:
        """The same for each of some documents. Short ones are read together."""
        firsts = self.terms([(record.doc, 0) for record in records])
        return [
            self.all_terms(record) if record.words else first.terms
            for record, first in zip(records, firsts, strict=True)
        ]

    def unembedded(self, record: DocumentRecord) -> Iterator[tuple[int, str]]:
        """The number of each passage without a vector, and the text that the model embeds for it."""
        names = self._unembedded_fields()
        yield from _unembedded(self._pieces(record.doc, TEXT, passage_count(record), names))

    def unembedded_of_all(self, records: Sequence[DocumentRecord]) -> Iterator[Iterable[tuple[int, str]]]:
        """The same for each of some documents. Short ones are read together."""
        counts = list(map(passage_count, records))
        each = self._together(TEXT, records, counts, self._unembedded_fields())
        for record, rows in zip(records, each, strict=True):
            yield self.unembedded(record) if rows is None else list(_unembedded(rows))

    def vectors_by_text(self, record: DocumentRecord) -> VectorsByText:
        """The vectors of a document's passages, to be found by what was embedded."""
        return VectorsByText(self._client, self.address, record)

    def vectors(self, record: DocumentRecord, field: str = "", layout: Layout | None = None) -> list[Vector]:
        """The vectors of a text's passages, or of a picture's views, in order.

        Without `field`, the visual vectors of a picture are returned; without `layout`, those in use.
        """
        space = space_of(record.kind)
        layout = layout or stored_layouts(self._client)[space]
        names = [layout.field(field or (VISUAL if record.kind is Kind.IMAGE else VECTOR))]
        rows = self._pieces(record.doc, space, record.pieces, names)
        return [layout.decode(row[0]) for row in rows if row[0] is not None]

    def vectors_of_all(
        self, records: Sequence[DocumentRecord], field: str, layout: Layout
    ) -> Iterator[list[Vector]]:
        """The same for each of some documents of one kind. Those with few pieces are read together."""
        space = space_of(records[0].kind) if records else ""
        counts = [record.pieces for record in records]
        each = self._together(space, records, counts, [layout.field(field)])
        for record, rows in zip(records, each, strict=True):
            if rows is None:
                yield self.vectors(record, field, layout)
            else:
                yield [layout.decode(vector) for (vector,) in rows if vector is not None]

    def passage_vectors(
        self, records: Sequence[DocumentRecord], layout: Layout
    ) -> Iterator[Iterable[Vector]]:
        """The vectors of the passages of each text, and of those about each picture."""
        names, counts = [layout.field(VECTOR)], list(map(passage_count, records))
        for record, count, rows in zip(
            records, counts, self._together(TEXT, records, counts, names), strict=True
        ):
            found = self._pieces(record.doc, TEXT, count, names) if rows is None else rows
            yield [layout.decode(vector) for (vector,) in found if vector is not None]

    def passages(self, record: DocumentRecord) -> list[Passage]:
        """The passages of a text, or those about a picture, in order."""
        return _passages(self._pieces(record.doc, TEXT, passage_count(record), PASSAGE_FIELDS))

    def passages_of_all(self, records: Sequence[DocumentRecord]) -> Iterator[list[Passage]]:
        """The same for each of some documents. Short ones are read together."""
        counts = list(map(passage_count, records))
        each = self._together(TEXT, records, counts, PASSAGE_FIELDS)
        for record, rows in zip(records, each, strict=True):
            yield self.passages(record) if rows is None else _passages(rows)

    def picture_size(self, record: DocumentRecord) -> tuple[int, int] | None:
        """The width and height of an indexed picture in pixels; None for any other document."""
        if record.kind is Kind.IMAGE:
            for width, height in self._pieces(record.doc, IMAGE, record.pieces, ["width", "height"]):
                if width is not None and width.isdigit() and height is not None and height.isdigit():
                    return int(width), int(height)
        return None

    def picture_sizes(self, records: Sequence[DocumentRecord]) -> dict[str, tuple[int, int]]:
        """The width and height of each indexed picture among some documents, by document."""
        pictures = [record.doc for record in records if record.kind is Kind.IMAGE and record.pieces]
        found: dict[str, tuple[int, int]] = {}
        for start in range(0, len(pictures), _BATCH):
            docs = pictures[start : start + _BATCH]
            rows = self._hashes([piece_key(IMAGE, doc, 0) for doc in docs], ["width", "height"])
            for doc, (width, height) in zip(docs, rows, strict=True):
                if width is not None and width.isdigit() and height is not None and height.isdigit():
                    found[doc] = int(width), int(height)
        return found

    def _pieces(self, doc: str, space: str, count: int, names: Sequence[str]) -> Iterator[list[Any]]:
        """These fields of the pieces of a document, read in batches."""
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            rows = self._hashes([piece_key(space, doc, n) for n in numbers], names)
            yield from rows
            if not any(map(any, rows)):  # the record counts pieces that do not exist
                return

    def _together(
        self, space: str, records: Sequence[DocumentRecord], counts: Sequence[int], names: Sequence[str]
    ) -> Iterator[list[list[Any]] | None]:
        """The same for each of some documents, read together; None for one with more than _BATCH pieces."""
        counted = list(zip(records, counts, strict=True))
        short = ((record.doc, count) for record, count in counted if count <= _BATCH)
        keys = (piece_key(space, doc, n) for doc, count in short for n in range(count))
        batches = iter(lambda: list(islice(keys, _BATCH)), [])
        rows = (row for batch in batches for row in self._hashes(batch, names))
        for _, count in counted:
            yield list(islice(rows, count)) if count <= _BATCH else None

    def _unembedded_fields(self) -> tuple[str, ...]:
        return stored_layouts(self._client)[TEXT].field(VECTOR), *EMBEDDED_FIELDS

    def _hashes(self, keys: Sequence[str], names: Sequence[str]) -> list[list[Any]]:
        return hashes(self._client, keys, names)


def _passages(rows: Iterable[Sequence[Any]]) -> list[Passage]:
    """The passages from the values of PASSAGE_FIELDS, without those whose hashes are gone."""
    found = (readable_passage(n, row) for n, row in enumerate(rows))
    return [passage for passage in found if passage is not None]


def _unembedded(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, str]]:
    """The number and the text of each passage without a vector, from the fields of all."""
    for n, (vector, *fields) in enumerate(rows):
        text = embedded_text(fields)
        if vector is None and text is not None:
            yield n, text
