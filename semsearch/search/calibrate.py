"""Puts the probes to the indexes, and keeps what chance finds: see semsearch.search.relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from statistics import NormalDist

import numpy as np

from semsearch.models.loaded import Models
from semsearch.query import Mode, Query
from semsearch.records import Kind, Vector
from semsearch.search.interpret import Interpreter, Leg, fingerprints
from semsearch.search.relevance import Calibration, Scale
from semsearch.search.term_weights import count_common
from semsearch.store import filters, queries
from semsearch.store.codec import space_of
from semsearch.store.store import Store

# Probes in one round trip: on a large index, other searches wait for so many.
_AT_ONCE = 16
# What chance finds changes slowly: it is measured again when so large a part of the documents has changed.
_CHANGED = 1 / 20
# Fewer documents are of no common sort: a question may be near to their middle by chance.
_OF_A_SORT = 100
# So many have nearly the mean of all.
_SAMPLE = 1000
# Questions score within hundredths with a mean. All alike they are only where vectors say nothing.
_SMALLEST_AFFINITY = 0.005
# Pictures compared with each other, and too few to tell anything.
_COMPARED, _FEW = 300, 10


def calibrate_when_due(store: Store, models: Models, changes: int) -> None:
    """Calibrate when enough documents have changed since the last time; `changes` have now."""
    since = store.count_changes(changes)
    documents = store.count(Kind.TEXT) + store.count(Kind.IMAGE)
    if not store.is_calibrated() or (since and since >= documents * _CHANGED):
        calibrate(store, models)
        count_common(store)
        store.calibrated(since)


def calibrate(store: Store, models: Models) -> None:
    """Measure what unrelated questions find in the indexes, and keep it with them.

    Raises ModelError, FingerprintError and RedisError, as searching does.
    """
    interpreter = Interpreter(store.ledger, models)
    interpreter.embed_ahead(probes())
    legs = [leg for probe in probes() for leg in interpreter.interpret(Query(probe, mode=Mode.MEANING)).legs]
    answered: dict[Kind, list[tuple[Leg, float]]] = {}
    for start in range(0, len(legs), _AT_ONCE):
        batch = legs[start : start + _AT_ONCE]
        commands = [
            queries.nearest(leg.space, leg.field, leg.vector, 1, filters.everything()) for leg in batch
        ]
        for leg, found in zip(batch, queries.ask(store.client, commands, fingerprints(batch)), strict=True):
            for candidate in found or ():
                answered.setdefault(leg.scale, []).append((leg, 1.0 - candidate.distance))
    for kind, best in answered.items():
        known = Calibration(Scale.of([similarity for _, similarity in best]), measured=True)
        if kind is Kind.IMAGE:
            known = replace(known, looks=_looks(store))
        vectors = _vectors(store, kind, best[0][0].field)
        if len(vectors) >= _OF_A_SORT:
            middle = np.mean(vectors, axis=0)
            affinity = Scale.of([float(leg.vector @ middle) for leg, _ in best], _SMALLEST_AFFINITY)
            known = replace(known, affinity=affinity, middle=middle.astype(np.float32).tobytes())
        store.keep_calibration(space_of(kind), known)


@cache
def probes() -> Sequence[str]:
    """Questions about all sorts of subjects."""
    text = (files("semsearch.search") / "probes.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def _vectors(store: Store, kind: Kind, field: str) -> list[Vector]:
    """One for each of many documents: the mean of its own."""
    found = (store.ledger.vectors(record, field) for record in store.sample(kind, _SAMPLE))
    return [np.mean(vectors, axis=0) for vectors in found if vectors]


def _looks(store: Store) -> Scale:
    """How like the picture is that chance makes the likest to another.

    Pictures have relatives in a library, so the likest itself tells nothing of chance: it is reckoned from
    the mean and deviation of each one's similarities, as of a normal distribution.
    """
    pictures = store.sample(Kind.IMAGE, _COMPARED)
    vectors = np.array([vector for record in pictures for vector in store.ledger.vectors(record)])
    if len(vectors) < _FEW:
        return Calibration().looks
    similarities = vectors @ vectors.T
    others = similarities[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    height = NormalDist().inv_cdf(1 - 1 / (store.count(Kind.IMAGE) + 1))
    return Scale.of(others.mean(axis=1) + height * others.std(axis=1))
