"""Calibrate the indexes: search them with the probes, and store the scales of the scores found.

semsearch.search.relevance explains the scales.
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

# The probes in one round trip. Other searches wait until Redis has answered them, so there must be few.
_AT_ONCE = 4


def calibrate_when_due(store: Store, models: Models, changes: int, tuning: Tuning = TUNING) -> None:
    """Calibrate if enough documents have changed since the last calibration. `changes` are new changes.

    Raises ModelError, FingerprintError, RedisError.
    """
    changed = store.statistics.count_changes(changes)
    documents = store.count(Kind.TEXT) + store.count(Kind.IMAGE)
    is_due = changed and changed >= documents * tuning.recalibrate_share
    if is_due or not store.statistics.is_calibrated():
        calibrate(store, models, tuning)
        count_common(store)
        store.statistics.mark_calibrated(changed)


def calibrate(store: Store, models: Models, tuning: Tuning = TUNING) -> None:
    """Measure the scores of the probes in the indexes, and store their scales.

    Raises ModelError, FingerprintError, RedisError.
    """
    for kind, best in _best_scores(store, models).items():
        calibration = Calibration(fit_scale([score for _, score in best], tuning=tuning), measured=True)
        if kind is Kind.IMAGE:
            calibration = replace(calibration, looks=_looks(store, tuning))
        vectors = _document_vectors(store, kind, best[0][0].field, tuning.mean_sample)
        if len(vectors) >= tuning.least_documents_for_mean:
            mean = np.mean(vectors, axis=0)
            affinities = [float(leg.vector @ mean) for leg, _ in best]
            affinity = fit_scale(affinities, tuning.least_affinity_spread, tuning)
            mean_vector = mean.astype(np.float32).tobytes()
            calibration = replace(calibration, affinity=affinity, mean_vector=mean_vector)
        store.statistics.keep_calibration(kind, calibration)


@cache
def probes() -> Sequence[str]:
    """The queries of probes.txt, about all sorts of subjects."""
    text = (files("semsearch.search") / "probes.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def _best_scores(store: Store, models: Models) -> dict[Kind, list[tuple[Leg, float]]]:
    """By kind of documents: the legs of all probes, each with the similarity of its nearest candidate."""
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
    """One vector for each document of a sample: the mean of the vectors of its passages or views."""
    found = (store.ledger.vectors(record, field) for record in store.sample(kind, size))
    return [np.mean(vectors, axis=0) for vectors in found if vectors]


def _looks(store: Store, tuning: Tuning) -> Scale:
    """The scale of the similarity between a picture and the nearest of the unrelated pictures.

    The highest similarity in the library itself cannot be used, because the nearest picture is often a
    related one. So the highest similarity is estimated: the similarities of a picture to all others are taken
    for a normal distribution with their mean and standard deviation.
    """
    pictures = store.sample(Kind.IMAGE, tuning.looks_sample)
    vectors = np.array([vector for record in pictures for vector in store.ledger.vectors(record)])
    if len(vectors) < tuning.least_looks:
        return Calibration().looks
    similarities = vectors @ vectors.T
    others = similarities[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    # By how many deviations the highest of that many normal values is above the mean.
    deviations = NormalDist().inv_cdf(1 - 1 / (store.count(Kind.IMAGE) + 1))
    return fit_scale(others.mean(axis=1) + deviations * others.std(axis=1), tuning=tuning)
