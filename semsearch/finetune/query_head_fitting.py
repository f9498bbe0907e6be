"""Fit a head for queries to judged pairs, and find out by held-out queries whether it gains anything.

A query should move towards what answers it, and away from what was near without being an answer. For each
judged query i the wanted step is

    t_i = mean(answers) - mean(nearest others)

and ridge regression makes a linear map of these steps:

    q' = q + step * T' (K + ridge I)^-1 Q q,    K = Q Q'

Passages stay where they are. So all similarities are linear in the step, and the many fits of a cross-
validation are products of small matrices with similarities that are computed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

# The settings that are tried: how strongly steps are regularised, and how far queries go.
RIDGES = (0.3, 1.0, 3.0, 10.0)
STEPS = (0.5, 1.0, 2.0)
# The documents near a query which do not answer it, from which it is moved away.
_OTHERS = 30
_FIRST = 10
_FOLDS = 10
# A head is kept if held-out queries gain this much nDCG@10, and this many standard errors: by chance alone
# one head in twenty gains as many.
LEAST_GAIN, LEAST_ERRORS = 0.01, 1.65

Numbers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Queries as unit rows (queries, dims), passages as unit rows (passages, dims) in the order of their
    documents, the number of the first passage of each document, and the documents that answer each query.
    """

    queries: Vectors
    passages: Vectors
    starts: Numbers
    answers: Sequence[Numbers]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, and the mean nDCG@10 of queries held out, without it and with it, by meaning alone.

    `matrix` is None if they gain too little. `error` is the standard error of the gain.
    """

    matrix: Vectors | None
    before: float
    after: float
    error: float
    ridge: float
    step: float

    @property
    def gain(self) -> float:
        return self.after - self.before


def fit(lesson: Lesson) -> Fitted:
    """Fit a head. The settings are chosen by cross-validation inside of the queries that each fold learns
    from, so that the queries held out have no part in it. The same input gives the same head.
    """
    trial = _Trial(lesson)
    everything = np.arange(len(lesson.queries))
    after = np.zeros(len(everything))
    for taught, held in _folds(everything):
        ridge, step = _chosen(trial, taught)
        after[held] = trial.gains_of(taught, held, ridge)[STEPS.index(step)]
    gains = after - trial.before
    error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
    ridge, step = _chosen(trial, everything)
    is_kept = gains.mean() >= max(LEAST_GAIN, LEAST_ERRORS * error)
    matrix = trial.matrix(everything, ridge, step) if is_kept else None
    return Fitted(matrix, float(trial.before.mean()), float(after.mean()), error, ridge, step)


def _chosen(trial: _Trial, queries: Numbers) -> tuple[float, float]:
    """The ridge and the step with which held-out queries among these score highest."""
    sums = np.zeros((len(RIDGES), len(STEPS)))
    for taught, held in _folds(queries):
        for row, ridge in enumerate(RIDGES):
            sums[row] += trial.gains_of(taught, held, ridge).sum(axis=1)
    best = int(np.argmax(sums))
    return RIDGES[best // len(STEPS)], STEPS[best % len(STEPS)]


def _folds(queries: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Those to learn from and those held out, in turns."""
    shuffled = np.random.default_rng(0).permutation(queries)
    for held in np.array_split(shuffled, min(_FOLDS, len(shuffled))):
        yield np.setdiff1d(queries, held), held


class _Trial:
    """The similarities of all queries and of their wanted steps to all passages."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._near = lesson.queries @ lesson.passages.T
        self.steps = self._wanted()
        self._steps_near = self.steps @ lesson.passages.T
        self.kernel = (lesson.queries @ lesson.queries.T).astype(np.float64)
        self.before = self._scores(np.arange(len(lesson.queries)), self._near)

    def gains_of(self, taught: Numbers, held: Numbers, ridge: float) -> Floats:
        """The nDCG@10 of the queries held out (steps, held), for each of STEPS."""
        regular = self.kernel[np.ix_(taught, taught)] + ridge * np.eye(len(taught))
        weights = np.linalg.solve(regular, self.kernel[np.ix_(taught, held)]).T
        moved: Vectors = weights.astype(np.float32) @ self._steps_near[taught]
        return np.stack([self._scores(held, self._near[held] + np.float32(step) * moved) for step in STEPS])

    def matrix(self, taught: Numbers, ridge: float, step: float) -> Vectors:
        """The head that is fitted to these queries."""
        queries = self._lesson.queries[taught].astype(np.float64)
        regular = self.kernel[np.ix_(taught, taught)] + ridge * np.eye(len(taught))
        learned = self.steps[taught].T @ np.linalg.solve(regular, queries)
        return (np.eye(queries.shape[1]) + step * learned).astype(np.float32)

    def _wanted(self) -> Vectors:
        """The wanted step of each query. A document counts by its passage nearest to the query."""
        rows = []
        for near, answers in zip(self._near, self._lesson.answers, strict=True):
            best = self._best(near[None])[0]
            others = best.copy()
            others[answers] = -np.inf
            nearest = np.argsort(-others)[: min(_OTHERS, len(best) - len(answers))]
            away = self._passages_of(near, nearest).mean(axis=0) if len(nearest) else 0.0
            rows.append(self._passages_of(near, answers).mean(axis=0) - away)
        return np.stack(rows).astype(np.float32)

    def _passages_of(self, near: Vectors, documents: Numbers) -> Vectors:
        """The passage of each document that is nearest to a query."""
        ends = np.append(self._lesson.starts[1:], len(near))
        places = [
            start + int(np.argmax(near[start:end]))
            for start, end in zip(self._lesson.starts[documents], ends[documents], strict=True)
        ]
        return self._lesson.passages[places]

    def _best(self, near: Vectors) -> Vectors:
        """The similarity of each document, of its best passage: (queries, documents)."""
        found: Vectors = np.maximum.reduceat(near, self._lesson.starts, axis=1)
        return found

    def _scores(self, queries: Numbers, near: Vectors) -> Floats:
        """The nDCG@10 of queries with these similarities (queries, passages)."""
        best = self._best(near)
        worth = 1 / np.log2(np.arange(2, _FIRST + 2))
        scores = []
        for row, query in zip(best, queries, strict=True):
            answers = self._lesson.answers[query]
            first = np.argsort(-row, kind="stable")[:_FIRST]
            reached = (np.isin(first, answers) * worth[: len(first)]).sum()
            scores.append(reached / worth[: len(answers)].sum())
        return np.array(scores)
