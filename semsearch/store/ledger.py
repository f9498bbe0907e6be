"""The ledger: one record per file that ingestion has seen, with the file's pieces.

A record and its pieces are replaced in one transaction: completely or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import redis

from semsearch.errors import NotFoundError
from semsearch.records import DocumentRecord, Kind, Passage, Vector
from semsearch.results import Facts
from semsearch.store.codec import (
    PASSAGE_FIELDS,
    RECORD_FIELDS,
    StoredPiece,
    as_bytes,
    common_fields,
    copy_piece,
    date_fields,
    decode_terms,
    encode_record,
    encode_terms,
    hashes_of,
    piece_ids,
    piece_keys,
    readable_facts,
    readable_passage,
    readable_record,
    space_of,
)
from semsearch.store.failures import maps_errors
from semsearch.store.keys import DOC_PREFIX, doc_key, meta_key, piece_key
from semsearch.store.schema import DOC, FORMER_FIELD, IMAGE, TEXT, VECTOR, VISUAL

# A date that no file has, so that the next run reads the file again.
UNREAD = -1
# Records in one round trip. Each reply has a few hundred bytes, so a batch about fills a socket buffer.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with its pieces and the terms of each of its passages.

    The counts of pieces in the record are not used: `counted` takes them from `pieces`.
    """

    record: DocumentRecord
    pieces: tuple[StoredPiece, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def counted(self) -> DocumentRecord:
        """The record with the counts of its pieces."""
        own = sum(piece.space == space_of(self.record.kind) for piece in self.pieces)
        return replace(self.record, pieces=own, texts=len(self.pieces) - own)


@maps_errors
class Ledger:
    """Reads and writes records. A call writes in one transaction. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def __iter__(self) -> Iterator[DocumentRecord]:
        """Every record, in no particular order. They are read in batches, without the search module.

        Damaged records are left out, here and in all methods that return several.
        """
        keys = self._client.scan_iter(match=f"{DOC_PREFIX}*", count=_BATCH)
        docs = (key.decode()[len(DOC_PREFIX) + 1 : -1] for key in keys)
        while batch := list(islice(docs, _BATCH)):
            yield from self.get_many(batch)

    def get(self, doc: str) -> DocumentRecord:
        """The record of a document. Raises NotFoundError when no document has this id."""
        for record in self.get_many([doc]):
            return record
        if self.damaged([doc]):
            raise NotFoundError(
                f"the record of document {doc!r} in Redis is damaged: run `semsearch ingest` on your "
                "folders, which writes it anew"
            )
        raise NotFoundError(f"no document has the id {doc!r}: it may have been removed since")

    def get_many(self, docs: Sequence[str]) -> list[DocumentRecord]:
        """The records of these documents in order. Removed documents are left out."""
        return self.get_with_passages(docs, [])[0]

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
        for doc in docs:
            pipe.hmget(doc_key(doc), RECORD_FIELDS)
        for doc, n in wanted:
            pipe.hmget(piece_key(TEXT, doc, n), PASSAGE_FIELDS)
        rows = pipe.execute()
        records = [readable_record(doc, row) for doc, row in zip(docs, rows, strict=False)]
        found = zip(wanted, rows[len(docs) :], strict=True)
        return [each for each in records if each is not None], [
            readable_passage(n, row) for (_, n), row in found
        ]

    def facts(self, docs: Sequence[str]) -> dict[str, Facts]:
        """The facts about these documents, by id. Removed documents are left out."""
        rows = self._hashes([doc_key(doc) for doc in docs], ("kind", "path", "media_type", "size", "date"))
        found = {doc: readable_facts(row) for doc, row in zip(docs, rows, strict=True)}
        return {doc: facts for doc, facts in found.items() if facts is not None}

    def terms(self, docs: Sequence[str]) -> list[list[str]]:
        """For each of these documents, the terms of each passage, separated by spaces."""
        pipe = self._client.pipeline(transaction=False)
        for doc in docs:
            pipe.hget(doc_key(doc), "terms")
        return [decode_terms(found) for found in pipe.execute()]

    def vectors(self, record: DocumentRecord, field: str = "") -> list[Vector]:
        """The vectors of a text's passages, or of a picture's views, in order.

        Without `field`, the visual vectors of a picture are returned.
        """
        names = [field or (VISUAL if record.kind is Kind.IMAGE else VECTOR)]
        rows = self._pieces(record.doc, space_of(record.kind), record.pieces, names)
        return [np.frombuffer(row[0], dtype=np.float32) for row in rows if row[0] is not None]

    def passages(self, record: DocumentRecord) -> list[Passage]:
        """The passages of a text, or those about a picture, in order."""
        count = record.texts if record.kind is Kind.IMAGE else record.pieces
        rows = self._pieces(record.doc, TEXT, count, PASSAGE_FIELDS)
        found = [readable_passage(n, row) for n, row in enumerate(rows)]
        return [passage for passage in found if passage is not None]

    def picture_size(self, record: DocumentRecord) -> tuple[int, int] | None:
        """The width and height of an indexed picture in pixels; None for any other document."""
        if record.kind is Kind.IMAGE:
            for width, height in self._pieces(record.doc, IMAGE, record.pieces, ["width", "height"]):
                if width is not None and width.isdigit() and height is not None and height.isdigit():
                    return int(width), int(height)
        return None

    def _pieces(self, doc: str, space: str, count: int, names: Sequence[str]) -> Iterator[list[Any]]:
        """These fields of the pieces of a document, read in batches."""
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            rows = self._hashes([piece_key(space, doc, n) for n in numbers], names)
            yield from rows
            if not any(map(any, rows)):  # the record counts pieces that do not exist
                return

    def _hashes(self, keys: Sequence[str], names: Sequence[str]) -> list[list[Any]]:
        pipe = self._client.pipeline(transaction=False)
        for key in keys:
            pipe.hmget(key, names)
        return pipe.execute()

    def replace_records(self, records: Iterable[DocumentRecord]) -> None:
        """Write records, and leave their pieces as they are."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=as_bytes(encode_record(record)))
        pipe.execute()

    def replace(self, entries: Iterable[Entry], known: Mapping[str, DocumentRecord]) -> None:
        """Write entries in place of the stored records and pieces of the same documents.

        `known` has the stored records by document.
        """
        pipe = self._client.pipeline(transaction=True)
        more = Counter[str]()
        for entry in entries:
            old = known.get(entry.record.doc)
            if old is not None:
                pipe.unlink(doc_key(old.doc), *piece_keys(old))
                more.subtract(hashes_of(old))
            self._put(pipe, entry)
            more.update(hashes_of(entry.counted))
        _count(pipe, more)
        pipe.execute()

    def add_texts(
        self, record: DocumentRecord, passages: Sequence[StoredPiece], terms: Sequence[str]
    ) -> DocumentRecord:
        """Append passages, with their terms, to those about a picture. Returns the record as written."""
        known = self.terms([record.doc])[0]
        more = replace(record, texts=record.texts + len(passages))
        pipe = self._client.pipeline(transaction=True)
        pipe.hset(
            doc_key(more.doc), mapping=as_bytes(encode_record(more) | encode_terms(more, [*known, *terms]))
        )
        for n, passage in enumerate(passages, start=record.texts):
            _put_piece(pipe, more, n, passage)
        _count(pipe, {TEXT: len(passages)})
        pipe.execute()
        return more

    def touch(self, records: Iterable[DocumentRecord]) -> None:
        """Write a new size, date or state of files whose content has not changed."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=as_bytes(encode_record(record)))
            for key in piece_keys(record):
                pipe.hset(key, mapping=as_bytes(date_fields(record)))
        pipe.execute()

    def renew(self, space: str) -> None:
        """Write the fields for filters into all hashes of `space` again, from the records."""
        records = iter(self)
        while batch := list(islice(records, _BATCH)):
            pipe = self._client.pipeline(transaction=False)
            for record in batch:
                pieces = [piece_key(of, record.doc, n) for of, n in piece_ids(record) if of == space]
                for key in [doc_key(record.doc)] if space == DOC else pieces:
                    pipe.hset(key, mapping=as_bytes(common_fields(record)))
                    pipe.hdel(key, FORMER_FIELD)
            pipe.execute()

    def copy(
        self, source: DocumentRecord, target: DocumentRecord, known: dict[str, DocumentRecord]
    ) -> DocumentRecord:
        """Write `target` with the pieces of `source`, which has the same content. Nothing is embedded.

        Returns the record as written. `known` has the stored records by document, as for `replace`.
        """
        pipe = self._client.pipeline(transaction=False)
        for key in piece_keys(source):
            pipe.hgetall(key)
        rows: list[dict[bytes, bytes]] = pipe.execute()
        found = zip(piece_ids(source), rows, strict=True)
        pieces = tuple(copy_piece(space, row, source, target) for (space, _), row in found if row)
        entry = Entry(target, pieces, tuple(self.terms([source.doc])[0]))
        self.replace([entry], known)
        return entry.counted

    def remove(self, records: Iterable[DocumentRecord]) -> None:
        """Remove records and their pieces."""
        pipe, fewer = self._client.pipeline(transaction=True), Counter[str]()
        for record in records:
            pipe.unlink(doc_key(record.doc), *piece_keys(record))
            fewer.subtract(hashes_of(record))
        pipe.execute()
        # Apart: a full Redis refuses to count, and so would refuse to make room.
        _count(pipe, fewer)
        pipe.execute()

    def _put(self, pipe: Any, entry: Entry) -> None:
        record = entry.counted
        pipe.hset(
            doc_key(record.doc), mapping=as_bytes(encode_record(record) | encode_terms(record, entry.terms))
        )
        for (_, n), piece in zip(piece_ids(record), _own_first(entry), strict=True):
            _put_piece(pipe, record, n, piece)


def as_unread(record: DocumentRecord, *, pieces: int = 0, texts: int = 0) -> DocumentRecord:
    """The record with the pieces that are left, marked so that the next run reads its file again."""
    return replace(record, mtime_ns=UNREAD, sha256="", pieces=pieces, texts=texts)


def _count(pipe: Any, more: Mapping[str, int]) -> None:
    """Add to the numbers of hashes of the spaces."""
    for space, change in more.items():
        if change:
            pipe.hincrby(meta_key(space), "hashes", change)


def _put_piece(pipe: Any, record: DocumentRecord, n: int, piece: StoredPiece) -> None:
    vectors = {name: vector.tobytes() for name, vector in piece.vectors.items()}
    values = common_fields(record) | piece.values | {"n": n} | vectors
    pipe.hset(piece_key(piece.space, record.doc, n), mapping=as_bytes(values))


def _own_first(entry: Entry) -> list[StoredPiece]:
    """The pieces in the order of `piece_ids`."""
    return sorted(entry.pieces, key=lambda piece: piece.space != space_of(entry.record.kind))
