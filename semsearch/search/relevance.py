"""Relevance: how far a hit stands out from what unrelated queries find in the same index.

Similarities mean different things in different models. Unrelated texts may score .2 in one model and .7 in
another, and a picture of a dog scores less for "dog" than a text about dogs. So each index is calibrated: the
probes (probes.txt), which are queries about all sorts of subjects, are put to it, and the centre and spread
of their best scores become its scale (`Scale`). A score counts in spreads above that centre. A hit less than
`clear_spreads` above it may be there by chance.

A query that is typical of the library is more likely to have an answer in it. Affinity, the similarity of a
query to the mean vector of the index, tells how typical it is; a typical query needs less similar hits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from semsearch.records import Kind, Vector
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.statistics import Calibration, Scale

_UNMEASURED = Calibration()


@dataclass(frozen=True, slots=True)
class Scales:
    """The scales of one query, by the kind of documents that the similarities belong to.

    Hits of the kinds in `measured` have a relevance; others are ordered only.
    """

    of: Mapping[Kind, Scale]
    measured: frozenset[Kind] = frozenset()

    def spreads(self, kind: Kind, similarity: float) -> float:
        """A similarity in spreads above what unrelated queries find."""
        return self.of.get(kind, _UNMEASURED.similarity).spreads(similarity)


def scales_of_words(
    calibrations: Mapping[Kind, Calibration], vectors: Mapping[Kind, Vector], tuning: Tuning = TUNING
) -> Scales:
    """The scales for a query in words; `vectors` are those of its legs, by the kind of their space."""
    scales = {kind: calibration.similarity for kind, calibration in calibrations.items()}
    for kind, vector in vectors.items():
        scales[kind] = typical(calibrations.get(kind, _UNMEASURED), vector, tuning)
    return Scales(scales, frozenset(kind for kind, each in calibrations.items() if each.measured))


def scales_of_example(calibrations: Mapping[Kind, Calibration]) -> Scales:
    """The scales for a picture or a document as the query.

    The scale of pictures to each other is estimated, not measured, so the hits have no relevance.
    """
    scales = {kind: calibration.similarity for kind, calibration in calibrations.items()}
    return Scales(scales | {Kind.IMAGE: calibrations.get(Kind.IMAGE, _UNMEASURED).looks})


def typical(calibration: Calibration, vector: Vector, tuning: Tuning = TUNING) -> Scale:
    """The scale for a query in words: its centre is lower for a query that is typical of the library."""
    scale = calibration.similarity
    if len(calibration.mean_vector) != vector.nbytes:
        return scale
    mean = np.frombuffer(calibration.mean_vector, np.float32)
    affinity = calibration.affinity.spreads(float(vector @ mean))
    lift = tuning.typical_lift * max(0.0, affinity - tuning.typical_affinity)
    return replace(scale, centre=scale.centre - lift * scale.spread)


def fit_scale(scores: Sequence[float], least: float | None = None, tuning: Tuning = TUNING) -> Scale:
    """Fit a scale to the best scores of the probes, some of which are not unrelated.

    The two percentiles are taken for those of a normal distribution. The spread is `least` or more.
    """
    percentiles = (tuning.low_percentile, tuning.high_percentile)
    low, high = np.percentile(scores, percentiles)
    z_low, z_high = (NormalDist().inv_cdf(percent / 100) for percent in percentiles)
    spread = float(high - low) / (z_high - z_low)
    least = tuning.least_spread if least is None else least
    return Scale(float(high) - z_high * spread, max(spread, least))


def is_clear(spreads: float, tuning: Tuning = TUNING) -> bool:
    """Whether a document that stands out this far is a match."""
    return spreads >= tuning.clear_spreads


def relevance(spreads: float, tuning: Tuning = TUNING) -> float:
    """Relevance, between 0 and 1, of a document that stands out this far; CLEAR at the threshold."""
    return 1 / (1 + math.exp(min(700.0, tuning.relevance_slope * (tuning.clear_spreads - spreads))))
