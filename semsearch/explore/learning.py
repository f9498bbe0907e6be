"""Learn a label from few marks: a regression on vectors, and probabilities as good as the marks allow.

Documents that nobody has marked stand in for what is not it: most of them are not. They count little, and
less the more documents are marked as not it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from semsearch.explore.regression import Examples, Numbers, Regression, calibrated, expit, fit, folds
from semsearch.records import Vector, Vectors

# The pull of the weights towards 0, or towards those of a preset, in the space of `Space`.
STRENGTH, PRESET_STRENGTH = 0.1, 0.1
# Unmarked documents that stand in for what is not it: how many at most, and what they count together.
MOST_UNMARKED, UNMARKED_COUNT = 400, 3.0
# Probabilities are calibrated from so many marks of either kind on; fewer would tell nothing.
ENOUGH, _FOLDS = 5, 5


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

    @property
    def is_enough(self) -> bool:
        """Whether the probabilities can be checked on marks that were held out."""
        return min(len(self.yes), len(self.no)) >= ENOUGH


def learn(marked: Marked, space: Space, preset: Regression | None = None) -> Regression:
    """How sure it is that a vector is it. There must be a mark of it, or a `preset` to start from."""
    examples = _examples(marked, space, is_preset=preset is not None)
    prior = space.inside(preset) if preset is not None else None
    strength = PRESET_STRENGTH if preset is not None else STRENGTH
    found = fit(examples, strength, prior)
    if marked.is_enough:
        held_out = np.empty(len(examples))
        for rows in folds(examples.marks, _FOLDS):
            held_out[rows] = fit(examples.of(~rows), strength, prior).logits(examples.vectors[rows])
        found = found.stretched(*calibrated(examples, held_out))
    return space.outside(found)


def least_sure(probabilities: Numbers, vectors: Vectors, number: int) -> list[int]:
    """The rows to ask about: the nearest to even odds, no two of which are nearly the same document."""
    chosen: list[int] = []
    for row in np.argsort(np.abs(probabilities - 0.5), kind="stable"):
        if len(chosen) == number:
            break
        if not chosen or float((vectors[chosen] @ vectors[row]).max()) < _SAME:
            chosen.append(int(row))
    return chosen


# Two documents with a similarity above this would be one question asked twice.
_SAME = 0.97


def _examples(marked: Marked, space: Space, *, is_preset: bool) -> Examples:
    """All examples, each of which counts 1 if it is marked."""
    unmarked = marked.unmarked[: 0 if is_preset else MOST_UNMARKED]
    together = space.seen(np.concatenate([marked.yes, marked.no, unmarked]))
    each = UNMARKED_COUNT / (1 + len(marked.no)) / max(1, len(unmarked))
    sizes = (len(marked.yes), len(marked.no), len(unmarked))
    return Examples(together, np.repeat([1.0, 0.0, 0.0], sizes), np.repeat([1.0, 1.0, each], sizes))


__all__ = ["ENOUGH", "MOST_UNMARKED", "Marked", "Regression", "Space", "expit", "learn", "least_sure"]
