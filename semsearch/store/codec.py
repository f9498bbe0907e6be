"""What is stored in Redis hashes: records, passages and pictures, encoded and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from semsearch.errors import FileError
from semsearch.language.terms import head_line, line_of, name_words
from semsearch.records import DocumentRecord, Kind, Ocr, Passage, Source, State, Vector
from semsearch.store.keys import piece_key
from semsearch.store.schema import IMAGE, SEMANTIC, SEPARATOR, TEXT, VECTOR, VISUAL
from semsearch.text import join_headings, split_headings

_INTEGERS = {"size", "mtime_ns", "pieces", "texts"}
_FLOATS = {"indexed_at", "dated"}
RECORD_FIELDS = tuple(field.name for field in fields(DocumentRecord) if field.name != "doc")

PASSAGE_FIELDS = ("content", "start", "end", "title", "heading", "page", "source")

# Between the terms of two passages. RediSearch 2.10 takes a line break for a part of a word.
_BETWEEN = " | "

Fields = dict[str, str | int | float | bytes]


@dataclass(frozen=True, slots=True)
class StoredPiece:
    """A passage, or a view of a picture, as it is stored in `space`: readable fields, vectors by field."""

    space: str
    values: Fields
    vectors: Mapping[str, Vector]


def passage_piece(passage: Passage, vector: Vector) -> StoredPiece:
    page: Fields = {} if passage.page is None else {"page": passage.page}
    values: Fields = {
        "title": passage.title,
        "heading": join_headings(passage.headings),
        "content": passage.content,
        "start": passage.start,
        "end": passage.end,
        "source": passage.source,
    }
    return StoredPiece(TEXT, values | page, {VECTOR: vector})


def lines_of(passages: Iterable[Passage]) -> tuple[str, ...]:
    """The terms of each passage, without what it shares with the one before."""
    lines, read = [], 0
    for passage in passages:
        lines.append(line_of(passage.content[max(0, read - passage.start) :]))
        read = passage.end
    return tuple(lines)


def picture_piece(width: int, height: int, visual: Vector, semantic: Vector | None) -> StoredPiece:
    """A view of a picture of this size in pixels; `semantic` is None when its model makes none."""
    semantics = {} if semantic is None else {SEMANTIC: semantic}
    return StoredPiece(IMAGE, {"width": width, "height": height}, {VISUAL: visual, **semantics})


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


def piece_places(record: DocumentRecord) -> list[tuple[str, int]]:
    """The space and number of everything that is searched on behalf of a document."""
    own = space_of(record.kind)
    return [(own, n) for n in range(record.pieces)] + [(TEXT, n) for n in range(record.texts)]


def piece_keys(record: DocumentRecord) -> list[str]:
    return [piece_key(space, record.doc, n) for space, n in piece_places(record)]


def common_fields(record: DocumentRecord) -> Fields:
    return {
        "doc": record.doc,
        "path": record.path,
        "folders": SEPARATOR.join(folders_of(record.path)),
        "kind": record.kind,
        "media_type": record.media_type,
        "signature": record.signature,
        **changing_fields(record),
    }


def changing_fields(record: DocumentRecord) -> Fields:
    """What a new date of the file changes in its pieces."""
    return {"size": record.size, "date": record.dated or record.mtime_ns / 1e9}


def terms_field(record: DocumentRecord, lines: Sequence[str]) -> Fields:
    """What words find a document by; nothing for files that a search cannot show."""
    if record.state not in (State.INDEXED, State.WAITING):
        return {}
    return {"terms": _BETWEEN.join([head_line(record.path, record.title), *lines])}


def read_lines(terms: bytes | None) -> list[str]:
    """The terms of each passage, as `terms_field` wrote them."""
    return (terms or b"").decode("utf-8", "surrogateescape").split(_BETWEEN)[1:]


def encode(record: DocumentRecord) -> Fields:
    values: Fields = {name: getattr(record, name) for name in RECORD_FIELDS}
    return values | common_fields(record) | {"name": name_words(record.path)}


def raw(fields: Fields) -> Any:
    """Texts as bytes: names of files may hold bytes that are no UTF-8, carried by lone surrogates."""
    return {
        name: value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def decode(doc: str, values: Sequence[bytes | None]) -> DocumentRecord:
    text = {
        name: (value or b"").decode("utf-8", "surrogateescape")
        for name, value in zip(RECORD_FIELDS, values, strict=True)
    }
    known: dict[str, Any] = {name: int(text[name] or 0) if name in _INTEGERS else text[name] for name in text}
    known |= {name: float(text[name] or 0) for name in _FLOATS}
    known |= {"kind": Kind(text["kind"]), "state": State(text["state"]), "ocr": Ocr(text["ocr"])}
    return DocumentRecord(doc=doc, **known)


def read_passage(n: int, row: Sequence[bytes | None]) -> Passage | None:
    content, start, end, title, heading, page, source = (
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
        headings=split_headings(heading or ""),
        page=None if page is None else int(page),
        source=Source(source or Source.CONTENT),
    )


def adopted(
    space: str, row: Mapping[bytes, bytes], source: DocumentRecord, target: DocumentRecord
) -> StoredPiece:
    """A piece of `source`, as Redis returns it, as a piece of `target`: without what says whose it is."""
    vectors = {
        name: np.frombuffer(row[name.encode()], dtype=np.float32)
        for name in (VECTOR, VISUAL, SEMANTIC)
        if name.encode() in row
    }
    theirs = {name.encode() for name in (*common_fields(source), *vectors)}
    values: Fields = {name.decode(): value for name, value in row.items() if name not in theirs}
    if "title" in values:
        values["title"] = target.title
    return StoredPiece(space, values, vectors)
