"""The nearest neighbours of vectors among each other: all pairs of a small set, the likely ones of a large."""

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


def nearest(vectors: Vectors, k: int) -> tuple[Numbers, Vectors]:
    """The `k` nearest other rows of each row of (n, dims), nearest first, with their Euclidean distances.

    Both arrays have the shape (n, k); `k` must be below n. Of more than 20,000 rows some may be missed.
    """
    if len(vectors) <= _EXACT:
        every = np.arange(len(vectors))
        found = [_among(vectors, rows, every, k) for rows in _parts(every, len(vectors))]
        return np.concatenate([rows for rows, _ in found]), np.concatenate([far for _, far in found])
    return _by_cells(vectors, k)


def nearest_of(vectors: Vectors, among: Vectors, k: int) -> tuple[Numbers, Vectors]:
    """The `k` nearest rows of `among` for each of some other vectors, in no order, with their distances."""
    k = min(k, len(among))
    squares = np.square(among).sum(axis=1)
    found, far = [], []
    for rows in _parts(np.arange(len(vectors)), len(among)):
        some = vectors[rows]
        squared = np.square(some).sum(axis=1)[:, None] + squares - 2 * some @ among.T
        chosen = np.argpartition(squared, k - 1, axis=1)[:, :k]
        found.append(chosen)
        far.append(np.sqrt(np.take_along_axis(squared, chosen, axis=1).clip(0)))
    return np.concatenate(found), np.concatenate(far)


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
        for rows in _parts(own, len(candidates)):
            found[rows], far[rows] = _among(vectors, rows, candidates, k)
    return found, far


def _nearest_middle(vectors: Vectors, middles: Vectors) -> Numbers:
    half = np.square(middles).sum(axis=1) / 2
    parts = _parts(np.arange(len(vectors)), len(middles))
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


def _parts(rows: Numbers, width: int) -> Iterator[Numbers]:
    """The rows in parts whose comparison with `width` others fits into memory."""
    height = max(1, _AT_ONCE // max(1, width))
    for start in range(0, len(rows), height):
        yield rows[start : start + height]
