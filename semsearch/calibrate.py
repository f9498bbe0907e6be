"""Puts the probes to the indexes, and keeps what chance finds: see semsearch.relevance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from statistics import NormalDist

import numpy as np

from semsearch.finder import Finder
from semsearch.fusion import Fused, Ranking, Worded, fuse
from semsearch.legs import Interpreter
from semsearch.models.loaded import Models
from semsearch.relevance import Calibration, Scale
from semsearch.store.hashes import space_of
from semsearch.store.store import Store
from semsearch.types import Kind, Query

# Standing out is counted in spreads of similarities; words alone vary by about one of them.
_SMALLEST_EVIDENCE = 0.5
# What chance finds changes slowly: it is measured again when so large a part of the documents has changed.
_CHANGED = 1 / 20
# Pictures compared with each other, and too few to tell anything.
_SAMPLE, _FEW = 300, 10


def calibrate_when_due(store: Store, models: Models, changes: int) -> None:
    """Calibrate when enough documents have changed since the last time; `changes` have now."""
    since = store.count_changes(changes)
    documents = sum(store.count(kind) for kind in _KINDS)
    if not store.is_calibrated() or (since and since >= documents * _CHANGED):
        calibrate(store, models)
        store.count_changes(-since)


def calibrate(store: Store, models: Models) -> None:
    """Measure what unrelated questions find in the indexes, and keep it with them.

    Raises ModelError, FingerprintError and RedisError, as searching does.
    """
    interpreter, finder = Interpreter(store.ledger, models), Finder(store)
    answers = [finder.raw(interpreter.interpret(Query(probe))) for probe in probes()]
    nearest = {kind: list(_similarities(kind, (rankings for rankings, _ in answers))) for kind in _KINDS}
    known = {kind: Calibration(Scale.of(best), measured=True) for kind, best in nearest.items() if best}
    # How far do words lift the best documents of unrelated questions?
    plain = {kind: Calibration(of.similarity, Scale(0.0, 1.0)) for kind, of in known.items()}
    standings = [_best(rankings, worded, plain) for rankings, worded in answers]
    for kind, of in known.items():
        best = [standing[kind] for standing in standings if kind in standing]
        full = replace(of, evidence=Scale.of(best, _SMALLEST_EVIDENCE))
        if kind is Kind.IMAGE:
            full = replace(full, looks=_looks(store))
        store.keep_calibration(space_of(kind), full)


@cache
def probes() -> Sequence[str]:
    """Questions about all sorts of subjects."""
    text = (files("semsearch") / "probes.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


_KINDS = (Kind.TEXT, Kind.IMAGE)


def _similarities(kind: Kind, answers: Iterable[Sequence[Ranking]]) -> Iterable[float]:
    """The similarity of the nearest document of this kind, for each probe."""
    for rankings in answers:
        for ranking in rankings:
            if ranking.kind is kind and ranking.candidates:
                yield 1.0 - ranking.candidates[0].distance


def _looks(store: Store) -> Scale:
    """How like the picture is that chance makes the likest to another.

    Pictures have relatives in a library, so the likest itself tells nothing of chance: it is reckoned from
    the mean and deviation of each one's similarities, as of a normal distribution.
    """
    pictures = store.sample(Kind.IMAGE, _SAMPLE)
    vectors = np.array([vector for record in pictures for vector in store.ledger.vectors(record)])
    if len(vectors) < _FEW:
        return Calibration().looks
    similarities = vectors @ vectors.T
    others = similarities[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    height = NormalDist().inv_cdf(1 - 1 / (store.count(Kind.IMAGE) + 1))
    return Scale.of(others.mean(axis=1) + height * others.std(axis=1))


def _best(
    rankings: Sequence[Ranking], worded: dict[str, Worded], plain: dict[Kind, Calibration]
) -> dict[Kind, float]:
    best: dict[Kind, Fused] = {}
    for hit in fuse(rankings, worded, plain, with_words=True):
        best.setdefault(hit.kind, hit)
    return {kind: hit.standing for kind, hit in best.items()}
