"""How a library changes: how much came when, and how much the new documents differ from the old ones.

A run of ingestion computes it at its end, when documents have changed, and keeps it as JSON.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from semsearch.explore.drift import Language, grown_languages, moved, unknown_share
from semsearch.explore.endings import Endings, Month
from semsearch.explore.keeping import is_rested
from semsearch.explore.vectors import LOOKS, TEXTS, LibraryVectors, read_vectors
from semsearch.records import Kind
from semsearch.search.query_head import note_in_use
from semsearch.search.tuning import TUNING
from semsearch.store.statistics import Calibration
from semsearch.store.store import Store

# The name under which it is kept.
KEPT = "drift"
# New is what came in the longest of these times, in seconds, up to the latest document, in which at most
# half of the library came.
WINDOWS = (30 * 86_400.0, 7 * 86_400.0, 86_400.0, 3600.0)
# Fewer new or old documents of a kind show no drift.
LEAST = 20
# The drift is computed again when as many documents are new: a share of the library, and a number.
_SHARE, _NUMBER = 0.01, 10
# So many documents of each side are compared, and so many are read for their words.
_COMPARED, _READ = 3000, 300
_FIELDS = ("date", "indexed_at", "pieces", "language")
# The runs whose lines of relevance are kept. A smaller change of a line is none.
_LINES, _SAME_LINE = 200, 5e-4
_EVALUATIONS = 40


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
    """What a run keeps. `revision` is that of the documents then; the months are in their order.

    `dated` are the documents by their own dates, and `indexed` by when they were indexed. `seconds` is how
    long it took.
    """

    revision: int
    at: float
    dated: tuple[Amount, ...] = ()
    indexed: tuple[Amount, ...] = ()
    drift: Drift | None = None
    lines: tuple[Line, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """All that the page shows. `changes` is None before the first run that computes it.

    `learned` is what is known of the head for queries in use (`semsearch.search.query_head`); None without
    one.
    """

    changes: Changes | None
    searches: Sequence[Month]
    is_counting: bool
    evaluations: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    learned: Mapping[str, Any] | None = None


class LibraryHealth:
    """Reads how a library changes. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, endings: Endings) -> None:
        self._store = store
        self._endings = endings

    def now(self) -> Health:
        """What is known now."""
        return Health(
            read_changes(self._store.kept.get(KEPT)),
            self._endings.by_month(),
            self._endings.is_on,
            self._store.runs.evaluations(_EVALUATIONS),
            note_in_use(self._store),
        )


def note_changes(store: Store, _: LibraryVectors) -> None:
    """The step of a run: compute what has changed since the last one, and keep it. Raises RedisError.

    What took long is not computed again soon; later runs do it.
    """
    revision, before = store.runs.revision(), read_changes(store.kept.get(KEPT))
    lines = _lines(store, before.lines if before else ())
    if before and (before.revision == revision or not is_rested(before.at, before.seconds)):
        if lines != before.lines:
            _keep(store, replace(before, lines=lines))
        return
    started = time.monotonic()
    rows = {kind: _rows(store, kind) for kind in (Kind.TEXT, Kind.IMAGE)}
    every = [row for each in rows.values() for row in each]
    drift = before.drift if before else None
    if _is_due(every, drift):
        drift = _drift(store, rows)
    dated = _months(every, lambda row: row.date)
    indexed = _months(every, lambda row: row.indexed_at)
    seconds = time.monotonic() - started
    _keep(store, Changes(revision, time.time(), dated, indexed, drift, lines, seconds))


@dataclass(frozen=True, slots=True)
class _Row:
    doc: str
    date: float
    indexed_at: float
    pieces: int
    language: str


def _rows(store: Store, kind: Kind) -> list[_Row]:
    docs = store.lookup.of_kind(kind)
    return [
        _Row(doc, float(date or 0), float(at or 0), int(pieces or 0), (language or b"").decode())
        for doc, (date, at, pieces, language) in zip(docs, store.ledger.fields(docs, _FIELDS), strict=True)
    ]


def _months(rows: Sequence[_Row], moment: Callable[[_Row], float]) -> tuple[Amount, ...]:
    found: dict[str, list[int]] = {}
    for row in rows:
        try:
            month = f"{datetime.fromtimestamp(moment(row), UTC):%Y-%m}"
        except (ValueError, OverflowError, OSError):  # a date that no calendar has
            continue
        amount = found.setdefault(month.zfill(7), [0, 0])
        amount[0] += 1
        amount[1] += row.pieces
    return tuple(Amount(month, *found[month]) for month in sorted(found))


def _is_due(rows: Sequence[_Row], before: Drift | None) -> bool:
    latest = before.latest if before else 0.0
    new = sum(row.indexed_at > latest for row in rows)
    return new >= max(_NUMBER, _SHARE * len(rows))


def _drift(store: Store, rows: Mapping[Kind, Sequence[_Row]]) -> Drift | None:
    """The drift; None where nearly all came at once, or too little did."""
    times = np.array([row.indexed_at for each in rows.values() for row in each])
    latest = float(times.max())
    since = next(
        (latest - window for window in WINDOWS if (times >= latest - window).sum() * 2 <= len(times)), None
    )
    if since is None:
        return None
    kinds = {}
    for kind, each in rows.items():
        old = [row for row in each if row.indexed_at < since]
        new = [row for row in each if row.indexed_at >= since]
        if min(len(old), len(new)) >= LEAST and (found := _drift_of(store, kind, old, new)):
            kinds[kind] = found
    return Drift(since, latest, kinds) if kinds else None


def _drift_of(store: Store, kind: Kind, old: Sequence[_Row], new: Sequence[_Row]) -> KindDrift | None:
    _, vector = TEXTS if kind is Kind.TEXT else LOOKS
    before, after = (
        read_vectors(store, kind, [row.doc for row in _sample(rows, _COMPARED)], vector).vectors
        for rows in (old, new)
    )
    if min(len(before), len(after)) < LEAST:
        return None
    apart = moved(before, after)
    found = KindDrift(len(new), len(old), apart.spreads, apart.far)
    if kind is Kind.IMAGE:
        return found
    # Of the old texts a part is as unknown to the others as the new ones are to them.
    read = _sample(old, 4 * _READ)
    held_out = _terms(store, read[: len(read) // 4])
    known = _terms(store, read[len(read) // 4 :])
    return replace(
        found,
        unknown=unknown_share(known, _terms(store, _sample(new, _READ))),
        unknown_before=unknown_share(known, held_out),
        languages=tuple(grown_languages([row.language for row in old], [row.language for row in new])),
    )


def _sample(rows: Sequence[_Row], most: int) -> Sequence[_Row]:
    """Some of the rows, drawn by their ids, which are hashes: the same ones at each call."""
    return sorted(rows, key=lambda row: row.doc)[:most]


def _terms(store: Store, rows: Sequence[_Row]) -> list[Sequence[str]]:
    return [part.terms for part in store.ledger.terms([(row.doc, 0) for row in rows])]


def _lines(store: Store, before: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines so far, and those of now where they have moved."""
    latest = {line.kind: line.similarity for line in before}
    moved_now = [
        Line(time.time(), kind, similarity)
        for kind, each in store.statistics.calibrations().items()
        if each.measured and abs((similarity := _line(each)) - latest.get(kind, -1.0)) >= _SAME_LINE
    ]
    return (*before, *moved_now)[-_LINES:]


def _line(calibration: Calibration) -> float:
    scale = calibration.similarity
    return scale.centre + TUNING.clear_spreads * scale.spread


def _keep(store: Store, changes: Changes) -> None:
    store.kept.put(KEPT, json.dumps(asdict(changes)).encode())


def read_changes(data: bytes | None) -> Changes | None:
    """What a run has kept; None if there is nothing, or if another version has written it."""
    try:
        given = json.loads(data or b"")
        drift = given["drift"]
        return Changes(
            given["revision"],
            given["at"],
            tuple(Amount(**each) for each in given["dated"]),
            tuple(Amount(**each) for each in given["indexed"]),
            drift
            and Drift(
                drift["since"], drift["latest"], {Kind(k): _kind(v) for k, v in drift["kinds"].items()}
            ),
            tuple(Line(each["at"], Kind(each["kind"]), each["similarity"]) for each in given["lines"]),
            given.get("seconds", 0.0),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _kind(given: Mapping[str, Any]) -> KindDrift:
    return KindDrift(**{**given, "languages": tuple(Language(**each) for each in given["languages"])})
