"""How far a hit stands out from what questions about something else find in the same index.

Similarities mean different things in different models: unrelated texts may be at .2 in one and at .7 in
another, and a picture that shows what was asked for is less similar than a passage that says it. What
can be compared is how unusual a similarity is as the *best* one of a whole index. So questions about all
sorts of subjects (probes.txt) are put to each index when it has changed, and what the best hits of most
of them score is kept with it: whatever is no better may be there by chance. Kept as well is the middle of
the index: a question much nearer to it than the probes is about what the library is about, so its hits are
less likely to be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from statistics import NormalDist

import numpy as np

from semsearch.records import Vector

# Some of the probes are about what is in the library, and find it: nothing is known of chance from them.
# The lower quantiles of a normal distribution tell of its middle and its deviation as well.
_LOW, _HIGH = 10, 40
_Z_LOW, _Z_HIGH = (NormalDist().inv_cdf(percent / 100) for percent in (_LOW, _HIGH))
# A library of one note answers all questions alike.
_SMALLEST_SPREAD = 0.02

# What words weigh: a document with all the terms of a query, and nothing else, is this many spreads above
# one that has none. The root lets the first terms found count most. Both are measured (docs/search.md).
_WORDS = 10.0
# So far above the middle stay the best hits of most unrelated questions, among texts and pictures alike; and
# how fast relevance grows there: the best hits of good questions are 3 to 10 spreads above the line, and
# should not all be 1.00.
_LINE = 2.4
_SLOPE = 0.5
# A question is of the library's sort when it is nearer to the middle than probes are by more than so many of
# their spreads; each more lifts its hits by so many of theirs.
_ORDINARY = 1.0
_OF_ITS_SORT = 0.6
# A document that has this part of what a query's terms can weigh is no chance hit, whatever it is about. An
# ordinary document that has each of them once has a little more: 1 / (k1 + 1) by BM25.
_ALL_THERE = 0.45
_BY_WORDS = 8.0


@dataclass(frozen=True, slots=True)
class Scale:
    """What unrelated questions score at best: the middle, and the spread (a standard deviation)."""

    middle: float
    spread: float

    def standard(self, score: float) -> float:
        return (score - self.middle) / self.spread

    @classmethod
    def of(cls, scores: Sequence[float], least: float = _SMALLEST_SPREAD) -> Scale:
        """From the scores of many questions, of which a part is related; the spread is `least` or more."""
        low, high = np.percentile(scores, [_LOW, _HIGH])
        spread = float(high - low) / (_Z_HIGH - _Z_LOW)
        return cls(float(high) - _Z_HIGH * spread, max(spread, least))


_SCALES = ("similarity", "looks", "affinity")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of the documents of one kind: the scales of their similarities to words, and of pictures to each other.

    `middle` is the mean of the unit vectors that words are compared with, as float32; `affinity` the scale of
    what questions score with it. What has not been calibrated is taken for an index of MiniLM and minilook.
    """

    similarity: Scale = Scale(0.25, 0.06)
    looks: Scale = Scale(0.7, 0.1)
    affinity: Scale = Scale(0.0, 0.02)
    middle: bytes = b""
    measured: bool = False

    def mapping(self) -> dict[str, float]:
        """The scales, as they are kept in Redis."""
        return {
            f"{scale}_{part.name}": getattr(getattr(self, scale), part.name)
            for scale in _SCALES
            for part in fields(Scale)
        }

    @classmethod
    def read(cls, stored: Mapping[bytes, bytes], middle: bytes = b"") -> Calibration:
        """From a hash as Redis returns it, and the middle."""
        kept = {name.decode(): value for name, value in stored.items()}
        try:
            scales = {
                scale: Scale(float(kept[f"{scale}_middle"]), float(kept[f"{scale}_spread"]))
                for scale in _SCALES
            }
            return cls(**scales, middle=middle, measured=True)
        except KeyError:
            return cls()

    def for_question(self, vector: Vector) -> Calibration:
        """For a question in words: one of the library's sort needs to find less similar hits."""
        if len(self.middle) != vector.nbytes:
            return self
        affinity = self.affinity.standard(float(vector @ np.frombuffer(self.middle, np.float32)))
        lead = _OF_ITS_SORT * max(0.0, affinity - _ORDINARY) * self.similarity.spread
        return replace(self, similarity=replace(self.similarity, middle=self.similarity.middle - lead))

    def by_looks(self) -> Calibration:
        """For a picture that is the question: similarities are then those between pictures."""
        return replace(self, similarity=self.looks)


def lift(coverage: float) -> float:
    """By how many spreads words lift a document; `coverage` is the part it has of a query's terms."""
    return _WORDS * math.sqrt(coverage)


def by_words(coverage: float) -> float:
    """How far a document stands out by its words alone, in spreads."""
    return _LINE + _BY_WORDS * (coverage - _ALL_THERE)


def is_clear(standing: float) -> bool:
    """Whether something that stands out so far is a match."""
    return standing >= _LINE


def relevance(standing: float) -> float:
    """Between 0 and 1 from how far something stands out, in spreads; at the line it is CLEAR."""
    return 1 / (1 + math.exp(min(700.0, _SLOPE * (_LINE - standing))))
