"""The nearest neighbours of vectors among each other: all pairs of a small set, likely ones of a large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

Numbers = npt.NDArray[np.intp]

# Sets up to this size are compared pair by pair.
_EXACT = 20_000
# A larger set is cut into cells, and a vector is compared with those of the nearest cells.
_IN_CELL, _PROBED, _ROUNDS = 256, 12, 4
# Similarities that are held at once.
_AT_ONCE = 20_000_000
# Columns of which the smallest value is looked at first.
_GROUP = 64


def nearest(vectors: Vectors, k: int) -> tuple[Numbers, Vectors]:
    """The `k` nearest other rows of each row of (n, dims), nearest first, with their Euclidean distances.

    Both arrays have the shape (n, k); `k` must be below n. Of more than 20,000 rows some may be missed.
    """
    if len(vectors) <= _EXACT:
        every = np.arange(len(vectors))
        found = [_among(vectors, rows, every, k) for rows in _parts(every, vectors)]
        return np.concatenate([rows for rows, _ in found]), np.concatenate([far for _, far in found])
    return _by_cells(vectors, k)


def nearest_of(vectors: Vectors, among: Vectors, k: int) -> tuple[Numbers, Vectors]:
    """The `k` nearest rows of `among` for each of some other vectors, in no order, with their distances."""
    k, half = min(k, len(among)), np.square(among).sum(axis=1) / 2
    found = np.concatenate(
        [_smallest(half - vectors[rows] @ among.T, k) for rows in _parts(np.arange(len(vectors)), among)]
    )
    far = np.stack(
        [np.linalg.norm(among[own] - one, axis=1) for own, one in zip(found, vectors, strict=True)]
    )
    return found, far


def _smallest(values: Vectors, k: int) -> Numbers:
    """The columns of the `k` smallest values of each row. They lie in the `k` groups with the smallest."""
    groups = values.shape[1] // _GROUP
    if groups <= 2 * k:
        return np.argpartition(values, k - 1, axis=1)[:, :k]
    least = values[:, : groups * _GROUP].reshape(len(values), groups, _GROUP).min(axis=2)
    chosen = np.argpartition(least, k - 1, axis=1)[:, :k]
    columns = (chosen[:, :, None] * _GROUP + np.arange(_GROUP)).reshape(len(values), -1)
    rest = np.broadcast_to(
        np.arange(groups * _GROUP, values.shape[1]), (len(values), values.shape[1] % _GROUP)
    )
    columns = np.concatenate([columns, rest], axis=1)
    among = np.argpartition(np.take_along_axis(values, columns, axis=1), k - 1, axis=1)[:, :k]
    return np.take_along_axis(columns, among, axis=1)


def _by_cells(vectors: Vectors, k: int) -> tuple[Numbers, Vectors]:
    n = len(vectors)
    middles = vectors[np.random.default_rng(0).choice(n, n // _IN_CELL, replace=False)]
    for _ in range(_ROUNDS):
        cell = _nearest_middle(vectors, middles)
        sums = np.zeros_like(middles)
        np.add.at(sums, cell, vectors)
        sizes = np.bincount(cell, minlength=len(middles))[:, None]
        middles = np.where(sizes > 0, sums / np.maximum(sizes, 1), middles)
    cell = _nearest_middle(vectors, middles)
    probed, _ = nearest_of(middles, middles, _PROBED)
    order = np.argsort(cell, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(cell, minlength=len(middles)))[:-1])
    found, far = np.zeros((n, k), np.intp), np.zeros((n, k), np.float32)
    for own, others in zip(members, probed, strict=True):
        candidates = np.concatenate([members[each] for each in others])
        if len(candidates) <= k:
            candidates = np.arange(n)
        for rows in _parts(own, candidates):
            found[rows], far[rows] = _among(vectors, rows, candidates, k)
    return found, far


def _nearest_middle(vectors: Vectors, middles: Vectors) -> Numbers:
    half = np.square(middles).sum(axis=1) / 2
    parts = _parts(np.arange(len(vectors)), middles)
    return np.concatenate([np.argmin(half - vectors[rows] @ middles.T, axis=1) for rows in parts])


def _among(vectors: Vectors, rows: Numbers, candidates: Numbers, k: int) -> tuple[Numbers, Vectors]:
    """The `k` nearest candidates of these rows, without the rows themselves."""
    some, others = vectors[rows], vectors[candidates]
    squared = np.square(some).sum(axis=1)[:, None] + np.square(others).sum(axis=1) - 2 * some @ others.T
    squared[rows[:, None] == candidates] = np.inf
    chosen = np.argpartition(squared, k - 1, axis=1)[:, :k]
    far = np.take_along_axis(squared, chosen, axis=1)
    order = np.argsort(far, axis=1, kind="stable")
    far = np.sqrt(np.take_along_axis(far, order, axis=1).clip(0))
    return candidates[np.take_along_axis(chosen, order, axis=1)], far.astype(np.float32)


def _parts(rows: Numbers, others: Vectors | Numbers) -> Iterator[Numbers]:
    """The rows in parts whose comparison with the others fits into memory."""
    height = max(1, _AT_ONCE // max(1, len(others)))
    for start in range(0, len(rows), height):
        yield rows[start : start + height]
