"""What searches find in Redis, read from the replies to their commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from semsearch.records import Kind, State

_Row = TypeVar("_Row")
_Read = TypeVar("_Read")

_DISTANCE = b"vector_distance"
_KINDS = {kind.value.encode(): kind for kind in Kind}
# Only the names of such documents are searched, whatever their kind.
_ONLY_NAMED = frozenset({State.SKIPPED.encode(), State.FAILED.encode()})


class Candidate(NamedTuple):
    """A passage, or a view of a picture, that is near to a vector. `kind` is the kind of its document."""

    doc: str
    kind: Kind
    space: str
    n: int
    distance: float
    signature: str = ""


class Match(NamedTuple):
    """A document that matches words: by its terms, with a BM25 `score`, or by the words of its `name`.

    `kind` is OTHER if only the name of the document is searched, as that of a file which is not read.
    For a document that has parts of compounds, `name` are its compounds.
    `part` is the number of the part of the terms that matches. `language` is that of the document.
    """

    doc: str
    kind: Kind
    score: float = 0.0
    name: tuple[str, ...] = ()
    signature: str = ""
    part: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Matches:
    """The best matches, and the number of all hashes that match.

    A long document may match with several hashes. `is_whole` is False if the reply lacks matches that were
    asked for.
    """

    best: tuple[Match, ...]
    total: int
    is_whole: bool = True


NO_MATCHES = Matches((), 0)


def _rows(reply: list[Any], stride: int = 2) -> Iterator[dict[bytes, bytes]]:
    """The fields of a reply of FT.SEARCH: [total, key, [field, value, ...], key, [...], ...]."""
    for row in reply[stride::stride]:
        yield dict(zip(row[::2], row[1::2], strict=True))


def candidates(space: str, reply: list[Any]) -> tuple[Candidate, ...]:
    def read(row: Mapping[bytes, bytes]) -> Candidate:
        doc, kind, signature = _common(row)
        return Candidate(doc, kind, space, int(row[b"n"]), float(row[_DISTANCE]), signature)

    return tuple(_sound(read, _rows(reply)))


def docs(reply: list[Any]) -> tuple[str, ...]:
    return tuple(_sound(lambda row: row[b"doc"].decode(), _rows(reply)))


def scored(k: int, reply: list[Any]) -> Matches:
    """Read a reply with scores: [total, key, score, [field, value, ...], key, score, [...], ...]."""

    def read(found: tuple[Mapping[bytes, bytes], bytes]) -> Match:
        row, score = found
        return _of_part(row)._replace(score=float(score))

    return _matches(k, reply, _sound(read, zip(_rows(reply, 3), reply[2::3], strict=True)))


def unscored(k: int, reply: list[Any]) -> Matches:
    return _matches(k, reply, _sound(_of_part, _rows(reply)))


def compounded(k: int, reply: list[Any]) -> Matches:
    def read(row: Mapping[bytes, bytes]) -> Match:
        return _of_part(row)._replace(name=tuple(row[b"compounds"].decode().split()))

    return _matches(k, reply, _sound(read, _rows(reply)))


def _of_part(row: Mapping[bytes, bytes]) -> Match:
    doc, kind, signature = _common(row)
    # Only the hash of a record has a state. Part 0 of the terms is there.
    part = 0 if b"state" in row else int(row[b"n"]) + 1
    language = row.get(b"language", b"").decode()
    return Match(doc, kind, signature=signature, part=part, language=language)


def named(k: int, reply: list[Any]) -> Matches:
    def read(row: Mapping[bytes, bytes]) -> Match:
        doc, kind, signature = _common(row)
        name = tuple(row[b"name"].decode("utf-8", "surrogateescape").split())
        return Match(doc, kind, name=name, signature=signature)

    return _matches(k, reply, _sound(read, _rows(reply)))


def _matches(k: int, reply: list[Any], found: Iterable[Match]) -> Matches:
    best, total = tuple(found), int(reply[0])
    return Matches(best, total, len(best) >= min(k, total))


def _common(row: Mapping[bytes, bytes]) -> tuple[str, Kind, str]:
    """The document, its kind as in Match, and its signature.

    A kind that nobody knows is OTHER: its record is damaged.
    """
    kind = _KINDS.get(row.get(b"kind", b""), Kind.OTHER)
    if row.get(b"state") in _ONLY_NAMED:
        kind = Kind.OTHER
    return row[b"doc"].decode(), kind, row.get(b"signature", b"").decode()


def _sound(read: Callable[[_Row], _Read], rows: Iterable[_Row]) -> Iterator[_Read]:
    """What is read from the rows. A damaged row is left out, and so the answer counts as incomplete."""
    for row in rows:
        try:
            found = read(row)
        except (KeyError, ValueError):
            continue
        yield found
