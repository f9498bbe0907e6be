"""How a library changes: how much came when, how the new documents differ, and the lines of relevance.

A run of ingestion finds it out (semsearch.explore.changes_step) and keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from semsearch.explore.drift import Language
from semsearch.explore.keeping import Finding, Shelf
from semsearch.records import Kind
from semsearch.store.store import Store

CHANGES, LINES = Shelf("drift", 2), Shelf("lines", 1)


@dataclass(frozen=True, slots=True)
class Amount:
    """The documents and the passages, or views of pictures, of a month such as 2026-11."""

    month: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class KindDrift:
    """The drift of the texts, or of the pictures: the documents compared, and how they differ.

    `spreads` and `far` are those of `drift.Moved`. `unknown` is the share of the words of a new text that no
    old one has, and `unknown_before` that of an old text which others lack; None for pictures.
    """

    new: int
    old: int
    spreads: float
    far: float
    unknown: float | None = None
    unknown_before: float | None = None
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """How the documents that came since a moment differ from those before, both in seconds since 1970.

    `latest` is when the latest of them came.
    """

    since: float
    latest: float
    kinds: Mapping[Kind, KindDrift]


@dataclass(frozen=True, slots=True)
class Line:
    """The similarity from which a text, or a picture, is a clear match, as a run has measured it."""

    at: float
    kind: Kind
    similarity: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run has found out, and when: the documents by their own dates and by when they were indexed, by
    months in their order, and the drift.
    """

    at: float
    dated: tuple[Amount, ...] = ()
    indexed: tuple[Amount, ...] = ()
    drift: Drift | None = None


def read_changes(store: Store) -> Changes | None:
    """What the latest run has kept; None if there is nothing. Raises RedisError."""
    return CHANGES.read(store, _changes)


def read_lines(store: Store) -> tuple[Line, ...]:
    """The lines of relevance that runs have kept, the oldest first. Raises RedisError."""
    return LINES.read(store, _lines) or ()


def _changes(found: Finding) -> Changes:
    dated, indexed = (tuple(Amount(**each) for each in found.data[name]) for name in ("dated", "indexed"))
    drift = found.data["drift"]
    return Changes(found.made, dated, indexed, drift and _drift(drift))


def _lines(found: Finding) -> tuple[Line, ...]:
    return tuple(Line(at, Kind(kind), value) for at, kind, value in found.data)


def _drift(given: Mapping[str, Any]) -> Drift:
    kinds = {Kind(kind): _kind(each) for kind, each in given["kinds"].items()}
    return Drift(given["since"], given["latest"], kinds)


def _kind(given: Mapping[str, Any]) -> KindDrift:
    return KindDrift(**{**given, "languages": tuple(Language(**each) for each in given["languages"])})
