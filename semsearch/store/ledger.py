"""The ledger: one record per file seen, with its passages or its picture, replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np
import redis

from semsearch.errors import FileError, NotFoundError
from semsearch.names import name_words
from semsearch.store.indexes import IMAGE, SEMANTIC, SEPARATOR, TEXT, VECTOR, VISUAL
from semsearch.store.keys import DOC_PREFIX, doc_key, piece_key
from semsearch.types import DocumentRecord, Kind, Passage, State, Vector

# Replies are a few hundred bytes each; a thousand of them fill a socket buffer, no more.
_BATCH = 1000

_INTEGERS = {"size", "mtime_ns", "pieces"}
_RECORD_FIELDS = tuple(field.name for field in fields(DocumentRecord) if field.name != "doc")

_PASSAGE_FIELDS = ("content", "start", "end", "title", "heading", "page")

Fields = dict[str, str | int | float | bytes]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage, or the whole of a picture, as it is stored: its readable fields, its vectors by field."""

    values: Fields
    vectors: Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and everything that is searched on its behalf."""

    record: DocumentRecord
    pieces: tuple[Piece, ...] = ()


def passage_piece(passage: Passage, vector: Vector) -> Piece:
    page: Fields = {} if passage.page is None else {"page": passage.page}
    values: Fields = {
        "title": passage.title,
        "heading": passage.heading,
        "content": passage.content,
        "start": passage.start,
        "end": passage.end,
    }
    return Piece(values | page, {VECTOR: vector})


def picture_piece(width: int, height: int, visual: Vector, semantic: Vector | None) -> Piece:
    """A picture of this size in pixels; `semantic` is None when its model makes none."""
    semantics = {} if semantic is None else {SEMANTIC: semantic}
    return Piece({"width": width, "height": height}, {VISUAL: visual, **semantics})


def check_vector(vector: Vector, dims: int) -> None:
    """Refuse what the search module would store and never find, or compare as NaN.

    Raises FileError: the fault is of the file that gave such a vector.
    """
    if vector.shape != (dims,) or vector.dtype != np.float32:
        raise FileError(
            f"the model gave a vector of shape {vector.shape} {vector.dtype}, not ({dims},) float32"
        )
    norm = float(np.linalg.norm(vector))
    if not abs(norm - 1) < 1e-3:  # also catches NaN
        raise FileError(f"the model gave a vector of length {norm:.3g}, not 1: nothing to compare it by")


def folders_of(path: str) -> list[str]:
    """Every folder above a relative path, and the path itself: a/b/c.md gives a, a/b, a/b/c.md."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def space_of(kind: Kind) -> str:
    """Where the pieces of a file of this kind are."""
    return IMAGE if kind is Kind.IMAGE else TEXT


def _piece_keys(record: DocumentRecord) -> list[str]:
    return [piece_key(space_of(record.kind), record.doc, n) for n in range(record.pieces)]


def _common(record: DocumentRecord) -> Fields:
    return {
        "doc": record.doc,
        "path": record.path,
        "folders": SEPARATOR.join(folders_of(record.path)),
        "media_type": record.media_type,
        "modified": record.mtime_ns / 1e9,
    }


def _encode(record: DocumentRecord) -> Fields:
    values: Fields = {name: getattr(record, name) for name in _RECORD_FIELDS}
    return values | _common(record) | {"name": name_words(record.path)}


def _raw(fields: Fields) -> Any:
    """Texts as bytes: names of files may hold bytes that are no UTF-8, carried by lone surrogates."""
    return {
        name: value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _decode(doc: str, values: Sequence[bytes | None]) -> DocumentRecord:
    text = {
        name: (value or b"").decode("utf-8", "surrogateescape")
        for name, value in zip(_RECORD_FIELDS, values, strict=True)
    }
    known: dict[str, Any] = {name: int(text[name] or 0) if name in _INTEGERS else text[name] for name in text}
    known |= {
        "kind": Kind(text["kind"]),
        "state": State(text["state"]),
        "indexed_at": float(text["indexed_at"] or 0),
    }
    return DocumentRecord(doc=doc, **known)


def _passage(n: int, row: Sequence[bytes | None]) -> Passage | None:
    content, start, end, title, heading, page = (
        None if value is None else value.decode("utf-8", "surrogateescape") for value in row
    )
    if content is None:
        return None
    return Passage(
        n=n,
        content=content,
        start=int(start or 0),
        end=int(end or 0),
        title=title or "",
        heading=heading or "",
        page=None if page is None else int(page),
    )


def _adopted(row: Mapping[bytes, bytes], source: DocumentRecord, target: DocumentRecord) -> Piece:
    """A piece of `source`, as Redis returns it, as a piece of `target`: without what says whose it is."""
    vectors = {
        name: np.frombuffer(row[name.encode()], dtype=np.float32)
        for name in (VECTOR, VISUAL, SEMANTIC)
        if name.encode() in row
    }
    theirs = {name.encode() for name in (*_common(source), *vectors)}
    values: Fields = {name.decode(): value for name, value in row.items() if name not in theirs}
    if "title" in values:
        values["title"] = target.title
    return Piece(values, vectors)


class Ledger:
    """Reads and writes records. Writes of one call are one transaction: all of them happen, or none."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

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
            pipe.hmget(doc_key(doc), _RECORD_FIELDS)
        for doc, n in wanted:
            pipe.hmget(piece_key(TEXT, doc, n), _PASSAGE_FIELDS)
        rows = pipe.execute()
        records = [_decode(doc, row) for doc, row in zip(docs, rows, strict=False) if row[0] is not None]
        found = zip(wanted, rows[len(docs) :], strict=True)
        return records, [_passage(n, row) for (_, n), row in found]

    def vectors(self, record: DocumentRecord) -> list[Vector]:
        """The vectors of a document's passages, in order, or the visual vector of a picture."""
        rows = self._piece_fields(record, [VISUAL if record.kind is Kind.IMAGE else VECTOR])
        return [np.frombuffer(row[0], dtype=np.float32) for row in rows if row[0] is not None]

    def passages(self, record: DocumentRecord) -> list[Passage]:
        """The passages of a text document, in order."""
        wanted = [(record.doc, n) for n in range(record.pieces)] if record.kind is Kind.TEXT else []
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
        for key in _piece_keys(record):
            pipe.hmget(key, names)
        return pipe.execute()

    def replace_records(self, records: Iterable[DocumentRecord]) -> None:
        """Write records alone; their pieces are left as they are."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=_raw(_encode(record)))
        pipe.execute()

    def replace(self, entries: Iterable[Entry], known: Mapping[str, DocumentRecord]) -> None:
        """Write entries in place of what `known` says is stored of the same documents."""
        pipe = self._client.pipeline(transaction=True)
        for entry in entries:
            record = entry.record
            old = known.get(record.doc)
            if old is not None:
                pipe.unlink(doc_key(old.doc), *_piece_keys(old))
            self._put(pipe, record, entry.pieces)
        pipe.execute()

    def touch(self, records: Iterable[DocumentRecord]) -> None:
        """Note a new size, date or state of files whose content, and so whose pieces, stay the same."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.hset(doc_key(record.doc), mapping=_raw(_encode(record)))
            for key in _piece_keys(record):
                pipe.hset(key, mapping={"modified": record.mtime_ns / 1e9})
        pipe.execute()

    def copy(
        self, source: DocumentRecord, target: DocumentRecord, known: dict[str, DocumentRecord]
    ) -> DocumentRecord:
        """Give `target` the pieces of `source`: the same content, embedded once. Returns what was written."""
        pipe = self._client.pipeline(transaction=False)
        for key in _piece_keys(source):
            pipe.hgetall(key)
        rows: list[dict[bytes, bytes]] = pipe.execute()
        pieces = tuple(_adopted(row, source, target) for row in rows if row)
        target = replace(target, pieces=len(pieces))
        self.replace([Entry(target, pieces)], known)
        return target

    def remove(self, records: Iterable[DocumentRecord]) -> None:
        """Forget files: their records and everything searched on their behalf."""
        pipe = self._client.pipeline(transaction=True)
        for record in records:
            pipe.unlink(doc_key(record.doc), *_piece_keys(record))
        pipe.execute()

    def _put(self, pipe: Any, record: DocumentRecord, pieces: Sequence[Piece]) -> None:
        pipe.hset(doc_key(record.doc), mapping=_raw(_encode(replace(record, pieces=len(pieces)))))
        space = space_of(record.kind)
        common = _common(record)
        for n, piece in enumerate(pieces):
            vectors = {name: vector.tobytes() for name, vector in piece.vectors.items()}
            values = common | piece.values | {"n": n} | vectors
            pipe.hset(piece_key(space, record.doc, n), mapping=_raw(values))
