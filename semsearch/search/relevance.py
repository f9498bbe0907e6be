"""Relevance: how far the score of a hit is above the best scores of unrelated queries in the same index.

Similarities of different models cannot be compared. Unrelated texts may score .2 in one model and .7 in
another, and a picture of a dog scores less for "dog" than a text about dogs. So each index is calibrated with
the probes (probes.txt), which are queries about all sorts of subjects. The centre and the spread of their
best scores are the scale of the index (`Scale`). A score is measured in spreads above that centre. An
unrelated query often finds a hit that is less than `clear_spreads` above it; a hit from there on is a clear
match.

A query that is typical of the library is more likely to have an answer in it. Its affinity, which is its
similarity to the mean vector of the index, shows how typical it is. The hits of a typical query may be less
similar. This holds for sentences. A name of a thing is typical of a library of photos of other things too.

The right pictures for a query are about equally near to it. So a picture is no clear match if it is far below
the best pictures of the same query (`Scales.lines`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist

import numpy as np

from semsearch.models.bank import EXTRA, share_of_names
from semsearch.records import Kind, Vector
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.statistics import Calibration, Scale

_UNMEASURED = Calibration()
_DIGIT = re.compile(r"\d")
# With fewer digits it may be a word of the language: MP3, H2O, COVID-19.
_DIGITS_OF_CODE = 3


@dataclass(frozen=True, slots=True)
class Scales:
    """The scales of one query, by the kind of documents whose similarities they measure.

    Hits of the kinds in `measured` have a relevance. Other hits have only an order. All spreads are below
    `limit`, if there is one: similarities then keep their order, and prove nothing. `lines` are the spreads
    that a clear match of a kind must have, where they are more than the threshold (`least`): what has less
    stays below the threshold, in the same order.
    """

    by_kind: Mapping[Kind, Scale]
    measured: frozenset[Kind] = frozenset()
    limit: float | None = None
    lines: Mapping[Kind, float] = field(default_factory=dict)
    least: float = TUNING.clear_spreads

    def spreads(self, kind: Kind, similarity: float) -> float:
        """A similarity, in spreads above the centre of its scale."""
        spreads = self.by_kind.get(kind, _UNMEASURED.similarity).spreads(similarity)
        if spreads <= 0:
            return spreads
        if self.limit is not None:
            return self.limit * spreads / (self.limit + spreads)
        line = self.lines.get(kind, self.least)
        return spreads if spreads >= line else spreads * self.least / line

    def with_line(self, kind: Kind, best: float, tuning: Tuning = TUNING) -> Scales:
        """The scales with the line for a query whose best hits of a kind have the similarity `best`."""
        line = tuning.share_of_best * self.spreads(kind, best)
        return replace(self, lines={kind: max(line, tuning.clear_spreads)}, least=tuning.clear_spreads)

    def raised(self, spreads: float) -> Scales:
        """The scales with all centres this many spreads higher, so that each similarity says less."""
        by_kind = {
            kind: replace(scale, centre=scale.centre + spreads * scale.spread)
            for kind, scale in self.by_kind.items()
        }
        return replace(self, by_kind=by_kind)


def scales_of_words(
    calibrations: Mapping[Kind, Calibration],
    vectors: Mapping[Kind, Vector],
    text: str = "",
    tuning: Tuning = TUNING,
    corrected: Collection[Kind] = (),
) -> Scales:
    """The scales for the query `text`; `vectors` are those of its legs, by the kind of their scale.

    The vectors of the kinds in `corrected` are those of a bank.
    """
    scales = {kind: calibration.similarity for kind, calibration in calibrations.items()}
    for kind, vector in vectors.items():
        calibration = calibrations.get(kind, _UNMEASURED)
        scale = scale_of_query(calibration, vector, tuning, corrected=kind in corrected)
        lift = tuning.code_lift * scale.spread if is_code(text) else 0.0
        scales[kind] = replace(scale, centre=scale.centre + lift)
    return Scales(scales, frozenset(kind for kind, each in calibrations.items() if each.measured))


def scales_by_example(
    scales: Scales, calibrations: Mapping[Kind, Calibration], kinds: Collection[Kind], *, by_looks: bool
) -> Scales:
    """The scales of a query for which examples have made or moved the vectors of these kinds.

    Such similarities are not measured, so their hits have an order and no relevance. With `by_looks`,
    pictures are compared with pictures alone.
    """
    looks = calibrations.get(Kind.IMAGE, _UNMEASURED).looks
    by_kind = {**scales.by_kind, Kind.IMAGE: looks} if by_looks else scales.by_kind
    return replace(scales, by_kind=by_kind, measured=scales.measured - frozenset(kinds))


def is_code(text: str) -> bool:
    """Whether a query is a number or a code, such as "SN-4471", "0x80070057" or "ERR_TIMEOUT_48"."""
    words = text.split()
    digits = sum(character.isdigit() for character in text)
    return (digits >= _DIGITS_OF_CODE or "_" in text) and all(map(_DIGIT.search, words)) and bool(words)


def scale_of_query(
    calibration: Calibration, vector: Vector, tuning: Tuning = TUNING, *, corrected: bool = False
) -> Scale:
    """The scale for a query in words. Its centre is lower if the query is typical of the library.

    With a corrected vector, only its share of a sentence lowers the centre, by `sentence_lift` too, and the
    mean correction of the pictures of the library moves it.
    """
    scale = calibration.similarity
    if len(calibration.mean_vector) != vector.nbytes:
        return scale
    mean = np.frombuffer(calibration.mean_vector, np.float32)
    near, level = affinity_and_level(vector, mean, corrected=corrected)
    lift = tuning.typical_lift * max(0.0, calibration.affinity.spreads(near) - tuning.typical_affinity)
    if corrected:
        lift = (lift + tuning.sentence_lift) * (1 - share_of_names(vector))
    return replace(scale, centre=scale.centre + level - lift * scale.spread)


def affinity_and_level(vector: Vector, mean: Vector, *, corrected: bool) -> tuple[float, float]:
    """The similarity of a query to the mean vector of an index, and the mean correction in this index."""
    if not corrected:
        return float(vector @ mean), 0.0
    return float(vector[:-EXTRA] @ mean[:-EXTRA]), float(vector[-EXTRA:] @ mean[-EXTRA:])


def fit_scale(scores: Sequence[float], least: float | None = None, tuning: Tuning = TUNING) -> Scale:
    """Fit a scale to the best scores of the probes.

    Some probes have an answer in the library, so only two low percentiles are used. They are taken for those
    of a normal distribution. The spread is at least `least`.
    """
    percentiles = (tuning.low_percentile, tuning.high_percentile)
    low, high = np.percentile(scores, percentiles)
    z_low, z_high = (NormalDist().inv_cdf(percent / 100) for percent in percentiles)
    spread = float(high - low) / (z_high - z_low)
    least = tuning.least_spread if least is None else least
    return Scale(float(high) - z_high * spread, max(spread, least))


def is_clear(spreads: float, tuning: Tuning = TUNING) -> bool:
    """Whether a document with this many spreads is a clear match."""
    return spreads >= tuning.clear_spreads


def relevance(spreads: float, tuning: Tuning = TUNING) -> float:
    """The relevance, between 0 and 1, of a document with this many spreads; CLEAR at `clear_spreads`."""
    return 1 / (1 + math.exp(min(700.0, tuning.relevance_slope * (tuning.clear_spreads - spreads))))
