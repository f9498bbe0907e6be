"""Calibrates the indexes: puts the probes to them, and keeps the scales of what they find.

See semsearch.search.relevance for what the scales mean.
"""

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
from semsearch.search.relevance import fit_scale
from semsearch.search.term_weights import count_common
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store import filters, queries
from semsearch.store.statistics import Calibration, Scale
from semsearch.store.store import Store

# Probes in one round trip: on a large index, other searches wait until they are answered.
_AT_ONCE = 16


def calibrate_when_due(store: Store, models: Models, changes: int, tuning: Tuning = TUNING) -> None:
    """Calibrate when enough documents have changed since the last time; `changes` more have changed now.

    Raises ModelError, FingerprintError, RedisError.
    """
    since = store.statistics.count_changes(changes)
    documents = store.count(Kind.TEXT) + store.count(Kind.IMAGE)
    is_due = since and since >= documents * tuning.recalibrate_share
    if is_due or not store.statistics.is_calibrated():
        calibrate(store, models, tuning)
        count_common(store)
        store.statistics.mark_calibrated(since)


def calibrate(store: Store, models: Models, tuning: Tuning = TUNING) -> None:
    """Measure what the probes find in the indexes, and keep it. Raises as a search does."""
    for kind, best in _best_scores(store, models).items():
        known = Calibration(fit_scale([score for _, score in best], tuning=tuning), measured=True)
        if kind is Kind.IMAGE:
            known = replace(known, looks=_looks(store, tuning))
        vectors = _document_vectors(store, kind, best[0][0].field, tuning.mean_sample)
        if len(vectors) >= tuning.least_documents_for_mean:
            mean = np.mean(vectors, axis=0)
            affinities = [float(leg.vector @ mean) for leg, _ in best]
            affinity = fit_scale(affinities, tuning.least_affinity_spread, tuning)
            known = replace(known, affinity=affinity, mean_vector=mean.astype(np.float32).tobytes())
        store.statistics.keep_calibration(kind, known)


@cache
def probes() -> Sequence[str]:
    """Queries about all sorts of subjects."""
    text = (files("semsearch.search") / "probes.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def _best_scores(store: Store, models: Models) -> dict[Kind, list[tuple[Leg, float]]]:
    """The legs of all probes, each with the similarity of its best hit, by the kind of documents."""
    interpreter = Interpreter(store.ledger, models)
    interpreter.embed_ahead(probes())
    legs = [leg for probe in probes() for leg in interpreter.interpret(Query(probe, mode=Mode.MEANING)).legs]
    best: dict[Kind, list[tuple[Leg, float]]] = {}
    for start in range(0, len(legs), _AT_ONCE):
        batch = legs[start : start + _AT_ONCE]
        everything = filters.everything()
        commands = [queries.nearest(leg.space, leg.field, leg.vector, 1, everything) for leg in batch]
        for leg, found in zip(batch, store.ask(commands, fingerprints(batch)), strict=True):
            for candidate in found or ():
                best.setdefault(leg.kind, []).append((leg, 1.0 - candidate.distance))
    return best


def _document_vectors(store: Store, kind: Kind, field: str, size: int) -> list[Vector]:
    """One vector for each document of a sample: the mean of those of its passages or views."""
    found = (store.ledger.vectors(record, field) for record in store.sample(kind, size))
    return [np.mean(vectors, axis=0) for vectors in found if vectors]


def _looks(store: Store, tuning: Tuning) -> Scale:
    """The scale of how similar an unrelated picture is at best to another one.

    The most similar picture itself tells nothing of chance, since pictures have relatives in a library. So
    the best of chance is estimated from the mean and deviation of each picture's similarities, as if they
    were of a normal distribution.
    """
    pictures = store.sample(Kind.IMAGE, tuning.looks_sample)
    vectors = np.array([vector for record in pictures for vector in store.ledger.vectors(record)])
    if len(vectors) < tuning.least_looks:
        return Calibration().looks
    similarities = vectors @ vectors.T
    others = similarities[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    best_of_all = NormalDist().inv_cdf(1 - 1 / (store.count(Kind.IMAGE) + 1))
    return fit_scale(others.mean(axis=1) + best_of_all * others.std(axis=1), tuning=tuning)
