"""Calibrate the indexes: search them with the probes, and store the scales of the scores found.

semsearch.search.relevance explains the scales.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from statistics import NormalDist

import numpy as np

from semsearch.models.loaded import Models
from semsearch.records import Kind, State, Vector
from semsearch.search.interpret import Interpreter
from semsearch.search.legs import Leg, made_for
from semsearch.search.query_head import head_of
from semsearch.search.relevance import affinity_and_level, fit_scale
from semsearch.search.term_weights import count_common
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store import filters, queries
from semsearch.store.generation import Generation
from semsearch.store.layout import Layout
from semsearch.store.queries import Command
from semsearch.store.replies import Candidate
from semsearch.store.schema import VISUAL
from semsearch.store.statistics import Calibration, Scale
from semsearch.store.store import Store

# No query is typical of an index with this scale of affinities.
_NEVER_TYPICAL = Scale(1.0, 1.0)
# Other searches wait until Redis has answered the probes of a round trip. So they are as many as compare this
# many vectors, in a large library only a few.
_COMPARED, _FEWEST = 400_000, 4


def calibrate_when_due(
    store: Store, models: Models, changes: int, share: float = TUNING.recalibrate_share
) -> None:
    """Calibrate if this share of the documents has changed since the last calibration.

    `changes` are new changes. Raises ModelError, FingerprintError, RedisError.
    """
    changed = store.statistics.count_changes(changes)
    if not store.statistics.is_calibrated() or _is_due(store, changed, share):
        calibrate(store, models)
        count_common(store)
        store.statistics.mark_calibrated(changed)


def _is_due(store: Store, changed: int, share: float) -> bool:
    """Whether enough documents have changed. Where none has, nothing is counted, which takes a while."""
    if not changed:
        return False
    counts = store.count_documents()
    documents = sum(counts.get((State.INDEXED, kind), 0) for kind in (Kind.TEXT, Kind.IMAGE))
    return changed >= documents * share


def calibrate(
    store: Store, models: Models, tuning: Tuning = TUNING, others: Mapping[str, Generation] | None = None
) -> None:
    """Measure the scores of the probes in the indexes, and store their scales.

    `others` are generations by space that are not in use: they are measured in place of those in use.
    Raises ModelError, FingerprintError, RedisError.
    """
    for kind, near in near_probes(store, models, 1, others).items():
        layout = near[0][0].made_by.layout
        vectors = _document_vectors(store, kind, near[0][0].field, layout, tuning.mean_sample)
        calibration = _calibration(near, vectors, tuning)
        if kind is Kind.IMAGE:
            calibration = replace(calibration, looks=_looks(store, layout, tuning))
        store.statistics.keep_calibration(kind, calibration, other=others is not None)
    for space in others or ():
        store.statistics.mark_other_calibrated(space)


def _calibration(
    near: Sequence[tuple[Leg, Sequence[Candidate]]], vectors: Sequence[Vector], tuning: Tuning
) -> Calibration:
    """The scales of the legs of all probes, each with its nearest candidate; `vectors` are of documents."""
    scores = [1.0 - found[0].distance for _, found in near]
    is_corrected = near[0][0].is_corrected
    is_large = len(vectors) >= tuning.least_documents_for_mean
    if not vectors or not (is_large or is_corrected):
        return Calibration(fit_scale(scores, tuning=tuning), measured=True)
    mean = np.mean(vectors, axis=0).astype(np.float32)
    affinities, levels = zip(
        *(affinity_and_level(leg.vector, mean, corrected=is_corrected) for leg, _ in near), strict=True
    )
    affinity = fit_scale(affinities, tuning.least_affinity_spread, tuning) if is_large else _NEVER_TYPICAL
    similarity = fit_scale(np.subtract(scores, levels).tolist(), tuning=tuning)
    return Calibration(similarity, affinity=affinity, mean_vector=mean.tobytes(), measured=True)


@cache
def probes() -> Sequence[str]:
    """The queries of probes.txt, about all sorts of subjects."""
    text = (files("semsearch.search") / "probes.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def near_probes(
    store: Store, models: Models, k: int, measured: Mapping[str, Generation] | None = None
) -> dict[Kind, list[tuple[Leg, Sequence[Candidate]]]]:
    """By kind of documents: the legs of all probes, each with its `k` nearest candidates.

    `measured` are generations by space that are asked in place of those in use.
    """
    head = head_of(store, models)
    interpreter = Interpreter(store.ledger, models, measured or store.generations.in_use(), head=head)
    interpreter.embed_ahead(probes())
    both = [*map(interpreter.near_passages, probes()), *map(interpreter.near_pictures, probes())]
    legs = [leg for leg in both if leg is not None and (measured is None or leg.space in measured)]
    near: dict[Kind, list[tuple[Leg, Sequence[Candidate]]]] = {}
    at_once = max(_FEWEST, _COMPARED // max(1, *store.inventory.sizes().values()))
    for start in range(0, len(legs), at_once):
        batch = legs[start : start + at_once]
        commands = [_nearest(leg, k, named=measured is not None) for leg in batch]
        in_use = made_for(batch) if measured is None else None
        for leg, found in zip(batch, store.ask(commands, in_use), strict=True):
            if found:
                near.setdefault(leg.kind, []).append((leg, found))
    return near


def _nearest(leg: Leg, k: int, *, named: bool) -> Command:
    index = leg.made_by.index_name(leg.space) if named else ""
    where = filters.everything()
    return queries.nearest(*leg.asked, k, where, leg.made_by, index=index)


def _document_vectors(store: Store, kind: Kind, field: str, layout: Layout, size: int) -> list[Vector]:
    """One vector for each document of a sample: the mean of the vectors of its passages or views."""
    found = store.ledger.vectors_of_all(store.sample(kind, size), field, layout)
    return [np.mean(vectors, axis=0) for vectors in found if vectors]


def _looks(store: Store, layout: Layout, tuning: Tuning) -> Scale:
    """The scale of the similarity between a picture and the nearest of the unrelated pictures.

    The highest similarity in the library itself cannot be used, because the nearest picture is often a
    related one. So the highest similarity is estimated: the similarities of a picture to all others are taken
    for a normal distribution with their mean and standard deviation.
    """
    pictures = store.sample(Kind.IMAGE, tuning.looks_sample)
    found = store.ledger.vectors_of_all(pictures, VISUAL, layout)
    vectors = np.array([vector for views in found for vector in views])
    if len(vectors) < tuning.least_looks:
        return Calibration().looks
    similarities = vectors @ vectors.T
    others = similarities[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    # By how many deviations the highest of that many normal values is above the mean.
    deviations = NormalDist().inv_cdf(1 - 1 / (store.count(Kind.IMAGE) + 1))
    return fit_scale(others.mean(axis=1) + deviations * others.std(axis=1), tuning=tuning)
