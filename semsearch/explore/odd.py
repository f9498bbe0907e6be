"""Which documents do not fit: far from everything, or in a folder whose documents are not like them.

How far a document is from everything is its distance to a fiftieth of the library. The local outlier factor,
which compares it with that of its neighbours, does not see a handful of strangers that are like each other:
benchmarks/odd_ones.py measures both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.explore.neighbours import Neighbours
from semsearch.records import Vectors

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

# Neighbours by which a folder is judged.
COUNTED = 15
# Documents that stand for the library, the share of them that is its neighbourhood, and the fewest in it.
_SAMPLE, _SHARE, _FEWEST = 1000, 0.02, 10
# Documents that are compared with the sample at once.
_BLOCK = 4000
# Documents whose neighbours are compared with each other at once: 18 MB for 15 neighbours.
_FITTED = 10_000
# The first neighbours weigh the same: one of them may be a version of the document. The weight of a further
# one falls to 1/e when its cosine falls by this.
_EQUAL, _FALL = 3, 0.05
# Spreads beyond the median from which a document is far from everything.
_FAR = 3.0
# The least fit to another folder, beyond that to its own, with which a document seems to be misfiled; the
# fewest documents of the other folder, and the fewest neighbours in it.
_MISFILED, _FEWEST_IN_FOLDER, _FEWEST_THERE = 0.6, 5, 4


def remoteness(vectors: Vectors) -> Floats:
    """For each unit vector, one minus its cosine with the last of its neighbourhood: from 0 to 2.

    The neighbourhood is a fiftieth of the vectors, and in a small library ten. It is looked for in a sample.
    """
    size = len(vectors)
    chosen = np.sort(np.random.default_rng(0).permutation(size)[:_SAMPLE])
    sample = vectors[chosen]
    last = min(max(_FEWEST, round(_SHARE * len(sample))), len(sample) - 1)
    found = np.zeros(size)
    if last < 1:
        return found
    own = np.full(size, -1)
    own[chosen] = np.arange(len(chosen))
    for start in range(0, size, _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ sample.T
        rows = np.flatnonzero(own[start : start + _BLOCK] >= 0)
        cosines[rows, own[start + rows]] = -2  # no vector is its own neighbour
        found[start : start + _BLOCK] = 1 - np.partition(cosines, -last, axis=1)[:, -last]
    return found


def in_spreads(remote: Floats) -> Floats:
    """How far each remoteness lies beyond the median, in spreads: 1.48 × the median deviation from it."""
    if not len(remote):
        return remote
    middle = float(np.median(remote))
    spread = 1.48 * float(np.median(np.abs(remote - middle)))
    return (remote - middle) / max(spread, 1e-6)


def far_from(spreads: Floats) -> Whole:
    """The rows that are far from everything, the farthest first."""
    order = np.argsort(-spreads, kind="stable")
    return order[spreads[order] > _FAR]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How documents fit into folders: arrays (documents,).

    `score` is how much better a document fits into `folder`, the number of another one, than into its own:
    from -1 to 1. `there` and `own` count its neighbours in each of them.
    """

    score: Floats
    folder: Whole
    there: Whole
    own: Whole


def fit(near: Neighbours, folders: Whole, is_own: Flags, counts: Flags) -> Fit:
    """How each document fits into its folder, by the folders of its neighbours.

    `folders` are numbers of folders, one for each document. Of each neighbour, `is_own` says whether it lies
    in the folder of the document, and `counts` whether it counts: a copy of the document does not.
    """
    size = len(folders)
    if not near.rows.size:
        return Fit(np.full(size, -1.0), folders, *(np.zeros(size, np.intp) for _ in range(2)))
    sizes = np.bincount(folders)
    parts = []
    for start in range(0, size, _FITTED):
        block = slice(start, start + _FITTED)
        some = Neighbours(near.rows[block], near.distances[block])
        parts.append(_fit(some, folders, sizes, is_own[block], counts[block]))
    score, folder, there, own = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Fit(score, folder, there, own)


def _fit(
    near: Neighbours, folders: Whole, sizes: Whole, is_own: Flags, counts: Flags
) -> tuple[Floats, Whole, Whole, Whole]:
    """The arrays of `Fit` for some documents. `sizes` are the numbers of documents of all folders."""
    theirs, rows, cosines = folders[near.rows], np.arange(len(near.rows)), near.cosines
    third = cosines[:, min(_EQUAL, cosines.shape[1]) - 1 :][:, :1]
    weights = np.where(counts, np.exp(np.minimum(cosines - third, 0.0) / _FALL), 0.0)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    may_be = ~is_own & (sizes[theirs] >= _FEWEST_IN_FOLDER)
    # For each neighbour, the weight of all that lie in the same folder.
    together = (theirs[:, :, None] == theirs[:, None, :]) @ (weights * may_be)[:, :, None]
    # A folder that has most of the library has most neighbours anyway.
    by_chance = sizes[theirs] / len(folders)
    gain = np.where(may_be, (together[:, :, 0] - by_chance) / np.maximum(1 - by_chance, 1e-9), -1.0)
    best = theirs[rows, gain.argmax(axis=1)]
    return (
        gain.max(axis=1) - (weights * is_own).sum(axis=1),
        best,
        ((theirs == best[:, None]) & counts).sum(axis=1),
        (is_own & counts).sum(axis=1),
    )


def misfiled(found: Fit) -> Whole:
    """The rows of documents that seem to lie in the wrong folder, the clearest first."""
    order = np.argsort(-found.score, kind="stable")
    is_clear = (found.score >= _MISFILED) & (found.there >= _FEWEST_THERE) & (found.there > found.own)
    return order[is_clear[order]]


def own_ones(near: Neighbours, folders: Whole, names: Sequence[tuple[str, str]]) -> Flags:
    """For each neighbour, whether it lies in the folder of the document, in one of that, or in one around it.

    `names` are the folders by their numbers: root and path. Every folder lies in that with the path "", so
    that one is only its own.
    """
    pairs = folders[:, None] * len(names) + folders[near.rows]
    each, places = np.unique(pairs, return_inverse=True)
    known = [_is_kin(names[pair // len(names)], names[pair % len(names)]) for pair in each.tolist()]
    return np.array(known, bool)[places].reshape(pairs.shape)


def _is_kin(one: tuple[str, str], other: tuple[str, str]) -> bool:
    short, long = sorted((one[1], other[1]), key=len)
    return one == other or (one[0] == other[0] and bool(short) and long.startswith(f"{short}/"))
