"""Interests: liked documents in groups, and what is near to each group, varied and away from dislikes.

All vectors are rows of float32 with length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# Two groups of likes are one interest where they are nearer to each other, on average, than other pairs of
# documents by this number of standard deviations, or halfway from their mean to the nearest of them, if that
# is less: in a library of a few subjects many pairs are near. -- benchmarks/likes
TOGETHER = 1.5
_NEAREST_PERCENTILE = 99.5
# What is less near to every like than pairs by this number of deviations is not proposed.
_NEAR = 1.0
# How much nearness counts in a list, against difference from what is in the list already. -- benchmarks/likes
NEARNESS = 0.8
# How much of the similarity to the nearest dislike is taken away. -- benchmarks/likes
AWAY = 0.3


@dataclass(frozen=True, slots=True)
class Likeness:
    """How similar pairs of documents are: those that belong together, and those that are near."""

    together: float = 0.0
    near: float = 0.0

    @classmethod
    def of(cls, vectors: Vectors, together: float = TOGETHER) -> Likeness:
        """By the pairs of a sample of the library; `together` is a number of standard deviations."""
        if len(vectors) < 2:
            return cls()
        similar = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        mean, deviation = float(similar.mean()), float(similar.std())
        halfway = (mean + float(np.percentile(similar, _NEAREST_PERCENTILE))) / 2
        least = min(mean + together * deviation, halfway)
        return cls(least, min(mean + _NEAR * deviation, least))


def grouped(vectors: Vectors, least: float) -> list[npt.NDArray[np.int64]]:
    """The numbers of the likes of each interest, the largest interest first.

    Groups are merged, the nearest two first, until no two have a mean similarity of `least`: average linkage.
    """
    groups: list[list[int]] = [[n] for n in range(len(vectors))]
    # Mean similarity between groups; a group is not merged with itself.
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    while len(groups) > 1:
        a, b = divmod(int(similar.argmax()), len(groups))
        if similar[a, b] < least:
            break
        a, b = min(a, b), max(a, b)
        sizes = len(groups[a]), len(groups[b])
        merged = np.average(similar[[a, b]], axis=0, weights=sizes)
        similar[a], similar[:, a] = merged, merged
        similar[a, a] = -np.inf
        similar = np.delete(np.delete(similar, b, 0), b, 1)
        groups[a] += groups.pop(b)
    return [np.array(sorted(group)) for group in sorted(groups, key=lambda each: (-len(each), min(each)))]


def nearest_group(
    vectors: Vectors, likes: Vectors, groups: Sequence[npt.NDArray[np.int64]]
) -> npt.NDArray[np.int64]:
    """For each vector, the number of the group that has the like which is nearest to it."""
    of_like = np.empty(len(likes), np.int64)
    for n, group in enumerate(groups):
        of_like[group] = n
    found: npt.NDArray[np.int64] = of_like[(vectors @ likes.T).argmax(axis=1)]
    return found


def middle(vectors: Vectors) -> Vector:
    """The direction of the mean of some likes."""
    found: Vector = unit(vectors.mean(axis=0, keepdims=True))[0]
    return found


def chosen(
    candidates: Vectors,
    likes: Vectors,
    dislikes: Vectors,
    most: int,
    least: float = -1.0,
    nearness: float = NEARNESS,
) -> list[int]:
    """The numbers of the candidates for a list, the best first: near to the likes, and unlike each other.

    A candidate is left out that is nearer to a dislike than to every like, or whose similarity to every like
    is below `least`. The next one is that with the best
    of nearness and variety (maximal marginal relevance, Carbonell and Goldstein 1998).
    """
    if not len(candidates):
        return []
    near = candidates @ middle(likes)
    wanted = (candidates @ likes.T).max(axis=1)
    near = np.where(wanted < least, -np.inf, near)
    if len(dislikes):
        unwanted = (candidates @ dislikes.T).max(axis=1)
        near = np.where(unwanted > wanted, -np.inf, near - AWAY * np.maximum(unwanted, 0.0))
    taken: list[int] = []
    repeated = np.zeros(len(candidates), np.float32)
    left = np.isfinite(near)
    while left.any() and len(taken) < most:
        worth = np.where(left, nearness * near - (1 - nearness) * repeated, -np.inf)
        best = int(worth.argmax())
        taken.append(best)
        left[best] = False
        repeated = np.maximum(repeated, candidates @ candidates[best])
    return taken
