"""The nearest neighbours of vectors, by products of blocks of the matrix: of all pairs, or of likely ones.

The nearest of some vectors w to a vector v has the greatest v·w − |w|²/2: v and w are 2(|v|²/2 − that) apart,
squared. For unit vectors the nearest is that with the greatest cosine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

Numbers = npt.NDArray[np.intp]

# The scores of one block: 16 MB.
_SCORES = 4_000_000
# Scores of which only the greatest is looked at first.
_GROUP = 64
# A large set is cut into cells, and a vector is compared with those of its own cell and the nearest ones.
_IN_CELL, _NEAR_CELLS, _ROUNDS = 256, 11, 4


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """For each vector its nearest ones, nearest first: arrays (vectors, count) of rows and of distances."""

    rows: Numbers
    distances: Vectors

    @property
    def cosines(self) -> Vectors:
        """The cosines of unit vectors with their neighbours."""
        return (1 - np.square(self.distances) / 2).astype(np.float32)


def neighbours(vectors: Vectors, count: int, *, exact_up_to: int | None = None) -> Neighbours:
    """The `count` nearest other rows of each row of (n, dims); fewer if there are not so many.

    Of more than `exact_up_to` rows some neighbours may be missed; without it none are.
    """
    count = max(0, min(count, len(vectors) - 1))
    if exact_up_to is not None and len(vectors) > exact_up_to:
        return _by_cells(vectors, count)
    return _best(vectors, vectors, count, are_first=True)


def nearest_of(vectors: Vectors, among: Vectors, count: int) -> Neighbours:
    """The `count` nearest rows of `among` for each of some other vectors; fewer if there are not so many."""
    return _best(vectors, among, min(count, len(among)), are_first=False)


def nearest_mean(vectors: Vectors, means: Vectors) -> Numbers:
    """The number of the nearest mean (n, dims) of a group for each vector, as k-means counts.

    A mean of unit vectors is the shorter, the more its group is spread out. So a wide group reaches farther
    than by cosine.
    """
    found = np.zeros(len(vectors), np.intp)
    for part, scores in _blocks(vectors, means):
        found[part] = scores.argmax(axis=1)
    return found


def _blocks(some: Vectors, others: Vectors) -> Iterator[tuple[slice, Vectors]]:
    """The scores of `some` with each of the others, for a part of `some` at a time.

    Their columns are filled up to whole groups. The next block overwrites the one before.
    """
    half, size = np.square(others).sum(axis=1) / 2, len(others)
    height = max(1, min(len(some), _SCORES // max(1, size)))
    block = np.full((height, -(-size // _GROUP) * _GROUP), -np.inf, np.float32)
    for start in range(0, len(some), height):
        part = some[start : start + height]
        scores = block[: len(part), :size]
        np.matmul(part, others.T, out=scores)
        scores -= half
        yield slice(start, start + len(part)), block[: len(part)]


def _best(some: Vectors, others: Vectors, count: int, *, are_first: bool) -> Neighbours:
    """The nearest of the others. `are_first`: they begin with `some`, each of which is none of its own."""
    rows = np.zeros((len(some), count), np.intp)
    distances = np.zeros((len(some), count), np.float32)
    if count:
        for part, scores in _blocks(some, others):
            if are_first:
                own = np.arange(part.start, part.stop)
                scores[own - part.start, own] = -np.inf
            rows[part], values = _greatest(scores, count)
            squared = np.square(some[part]).sum(axis=1)[:, None] - 2 * values
            distances[part] = np.sqrt(squared.clip(0))
    return Neighbours(rows, distances)


def _greatest(scores: Vectors, count: int) -> tuple[Numbers, Vectors]:
    """The columns of the greatest scores of each row, and these scores, the greatest first.

    They lie in the groups of columns that have the greatest maxima, so most scores are looked at once.
    """
    groups = scores.reshape(len(scores), -1, _GROUP)
    if groups.shape[1] <= 2 * count:  # most of them would be looked at twice
        return _in_order(scores, count)
    best = np.argpartition(groups.max(axis=2), -count, axis=1)[:, -count:]
    values = np.take_along_axis(groups, best[:, :, None], axis=1).reshape(len(scores), -1)
    columns = (best[:, :, None] * _GROUP + np.arange(_GROUP)).reshape(len(scores), -1)
    chosen, values = _in_order(values, count)
    return np.take_along_axis(columns, chosen, axis=1), values


def _in_order(scores: Vectors, count: int) -> tuple[Numbers, Vectors]:
    chosen = np.argpartition(scores, -count, axis=1)[:, -count:]
    order = np.argsort(-np.take_along_axis(scores, chosen, axis=1), axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, order, axis=1)
    return chosen, np.take_along_axis(scores, chosen, axis=1)


def _by_cells(vectors: Vectors, count: int) -> Neighbours:
    size = len(vectors)
    middles = vectors[np.random.default_rng(0).choice(size, size // _IN_CELL, replace=False)]
    for _ in range(_ROUNDS):
        cell = nearest_mean(vectors, middles)
        sums = np.zeros_like(middles)
        np.add.at(sums, cell, vectors)
        sizes = np.bincount(cell, minlength=len(middles))[:, None]
        middles = np.where(sizes > 0, sums / np.maximum(sizes, 1), middles)
    cell = nearest_mean(vectors, middles)
    order = np.argsort(cell, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(cell, minlength=len(middles)))[:-1])
    rows = np.zeros((size, count), np.intp)
    distances = np.zeros((size, count), np.float32)
    for own, near in zip(members, neighbours(middles, _NEAR_CELLS).rows, strict=True):
        others = np.concatenate([own, *(members[each] for each in near)])
        if len(others) <= count:
            others = np.concatenate([own, np.setdiff1d(np.arange(size), own)])
        found = _best(vectors[own], vectors[others], count, are_first=True)
        rows[own], distances[own] = others[found.rows], found.distances
    return Neighbours(rows, distances)
