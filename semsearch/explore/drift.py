"""How much the new documents of a library differ from the old ones, by their vectors and their words.

Each figure stands beside the one that chance would give, so that it means the same in every library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from semsearch.explore.neighbours import nearest_of, neighbours
from semsearch.records import Vectors

# Random splits into parts of the sizes of old and new.
_SPLITS = 200
# An old document is far from the others if its nearest neighbour is farther than that of all but this share.
USUAL = 0.05
_SEED = 7
# A language counts where its share has grown by so much, and to so many times what it was.
_MORE, _TIMES = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the vectors of new documents are from the old ones.

    `spreads` is the distance of the two means: above what random splits have on average, in their standard
    deviations. `far` is the share of new documents that are farther from all old ones than nineteen in
    twenty old ones are from their nearest; USUAL would be no difference.
    """

    spreads: float
    far: float


@dataclass(frozen=True, slots=True)
class Language:
    """A language whose share has grown: its code, and its shares of the new and of the old documents."""

    code: str
    new: float
    old: float


def moved(old: Vectors, new: Vectors) -> Moved:
    """Compare unit vectors (old, dims) with (new, dims), of which there are at least two each."""
    together = np.concatenate([old, new])
    chance = np.random.default_rng(_SEED)
    masks = np.zeros((_SPLITS, len(together)), np.float32)
    for row in masks:
        row[chance.permutation(len(together))[: len(new)]] = 1
    total = together.sum(axis=0)
    parts = masks @ together
    apart = np.linalg.norm(parts / len(new) - (total - parts) / len(old), axis=1)
    distance = float(np.linalg.norm(new.mean(axis=0) - old.mean(axis=0)))
    spread = max(float(apart.std()), 1e-9)
    return Moved((distance - float(apart.mean())) / spread, _far(old, new))


def unknown_share(known: Iterable[Sequence[str]], texts: Iterable[Sequence[str]]) -> float:
    """The share of distinct terms of each text that no known text has, as the mean over the texts.

    A text is given by its terms, one string of them for each passage. Texts without terms do not count.
    """
    vocabulary = {term for text in known for passage in text for term in passage.split()}
    shares = [
        len(terms - vocabulary) / len(terms)
        for text in texts
        if (terms := {term for passage in text for term in passage.split()})
    ]
    return float(np.mean(shares)) if shares else 0.0


def grown_languages(old: Sequence[str], new: Sequence[str]) -> list[Language]:
    """The languages whose share has clearly grown, the largest first. "" is a text of unknown language."""
    before, now = _shares(old), _shares(new)
    found = [Language(code, share, before.get(code, 0.0)) for code, share in now.items() if code]
    return sorted(
        (each for each in found if each.new - each.old >= _MORE and each.new >= _TIMES * each.old),
        key=lambda each: -each.new,
    )


def _shares(languages: Sequence[str]) -> Mapping[str, float]:
    return {code: count / len(languages) for code, count in Counter(languages).items()}


def _far(old: Vectors, new: Vectors) -> float:
    """The share of new documents that are farther from the old ones than those are from each other."""
    line = float(np.quantile(neighbours(old, 1).cosines, USUAL))
    return float((nearest_of(new, old, 1).cosines < line).mean())
