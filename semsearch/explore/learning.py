"""Learn a label from few marks: a regression on vectors, and probabilities as good as the marks allow.

Documents that nobody has marked stand in for what is not it, because most of them are not. A first
regression, for which they count little, tells which of them may be it after all. The others count more in a
second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from semsearch.explore.regression import Examples, Numbers, Regression, calibrated, fit, folds
from semsearch.records import Vector, Vectors

# The pull of the weights towards 0, in the space of `Space` (benchmarks/labels.py), and towards those of a
# preset, where a mark may move the logit of its like by 1 at most.
STRENGTH, PRESET_STRENGTH = 0.1, 1.0
# How many unmarked documents stand in for what is not it. They count this together: in the first regression,
# where each mark of what is not it makes up for some of them, and in the second.
MOST_UNMARKED = 200
FIRST_COUNT, COUNT = 3.0, 10.0
# Those that the first regression takes for it are left out of the second.
_MAY_BE = 0.5
# Probabilities are calibrated from so many marks of either kind on; fewer would tell nothing.
_ENOUGH, _FOLDS = 5, 5
# Fewer marks of one answer than this, or than the other has divided by it, are too few.
_FEW = 3
# Two documents with a similarity above this would be one question asked twice.
_SAME = 0.97


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Vectors as a regression sees them: minus the library's mean, and of length 1 on the whole.

    The vectors of a model have much in common, which would hide how they differ.
    """

    mean: Vector
    scale: float

    @classmethod
    def of(cls, vectors: Vectors) -> Space:
        """The space of a library, by its vectors (documents, dims)."""
        mean = vectors.mean(axis=0)
        spread = float(np.sqrt(np.mean(np.sum((vectors - mean) ** 2, axis=1))))
        return cls(mean, spread or 1.0)

    def seen(self, vectors: Vectors) -> Vectors:
        found: Vectors = ((vectors - self.mean) / self.scale).astype(np.float32)
        return found

    def inside(self, regression: Regression) -> Regression:
        """A regression on vectors, as one on what is seen of them."""
        bias = regression.bias + float(regression.weights @ self.mean)
        return Regression(regression.weights * np.float32(self.scale), bias)

    def outside(self, regression: Regression) -> Regression:
        """A regression on what is seen of vectors, as one on the vectors."""
        weights = (regression.weights / self.scale).astype(np.float32)
        return Regression(weights, regression.bias - float(weights @ self.mean))


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The vectors of what is marked as it and as not it, and of some that are not marked: (n, dims) each."""

    yes: Vectors
    no: Vectors
    unmarked: Vectors


def can_be_checked(yes: int, no: int) -> bool:
    """Whether so many marks of either kind are enough to check probabilities on some that are held out."""
    return min(yes, no) >= _ENOUGH


def learn(marked: Marked, space: Space, preset: Regression | None = None) -> Regression:
    """How sure it is that a vector is it. There must be a mark of it, or a `preset` to start from."""
    prior = None if preset is None else space.inside(preset)
    examples = _examples(marked, space, prior)

    def fitted(given: Examples) -> Regression:
        if prior is None:
            return fit(given, STRENGTH)
        # A few marks of one kind must not shift all that a preset says.
        return fit(given, PRESET_STRENGTH, prior, of_bias=PRESET_STRENGTH)

    found = fitted(examples)
    if can_be_checked(len(marked.yes), len(marked.no)):
        held_out = np.empty(len(examples))
        for rows in folds(examples.marks, _FOLDS):
            held_out[rows] = fitted(examples.of(~rows)).logits(examples.vectors[rows])
        # Of marks alone: those that merely stand in were never asked about.
        known = np.arange(len(examples)) < len(marked.yes) + len(marked.no)
        found = found.stretched(*calibrated(examples.of(known), held_out[known]))
    return space.outside(found)


def lacking(yes: int, no: int) -> bool | None:
    """The answer of which there are too few marks: that a document is it, or that it is not. None if there
    are enough of both.
    """
    few, many = sorted((yes, no))
    return None if few == many or few >= max(_FEW, many / _FEW) else yes < no


def least_sure(probabilities: Numbers, vectors: Vectors, number: int, lacks: bool | None = None) -> list[int]:
    """The rows to ask about: the nearest to even odds, no two of which are nearly the same document.

    `lacks` is the answer with too few marks, if there is one (see `lacking`). Every second row is then one
    that likely gets it: a near miss of the label, where little is marked as not it.
    """
    rows = np.argsort(np.abs(probabilities - 0.5), kind="stable")
    others = rows[:0] if lacks is None else rows[(probabilities[rows] >= 0.5) == lacks]
    chosen: list[int] = []
    for row in chain.from_iterable(zip_longest(rows, others)):
        if len(chosen) == number:
            break
        if row is None or row in chosen:
            continue
        if not chosen or float((vectors[chosen] @ vectors[row]).max()) < _SAME:
            chosen.append(int(row))
    return chosen


def _examples(marked: Marked, space: Space, prior: Regression | None) -> Examples:
    """All examples. Each counts 1 if it is marked. A preset has examples of what is not it, so it needs no
    unmarked ones.
    """
    unmarked = marked.unmarked[: 0 if prior is not None else MOST_UNMARKED]
    sizes = (len(marked.yes), len(marked.no), len(unmarked))
    vectors = space.seen(np.concatenate([marked.yes, marked.no, unmarked]))
    marks = np.repeat([1.0, 0.0, 0.0], sizes)
    if not len(unmarked):
        return Examples(vectors, marks, np.ones(len(marks)))
    each = FIRST_COUNT / (1 + len(marked.no)) / len(unmarked)
    first = fit(Examples(vectors, marks, np.repeat([1.0, 1.0, each], sizes)), STRENGTH)
    is_not = first.probabilities(vectors[-len(unmarked) :]) < _MAY_BE
    counts = np.concatenate([np.ones(sizes[0] + sizes[1]), is_not * COUNT / len(unmarked)])
    return Examples(vectors, marks, counts)
