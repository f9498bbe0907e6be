"""Encode records, passages and views of pictures as Redis hashes, and decode them.

A piece is a passage or a view of a picture: each is a hash of its own, with its vectors.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from semsearch.errors import FileError
from semsearch.language.document_date import document_date
from semsearch.language.terms import name_words
from semsearch.records import (
    DateSource,
    DocumentRecord,
    Due,
    Kind,
    Ocr,
    Passage,
    Source,
    State,
    Titled,
    Vector,
)
from semsearch.store.called import called
from semsearch.store.keys import aside_piece_key, piece_key
from semsearch.store.layout import Layout, names
from semsearch.store.places import places
from semsearch.store.schema import DOC, IMAGE, SEMANTIC, TEXT, VECTOR, VISUAL, WORDS
from semsearch.store.shots import shot_fields
from semsearch.text import join_headings, split_headings

_INTEGERS = {"size", "mtime_ns", "pieces", "texts", "inode", "ctime_ns", "words", "attempts"}
# A file system may have any date, and inodes without a sign: neither fits into 64 bits.
_OF_FILE_SYSTEMS = {"mtime_ns", "ctime_ns", "inode"}
_FLOATS = {"indexed_at", "dated", "missing_since"}
# More pieces than a file of the largest size that is read can have. A larger count in a record is damaged.
_MOST_PIECES = 1_000_000
# What is due is kept apart: to write a record again would cost the index as much as a new document.
RECORD_FIELDS = tuple(field.name for field in fields(DocumentRecord) if field.name not in ("doc", "due"))

PASSAGE_FIELDS = ("content", "start", "end", "title", "heading", "page", "source", "lead")
# What the model embeds.
EMBEDDED_FIELDS = ("lead", "content")

Fields = dict[str, str | int | float | bytes]

# What every hash has that the index of documents covers, if its document has several of them.
LONG: Fields = {"long": 1}


@dataclass(frozen=True, slots=True)
class StoredPiece:
    """A passage or a view of a picture as it is stored in `space`.

    `values` are the readable fields of its hash, `vectors` the vectors by field.
    """

    space: str
    values: Fields
    vectors: Mapping[str, Vector]


def passage_piece(passage: Passage, vector: Vector | None) -> StoredPiece:
    """A passage with its vector, as it is stored; `vector` is None if it is still due."""
    page: Fields = {} if passage.page is None else {"page": passage.page}
    values: Fields = {
        "title": passage.title,
        "heading": join_headings(passage.headings),
        "content": passage.content,
        "start": passage.start,
        "end": passage.end,
        "source": passage.source,
        "lead": passage.lead,
    }
    return StoredPiece(TEXT, values | page, {} if vector is None else {VECTOR: vector})


def picture_piece(width: int, height: int, visual: Vector, semantic: Vector | None) -> StoredPiece:
    """A view of a picture of this size in pixels. `semantic` is None if its model makes no such vector."""
    optional = {} if semantic is None else {SEMANTIC: semantic}
    return StoredPiece(IMAGE, {"width": width, "height": height}, {VISUAL: visual, **optional})


def check_vector(vector: Vector, dims: int) -> None:
    """Refuse a vector that Redis would store but not index, or whose distances would be NaN.

    A vector must be float32, of shape (dims,) and of length 1. Raises FileError otherwise, because the file
    gave such a vector.
    """
    if vector.shape != (dims,) or vector.dtype != np.float32:
        raise FileError(
            f"the model gave a vector of shape {vector.shape} {vector.dtype}, not ({dims},) float32"
        )
    norm = float(np.linalg.norm(vector))
    if not abs(norm - 1) < 1e-3:  # also catches NaN
        raise FileError(f"the model gave a vector of length {norm:.3g}, not 1, so it cannot be compared")


def space_of(kind: Kind) -> str:
    """The space of the pieces of a document of this kind."""
    return IMAGE if kind is Kind.IMAGE else TEXT


def passage_count(record: DocumentRecord) -> int:
    """The number of passages of a text, or of those about a picture."""
    return record.texts if record.kind is Kind.IMAGE else record.pieces


def own_first(record: DocumentRecord, pieces: Sequence[StoredPiece]) -> list[StoredPiece]:
    """The pieces in the order of `piece_ids`."""
    own = space_of(record.kind)
    return sorted(pieces, key=lambda piece: piece.space != own)


def piece_ids(record: DocumentRecord) -> list[tuple[str, int]]:
    """The space and the number of each piece of a document: its own, the passages about a picture, the terms
    of a long text.
    """
    counts = ((space_of(record.kind), record.pieces), (TEXT, record.texts), (WORDS, record.words))
    return [(space, n) for space, count in counts for n in range(count)]


def piece_keys(record: DocumentRecord) -> list[str]:
    """The keys of the pieces. Those of a missing document lie aside."""
    key = aside_piece_key if record.state is State.MISSING else piece_key
    return [key(space, record.doc, n) for space, n in piece_ids(record)]


def hashes_of(record: DocumentRecord) -> Counter[str]:
    """The number of hashes of a document that each index covers: its record, and its pieces."""
    if record.state is State.MISSING:
        return Counter({DOC: 1})
    counts = Counter({DOC: 1 + record.words, space_of(record.kind): record.pieces})
    counts[TEXT] += record.texts
    return counts


def common_fields(record: DocumentRecord) -> Fields:
    """The fields that a record and each of its pieces share: for filters, and the path."""
    return {
        "doc": record.doc,
        "path": record.path,  # for people who look into Redis; filters use `place`
        "place": places(record.root, record.path),
        "kind": record.kind,
        "media_type": record.media_type,
        "language": record.language,
        "signature": record.signature,
        **shot_fields(record),
        **date_fields(record),
    }


def date_fields(record: DocumentRecord) -> Fields:
    """The common fields that may change while the content of the file stays the same."""
    return {"size": record.size, "date": document_date(record).seconds}


def encode_record(record: DocumentRecord) -> Fields:
    """All fields of a record's hash except its terms."""
    values: Fields = {name: getattr(record, name) for name in RECORD_FIELDS}
    return values | common_fields(record) | name_fields(record) | (LONG if record.words else {})


def name_fields(record: DocumentRecord) -> Fields:
    """The fields by which the name of a file and the title of a document are found."""
    return {"name": name_words(record.path), "called": called(record)}


def as_bytes(fields: Fields) -> Any:
    """The fields with strings as bytes. Lone surrogates stand for bytes that are not UTF-8."""
    return {
        name: value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _decode_record(doc: str, values: Sequence[bytes | None], due: Due) -> DocumentRecord:
    """The record of `doc`, from the values of RECORD_FIELDS in their order.

    Raises ValueError for values that semsearch never writes.
    """
    text = {
        name: (value or b"").decode("utf-8", "surrogateescape")
        for name, value in zip(RECORD_FIELDS, values, strict=True)
    }
    if not (text["root"] and text["path"]):
        raise ValueError("the record names no file")
    known: dict[str, Any] = dict(text)
    known |= {name: integer(text[name], 96 if name in _OF_FILE_SYSTEMS else 64) for name in _INTEGERS}
    known |= {name: number(text[name]) for name in _FLOATS}
    if not all(0 <= known[name] <= _MOST_PIECES for name in ("pieces", "texts", "words")):
        raise ValueError(f"{known['pieces']:,} pieces and {known['texts']:,} texts")
    known |= {"kind": Kind(text["kind"]), "state": State(text["state"]), "ocr": Ocr(text["ocr"])}
    known["titled"] = Titled(text["titled"])
    known["date_source"] = DateSource(text["date_source"] or DateSource.CONTENT)
    return DocumentRecord(doc=doc, due=due, **known)


def integer(text: str | bytes, bits: int = 64) -> int:
    """The integer that is written there, 0 for an empty text. Raises ValueError if it has more bits."""
    value = int(text or 0)
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueError(f"{value} is too large")
    return value


def number(text: str | bytes) -> float:
    """The finite number that is written there, 0 for an empty text. Raises ValueError for another."""
    value = float(text or 0)
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    return value


def _decode_passage(n: int, row: Sequence[bytes | None]) -> Passage | None:
    """Passage `n`, from the values of PASSAGE_FIELDS in their order; None if there is no such hash.

    Raises ValueError for values that semsearch never writes.
    """
    content, start, end, title, heading, page, source, lead = (
        None if value is None else value.decode("utf-8", "surrogateescape") for value in row
    )
    if content is None:
        return None
    return Passage(
        n=n,
        content=content,
        start=integer(start or ""),
        end=integer(end or ""),
        title=title or "",
        headings=split_headings(heading or ""),
        page=None if page is None else integer(page),
        source=Source(source or Source.CONTENT),
        lead=lead or "",
    )


def embedded_text(row: Sequence[bytes | None]) -> str | None:
    """What the model embeds for a passage, from the values of EMBEDDED_FIELDS; None if it is not known.

    A passage that an older semsearch wrote has no `lead`.
    """
    lead, content = (None if value is None else value.decode("utf-8", "surrogateescape") for value in row)
    if lead is None or content is None:
        return None
    return f"{lead}\n{content}" if lead else content


def readable_record(doc: str, row: Sequence[Any], due: Any = None) -> DocumentRecord | None:
    """The record; None if there is none, or if it is damaged. `due` is what `semsearch:due` holds for it."""
    try:
        return _decode_record(doc, row, Due((due or b"").decode())) if any(row) else None
    except ValueError:
        return None


def readable_passage(n: int, row: Sequence[Any]) -> Passage | None:
    """The passage; None if there is none, or if it is damaged."""
    try:
        return _decode_passage(n, row)
    except ValueError:
        return None


def copy_piece(
    space: str, row: Mapping[bytes, bytes], left_out: Collection[str], target: DocumentRecord, layout: Layout
) -> StoredPiece:
    """A piece for `target`, copied from the hash of a piece of another document.

    `left_out` are the names of the common fields, since those of `target` take their place. Vectors outside
    of `layout` are copied as they are.
    """
    stored = {name: row.get(layout.field(name).encode()) for name in names(space)}
    vectors = {name: layout.decode(value) for name, value in stored.items() if value is not None}
    own = {*left_out, *layout.fields(space)}
    values: Fields = {name: value for key, value in row.items() if (name := key.decode()) not in own}
    if "title" in values:
        values["title"] = target.title
    return StoredPiece(space, values, vectors)
