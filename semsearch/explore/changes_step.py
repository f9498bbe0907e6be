"""Find out how a library changes: a step of each run of ingestion."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from semsearch.explore.changes import CHANGES, LINES, Amount, Drift, KindDrift, Line, read_changes, read_lines
from semsearch.explore.drift import grown_languages, moved, unknown_share
from semsearch.explore.vectors import LOOKS, TEXTS, LibraryVectors, read_vectors
from semsearch.records import Kind
from semsearch.search.tuning import TUNING
from semsearch.store.statistics import Calibration
from semsearch.store.store import Store

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
# The lines of relevance that are kept. A smaller change of a line is none.
_LINES, _SAME_LINE = 200, 5e-4


def note_changes(store: Store, _: LibraryVectors) -> None:
    """Find out what has changed since the last run, and keep it. Raises RedisError.

    What took long is not computed again soon; later runs do it.
    """
    before = read_lines(store)
    if new := _moved_lines(store, before):
        LINES.renew(store, lambda: list(map(astuple, (*before, *new)))[-_LINES:])
    if CHANGES.is_due(store):
        CHANGES.renew(store, lambda: _changes(store))


def _changes(store: Store) -> dict[str, Any]:
    """What is kept of the library as it is now."""
    before = read_changes(store)
    rows = {kind: _rows(store, kind) for kind in (Kind.TEXT, Kind.IMAGE)}
    every = [row for each in rows.values() for row in each]
    drift = before.drift if before else None
    if _is_due(every, drift):
        drift = _drift(store, rows)
    return {
        "dated": list(map(asdict, _months(every, lambda row: row.date))),
        "indexed": list(map(asdict, _months(every, lambda row: row.indexed_at))),
        "drift": drift and asdict(drift),
    }


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


def _moved_lines(store: Store, before: Sequence[Line]) -> list[Line]:
    """The lines of now that have moved."""
    latest = {line.kind: line.similarity for line in before}
    return [
        Line(time.time(), kind, similarity)
        for kind, each in store.statistics.calibrations().items()
        if each.measured and abs((similarity := _line(each)) - latest.get(kind, -1.0)) >= _SAME_LINE
    ]


def _line(calibration: Calibration) -> float:
    scale = calibration.similarity
    return scale.centre + TUNING.clear_spreads * scale.spread
