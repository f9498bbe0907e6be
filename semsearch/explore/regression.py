"""Logistic regression on few examples, and the calibration of what it says.

Newton's method on numpy alone: a web server that proposes labels need not load scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.records import Vector, Vectors

Numbers = npt.NDArray[np.float64]

# Newton's method needs 5 to 10 steps. It has arrived when no coefficient moves further than this.
_STEPS, _ARRIVED = 50, 1e-4
# A step is halved so often before the fit stays where it is.
_HALVINGS = 12
# The pull of the bias towards 0: without any, examples of one kind alone would send it to infinity.
_BIAS_STRENGTH = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """How sure it is that something is it: the logit is `vectors @ weights + bias`."""

    weights: Vector
    bias: float

    def logits(self, vectors: Vectors) -> Numbers:
        """The logit of each row of an array (documents, dims)."""
        return np.asarray(vectors @ self.weights.astype(vectors.dtype), np.float64) + self.bias

    def probabilities(self, vectors: Vectors) -> Numbers:
        """The probability of each row, from 0 to 1."""
        return expit(self.logits(vectors))

    def stretched(self, slope: float, offset: float) -> Regression:
        """The regression whose logits are `slope` times those of this one, plus `offset`."""
        return Regression(self.weights * np.float32(slope), self.bias * slope + offset)

    def packed(self) -> Vector:
        """The weights, and the bias after them."""
        return np.append(self.weights, np.float32(self.bias)).astype(np.float32)

    @classmethod
    def unpacked(cls, row: npt.NDArray[Any]) -> Regression:
        """The regression of such an array."""
        return cls(row[:-1].astype(np.float32), float(row[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Vectors (n, dims), what each is (from 0, is not, to 1, is), and how much each counts."""

    vectors: Vectors
    marks: Numbers
    counts: Numbers

    def __len__(self) -> int:
        return len(self.marks)

    def of(self, rows: npt.NDArray[np.bool_]) -> Examples:
        return Examples(self.vectors[rows], self.marks[rows], self.counts[rows])


def expit(logits: Numbers) -> Numbers:
    """The probabilities of logits."""
    found: Numbers = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    return found


def fit(
    examples: Examples, strength: float, prior: Regression | None = None, *, of_bias: float = _BIAS_STRENGTH
) -> Regression:
    """The regression with the least loss: the log loss of the examples, plus `strength` / 2 times the
    squared distance of its weights from those of the `prior`, or from 0, and `of_bias` / 2 times that of its
    bias.
    """
    dims = examples.vectors.shape[1]
    prior = prior or Regression(np.zeros(dims, np.float32), 0.0)
    # The weights differ from the prior's by a sum of the examples, so few examples need few unknowns.
    basis = None
    rows = examples.vectors.astype(np.float64)
    if len(examples) < dims:
        basis, coordinates = np.linalg.qr(rows.T)
        rows = coordinates.T
    known = prior.logits(examples.vectors)
    pull = np.append(np.full(rows.shape[1], strength), of_bias)
    found = _newton(np.column_stack([rows, np.ones(len(rows))]), known, examples, pull)
    moved = found[:-1] if basis is None else basis @ found[:-1]
    return Regression((prior.weights + moved).astype(np.float32), prior.bias + float(found[-1]))


def calibrated(examples: Examples, logits: Numbers) -> tuple[float, float]:
    """The slope and offset that make probabilities of the logits of held-out examples (Platt's scaling).

    A slope of 1 is assumed as long as few examples say otherwise.
    """
    yes, no = (float(examples.counts[examples.marks == mark].sum()) for mark in (1, 0))
    # Platt's targets: as if one more example of each kind had been the other way.
    targets = np.where(examples.marks == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    softened = Examples(logits[:, None].astype(np.float32), targets, examples.counts)
    found = fit(softened, strength=2.0, prior=Regression(np.ones(1, np.float32), 0.0))
    return max(0.05, float(found.weights[0])), found.bias


def folds(marks: Numbers, number: int) -> Iterator[npt.NDArray[np.bool_]]:
    """Which examples are held out, for each of so many folds; each kind is spread over all of them."""
    fold = np.empty(len(marks), np.int64)
    for mark in np.unique(marks):
        rows = np.flatnonzero(marks == mark)
        fold[rows] = np.arange(len(rows)) % number
    for n in range(number):
        yield fold == n


def _newton(rows: Numbers, known: Numbers, examples: Examples, pull: Numbers) -> Numbers:
    """The coefficients, of which the last is the bias. `known` are the logits that they are added to."""
    found = np.zeros(rows.shape[1])

    def loss(at: Numbers) -> float:
        logits = known + rows @ at
        each = np.logaddexp(0, logits) - examples.marks * logits
        return float(examples.counts @ each + (pull * at) @ at / 2)

    now = loss(found)
    for _ in range(_STEPS):
        sure = expit(known + rows @ found)
        slope = rows.T @ (examples.counts * (sure - examples.marks)) + pull * found
        curve = (rows.T * (examples.counts * sure * (1 - sure))) @ rows + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        for _ in range(_HALVINGS):
            if (after := loss(found - step)) <= now:
                break
            step = step / 2
        else:
            return found
        found, now = found - step, after
        if np.abs(step).max() < _ARRIVED:
            break
    return found
