"""Read whole documents, to copy them elsewhere: records, with their passages, views and vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import redis

from semsearch.errors import FileError
from semsearch.message import say
from semsearch.records import DocumentRecord, Passage, State, Vector
from semsearch.store.codec import (
    PASSAGE_FIELDS,
    RECORD_FIELDS,
    StoredPiece,
    check_vector,
    passage_piece,
    picture_piece,
    piece_ids,
    piece_keys,
    readable_passage,
    readable_record,
)
from semsearch.store.failures import maps_errors
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import DOC_PREFIX, DUE, aside_key, doc_key
from semsearch.store.layout import Layout, stored_layouts
from semsearch.store.schema import IMAGE, SEMANTIC, SPACES, TEXT, VECTOR, VISUAL

# Pieces in one round trip: their vectors take some 500 kB.
_PIECES = 200
_RECORDS = 200
_VIEW_FIELDS = ("width", "height")


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage and its vector; `vector` is None if it is still due."""

    passage: Passage
    vector: Vector | None

    @property
    def n(self) -> int:
        return self.passage.n

    @property
    def space(self) -> str:
        return TEXT

    def stored(self) -> StoredPiece:
        return passage_piece(self.passage, self.vector)

    def vectors(self) -> dict[str, Vector]:
        """The vectors by field."""
        return {} if self.vector is None else {VECTOR: self.vector}


@dataclass(frozen=True, slots=True)
class View:
    """View `n` of a picture of this size in pixels, and its vectors."""

    n: int
    width: int
    height: int
    visual: Vector
    semantic: Vector | None

    @property
    def space(self) -> str:
        return IMAGE

    def stored(self) -> StoredPiece:
        return picture_piece(self.width, self.height, self.visual, self.semantic)

    def vectors(self) -> dict[str, Vector]:
        """The vectors by field."""
        return {VISUAL: self.visual} | ({} if self.semantic is None else {SEMANTIC: self.semantic})


Piece = EmbeddedPassage | View


@dataclass(frozen=True, slots=True)
class Content:
    """A document: its record and its pieces in the order of `piece_ids`, which are read once.

    `state` is that of the record; for a missing document, it is the state that it had before.
    """

    record: DocumentRecord
    state: State
    pieces: Iterable[Piece]


@maps_errors
class Contents:
    """Reads whole documents. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def docs(self) -> list[str]:
        """The ids of all documents in order, damaged ones included."""
        keys = self._client.scan_iter(match=f"{DOC_PREFIX}*", count=1000)
        return sorted({key.decode()[len(DOC_PREFIX) + 1 : -1] for key in keys})

    def read(self, docs: Sequence[str], fingerprints: Mapping[str, Fingerprint]) -> Iterator[Content]:
        """These documents in order, some of them in each round trip.

        A document is left out if it or a piece of it is lost or damaged, or if a vector cannot be one of the
        model of its space, which `fingerprints` name.
        """
        for start in range(0, len(docs), _RECORDS):
            records = self._records(docs[start : start + _RECORDS])
            for group in _groups(records):
                for record, pieces in self._with_pieces(group, fingerprints):
                    yield Content(record, self._state(record), pieces)

    def _records(self, docs: Sequence[str]) -> list[DocumentRecord]:
        pipe = self._client.pipeline(transaction=False)
        for doc in docs:
            pipe.hmget(doc_key(doc), RECORD_FIELDS)
            pipe.hget(DUE, doc)
        replies = iter(pipe.execute())
        found = [readable_record(doc, next(replies), next(replies)) for doc in docs]
        return [record for record in found if record is not None]

    def _state(self, record: DocumentRecord) -> State:
        """The state of a document; of a missing one, the state before it was missed."""
        if record.state is not State.MISSING:
            return record.state
        stored: Any = self._client.hget(aside_key(record.doc), "state")
        try:
            return State((stored or b"").decode())
        except ValueError:
            return State.INDEXED

    def _with_pieces(
        self, records: Sequence[DocumentRecord], fingerprints: Mapping[str, Fingerprint]
    ) -> Iterator[tuple[DocumentRecord, Iterable[Piece]]]:
        """Documents that are read together. A single one may be long: it is not held in memory."""
        if len(records) == 1 and count_pieces(records[0]) > _PIECES:
            # Read twice: whether it is whole must be known before its first piece is handed out.
            if all(piece is not None for piece in self._pieces(records, fingerprints)):
                yield (
                    records[0],
                    (piece for piece in self._pieces(records, fingerprints) if piece is not None),
                )
            return
        found = self._pieces(records, fingerprints)
        for record in records:
            own = list(islice(found, count_pieces(record)))
            whole = [piece for piece in own if piece is not None]
            if len(whole) == len(own):
                yield record, whole

    def _pieces(
        self, records: Sequence[DocumentRecord], fingerprints: Mapping[str, Fingerprint]
    ) -> Iterator[Piece | None]:
        """The pieces of the records, one after the other; None for one that is lost or damaged."""
        layouts = stored_layouts(self._client)
        places = list(chain.from_iterable(map(_places, records)))
        for start in range(0, len(places), _PIECES):
            batch = places[start : start + _PIECES]
            pipe = self._client.pipeline(transaction=False)
            for space, _, key in batch:
                pipe.hmget(key, [*_FIELDS[space], *layouts[space].fields(space)])
            for (space, n, _), row in zip(batch, pipe.execute(), strict=True):
                yield _piece(space, row, n, layouts[space], fingerprints.get(space))


_FIELDS = {TEXT: PASSAGE_FIELDS, IMAGE: _VIEW_FIELDS}


def count_pieces(record: DocumentRecord) -> int:
    """The number of passages and views of a document."""
    return record.pieces + record.texts


def _places(record: DocumentRecord) -> list[tuple[str, int, str]]:
    """Space, number and key of each passage and view of a document."""
    found = zip(piece_ids(record), piece_keys(record), strict=True)
    return [(space, n, key) for (space, n), key in found if space in SPACES]


def _groups(records: Iterable[DocumentRecord]) -> Iterator[list[DocumentRecord]]:
    """Records that have at most _PIECES pieces together; one that has more is alone."""
    group: list[DocumentRecord] = []
    size = 0
    for record in records:
        pieces = count_pieces(record)
        if group and size + pieces > _PIECES:
            yield group
            group, size = [], 0
        group.append(record)
        size += pieces
    if group:
        yield group


def check_piece(piece: Piece, fingerprint: Fingerprint | None) -> None:
    """Raise FileError for a vector that the model with this fingerprint cannot have made."""
    for field, vector in piece.vectors().items():
        if fingerprint is None:
            raise FileError(say("it has a vector, and nobody knows which model made it"))
        check_vector(vector, fingerprint.semantic_dims if field == SEMANTIC else fingerprint.dims)


def _piece(
    space: str, row: Sequence[Any], n: int, layout: Layout, fingerprint: Fingerprint | None
) -> Piece | None:
    """Piece `n`, from its readable fields and the vectors after them; None if it is lost or damaged."""
    first = len(_FIELDS[space])
    try:
        vectors = [None if stored is None else layout.decode(stored) for stored in row[first:]]
        piece = _passage(n, row[:first], *vectors) if space == TEXT else _view(n, row[:first], *vectors)
        if piece is not None:
            check_piece(piece, fingerprint)
    except (ValueError, FileError):
        return None
    return piece


def _passage(n: int, row: Sequence[Any], vector: Vector | None) -> EmbeddedPassage | None:
    passage = readable_passage(n, row)
    return None if passage is None else EmbeddedPassage(passage, vector)


def _view(n: int, row: Sequence[Any], visual: Vector | None, semantic: Vector | None) -> View | None:
    width, height = row
    if width is None or height is None or visual is None:
        return None
    return View(n, int(width), int(height), visual, semantic)
