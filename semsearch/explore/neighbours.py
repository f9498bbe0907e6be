"""The nearest neighbours of every document, found exactly by products of blocks of the matrix of vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

# The cosines of one block: 16 MB.
_PRODUCTS = 4_000_000
# Cosines of which only the greatest is looked at first.
_GROUP = 64


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """For each vector its nearest others, nearest first: arrays (vectors, count) of rows and of cosines."""

    rows: npt.NDArray[np.intp]
    cosines: npt.NDArray[np.float32]


def neighbours(vectors: Vectors, count: int) -> Neighbours:
    """The `count` nearest others of each unit vector by their cosine; fewer if there are not so many."""
    size = len(vectors)
    count = max(0, min(count, size - 1))
    rows = np.zeros((size, count), np.intp)
    cosines = np.zeros((size, count), np.float32)
    if not count:
        return Neighbours(rows, cosines)
    step = max(1, _PRODUCTS // size)
    width = -(-size // _GROUP) * _GROUP
    block = np.full((min(step, size), width), -2, np.float32)  # less than any cosine
    for start in range(0, size, step):
        some = vectors[start : start + step]
        products = block[: len(some)]
        np.matmul(some, vectors.T, out=products[:, :size])
        own = np.arange(len(some))
        products[own, start + own] = -2  # no vector is its own neighbour
        near, values = _greatest(products, count)
        rows[start : start + step], cosines[start : start + step] = near, values
    return Neighbours(rows, cosines)


def _greatest(products: Vectors, count: int) -> tuple[npt.NDArray[np.intp], Vectors]:
    """The columns of the greatest values of each row, and these values, the greatest first.

    They lie in the groups of columns that have the greatest maxima, so most values are looked at once.
    """
    groups = products.reshape(len(products), -1, _GROUP)
    maxima = groups.max(axis=2)
    kept = min(count, maxima.shape[1])
    best = np.argpartition(maxima, -kept, axis=1)[:, -kept:]
    values = np.take_along_axis(groups, best[:, :, None], axis=1).reshape(len(products), -1)
    columns = (best[:, :, None] * _GROUP + np.arange(_GROUP)).reshape(len(products), -1)
    chosen = np.argpartition(values, -count, axis=1)[:, -count:]
    order = np.argsort(-np.take_along_axis(values, chosen, axis=1), axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, order, axis=1)
    return np.take_along_axis(columns, chosen, axis=1), np.take_along_axis(values, chosen, axis=1)
