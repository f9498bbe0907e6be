"""Measure how well captions find their pictures among others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.records import Vectors

# Captions with a greater similarity say the same, so each is right to find the pictures of the others.
SAME = 0.9999

# A smaller difference of similarities is ignored: pictures that look the same differ by rounding.
_TIE = 1e-5

# Captions that are compared with all others at once, which makes a large matrix.
_CAPTIONS_AT_ONCE = 1000

Ranks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """The shares of captions that find their picture first, or in the first ten; the median rank, from 1."""

    recall_1: float
    recall_10: float
    median_rank: float


class Judged:
    """The captions that should find each picture."""

    def __init__(self, captions: Sequence[Vectors]) -> None:
        """`captions` are unit rows (at least one) for each picture."""
        self._captions = np.concatenate(captions)
        starts = np.cumsum([0, *(len(rows) for rows in captions[:-1])])
        parts = np.array_split(self._captions, -(-len(self._captions) // _CAPTIONS_AT_ONCE))
        alike = [np.maximum.reduceat(part @ self._captions.T, starts, axis=1) for part in parts]
        self._relevant = np.concatenate(alike) > SAME

    def ranks(self, pictures: Vectors) -> Ranks:
        """For each caption, the number of other pictures that are at least as near as its own; 0 is best.

        `pictures` are rows of any length.
        """
        lengths = np.linalg.norm(pictures, axis=1)
        near = self._captions @ pictures.T / np.maximum(lengths, 1e-12)
        own = np.where(self._relevant, near, -np.inf).max(axis=1, keepdims=True)
        ranks: Ranks = ((near >= own - _TIE) & ~self._relevant).sum(axis=1)
        return ranks


def gain(ranks: Ranks) -> float:
    """The gain of these ranks, between 0 and 1: nDCG with one right answer each."""
    return float((1 / np.log2(ranks + 2)).mean())


def figures(ranks: Ranks) -> Figures:
    """The figures of these ranks."""
    return Figures(float((ranks < 1).mean()), float((ranks < 10).mean()), float(np.median(ranks)) + 1)
