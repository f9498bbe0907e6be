"""The ledger: one record per file seen, with its passages or its picture, replaced whole or not at all."""

from __future__ import annotations

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
    adopted,
    changing_fields,
    common_fields,
    decode,
    encode,
    piece_keys,
    piece_places,
    raw,
    read_lines,
    read_passage,
    space_of,
    terms_field,
)
from semsearch.store.connection import maps_errors
from semsearch.store.keys import DOC_PREFIX, doc_key, piece_key
from semsearch.store.schema import TEXT, VECTOR, VISUAL

# Replies are a few hundred bytes each; a thousand of them fill a socket buffer, no more.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and everything that is searched on its behalf; `lines` are the terms of its passages.

    The record's own counts of pieces do not matter: they follow from `pieces`.
    """

    record: DocumentRecord
    pieces: tuple[StoredPiece, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def counted(self) -> DocumentRecord:
        """The record with the counts of its pieces."""
        own = sum(piece.space == space_of(self.record.kind) for piece in self.pieces)
        return replace(self.record, pieces=own, texts=len(self.pieces) - own)


@maps_errors
class Ledger:
    """Reads and writes records. The writes of one call are one transaction. All methods raise RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def __iter__(self) -> Iterator[DocumentRecord]:
        """Every record, in no order; read in batches, without the search module."""
        keys = self._client.scan_iter(match=f"{DOC_PREFIX}*", count=_BATCH)
        docs = (key.decode()[len(DOC_PREFIX) + 1 : -1] for key in keys)
        while batch := list(islice(docs, _BATCH)):
            yield from self.get_many(batch)

    def get(self, doc: str) -> DocumentRecord:
        """Raises NotFoundError when no document has this id."""
        for record in self.get_many([doc]):
            return record
        raise NotFoundError(f"no document has the id {doc!r}: it may have been removed since")

    def get_many(self, docs: Sequence[str]) -> list[DocumentRecord]:
        """The records of these documents, in order, without those that are gone."""
        return self.get_with_passages(docs, [])[0]

    def get_with_passages(
        self, docs: Sequence[str], wanted: Sequence[tuple[str, int]]
    ) -> tuple[list[DocumentRecord], list[Passage | None]]:
        """`get_many`, and single passages by document and number, None where there is none: in one trip."""
        pipe = self._client.pipeline(transaction=False)
        for doc in docs:
            pipe.hmget(doc_key(doc), RECORD_FIELDS)
        for doc, n in wanted:
            pipe.hmget(piece_key(TEXT, doc, n), PASSAGE_FIELDS)
        rows = pipe.execute()
        records = [decode(doc, row) for doc, row in zip(docs, rows, strict=False) if row[0] is not None]
        found = zip(wanted, rows[len(docs) :], strict=True)
        return records, [read_passage(n, row) for (_, n), row in found]

    def facts(self, docs: Sequence[str]) -> dict[str, Facts]:
        """Of these documents, without those that are gone."""
        pipe = self._client.pipeline(transaction=False)
        for doc in docs:
            pipe.hmget(doc_key(doc), ("kind", "path", "media_type", "size", "date"))
        rows = zip(docs, pipe.execute(), strict=True)
        return {
            doc: Facts(
                Kind(kind.decode()),
                path.decode("utf-8", "surrogateescape"),
                media_type.decode(),
                int(size),
                float(date),
            )
            for doc, (kind, path, media_type, size, date) in rows
            if path is not None
        }

    def lines(self, docs: Sequence[str]) -> list[list[str]]:
        """The terms of these documents' passages, a line each."""
        pipe = self._client.pipeline(transaction=False)
        for doc in docs:
            pipe.hget(doc_key(doc), "terms")
        return [read_lines(found) for found in pipe.execute()]

    def vectors(self, record: DocumentRecord, field: str = "") -> list[Vector]:
        """The vectors of a text's passages, in order, or of a picture: the visual ones, if not told."""
        rows = self._piece_fields(record, [field or (VISUAL if record.kind is Kind.IMAGE else VECTOR)])
        return [np.frombuffer(row[0], dtype=np.float32) for row in rows if row[0] is not None]

    def passages(self, record: DocumentRecord) -> list[Passage]:
        """The passages of a text, or about a picture, in order."""
        wanted = [(record.doc, n) for space, n in piece_places(record) if space == TEXT]
        return [passage for passage in self.get_with_passages([], wanted)[1] if passage is not None]

    def picture_size(self, record: DocumentRecord) -> tuple[int, int] | None:
        """Width and height in pixels of an indexed picture."""
        if record.kind is Kind.IMAGE:
            for width, height in self._piece_fields(record, ["width", "height"]):
                if width is not None:
                    return int(width), int(height)
        return None

    def _piece_fields(self, record: DocumentRecord, names: Sequence[str]) -> list[list[Any]]:
        pipe = self._client.pipeline(transaction=False)
        for n in range(record.pieces):
            pipe.hmget(piece_key(space_of(record.kind), record.doc, n), names)
        return pipe.execute()

    def replace_records(self, records: Iterable[DocumentRecord]) -> None:
        """Write records alone; their pieces are left as they are."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=raw(encode(record)))
        pipe.execute()

    def replace(self, entries: Iterable[Entry], known: Mapping[str, DocumentRecord]) -> None:
        """Write entries in place of what `known` says is stored of the same documents."""
        pipe = self._client.pipeline(transaction=True)
        for entry in entries:
            old = known.get(entry.record.doc)
            if old is not None:
                pipe.unlink(doc_key(old.doc), *piece_keys(old))
            self._put(pipe, entry)
        pipe.execute()

    def add_texts(
        self, record: DocumentRecord, passages: Sequence[StoredPiece], lines: Sequence[str]
    ) -> DocumentRecord:
        """Give a picture further passages, after those it has. Returns the record as it is then."""
        known = self.lines([record.doc])[0]
        more = replace(record, texts=record.texts + len(passages))
        pipe = self._client.pipeline(transaction=True)
        pipe.hset(doc_key(more.doc), mapping=raw(encode(more) | terms_field(more, [*known, *lines])))
        for n, passage in enumerate(passages, start=record.texts):
            _put_piece(pipe, more, n, passage)
        pipe.execute()
        return more

    def touch(self, records: Iterable[DocumentRecord]) -> None:
        """Note a new size, date or state of files whose content, and so whose pieces, stay the same."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=raw(encode(record)))
            for key in piece_keys(record):
                pipe.hset(key, mapping=raw(changing_fields(record)))
        pipe.execute()

    def copy(
        self, source: DocumentRecord, target: DocumentRecord, known: dict[str, DocumentRecord]
    ) -> DocumentRecord:
        """Give `target` the pieces of `source`: the same content, embedded once. Returns what was written."""
        pipe = self._client.pipeline(transaction=False)
        for key in piece_keys(source):
            pipe.hgetall(key)
        rows: list[dict[bytes, bytes]] = pipe.execute()
        found = zip(piece_places(source), rows, strict=True)
        pieces = tuple(adopted(space, row, source, target) for (space, _), row in found if row)
        entry = Entry(target, pieces, tuple(self.lines([source.doc])[0]))
        self.replace([entry], known)
        return entry.counted

    def remove(self, records: Iterable[DocumentRecord]) -> None:
        """Forget files: their records and everything searched on their behalf."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.unlink(doc_key(record.doc), *piece_keys(record))
        pipe.execute()

    def _put(self, pipe: Any, entry: Entry) -> None:
        record = entry.counted
        pipe.hset(doc_key(record.doc), mapping=raw(encode(record) | terms_field(record, entry.lines)))
        for (_, n), piece in zip(piece_places(record), _own_first(entry), strict=True):
            _put_piece(pipe, record, n, piece)


def _put_piece(pipe: Any, record: DocumentRecord, n: int, piece: StoredPiece) -> None:
    vectors = {name: vector.tobytes() for name, vector in piece.vectors.items()}
    values = common_fields(record) | piece.values | {"n": n} | vectors
    pipe.hset(piece_key(piece.space, record.doc, n), mapping=raw(values))


def _own_first(entry: Entry) -> list[StoredPiece]:
    """The pieces in the order of `piece_places`."""
    return sorted(entry.pieces, key=lambda piece: piece.space != space_of(entry.record.kind))
