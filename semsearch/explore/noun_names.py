"""Name groups of pictures by nouns in the space where words find pictures.

The nouns are those of the bank of the picture model (semsearch.models.bank), so no model is loaded. A noun
that is near to all pictures says nothing: what counts is how much nearer it is to a picture than to all.

A group often holds more than one kind of thing, and a noun near to its middle may be none of them. So each
picture has its own nearest nouns, and the name has those that together say what most pictures show: the one
that says most first, then the one that says most of the rest (the greedy solution of maximum coverage).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from semsearch.explore.topic_names import Candidates
from semsearch.models.nouns import Nouns
from semsearch.records import Vectors

# The nouns of a name; it has no more once they say what this share of the pictures shows. A further noun must
# say it of this share, and of two pictures.
_MOST, _ENOUGH, _FURTHER, _FEWEST = 3, 0.75, 0.08, 2
# The share of a noun's nearness to all pictures that does not count.
_COMMON = 0.7
# The nearest nouns of a picture, which say what it shows. The nearest one says most.
_NEAREST = 8


def covering(pictures: Vectors, groups: Sequence[npt.NDArray[np.intp]], nouns: Nouns) -> list[Candidates]:
    """The nouns for the name of each group of pictures.

    `pictures` (pictures, dims) are unit rows. A group is the numbers of its pictures; an empty one gets no
    nouns.
    """
    common = _COMMON * (nouns.vectors @ pictures.mean(axis=0))
    return [_chosen(pictures[group] @ nouns.vectors.T - common, nouns) for group in groups]


def _chosen(near: Vectors, nouns: Nouns) -> Candidates:
    """The nouns that cover most pictures, given the nearness (pictures, nouns)."""
    nearest = np.argsort(-near, axis=1)[:, :_NEAREST]
    says = np.zeros_like(near)
    np.put_along_axis(says, nearest, 1 - np.arange(nearest.shape[1], dtype=np.float32) / _NEAREST, axis=1)
    left = np.ones(len(near), bool)
    kept: list[int] = []
    while len(kept) < _MOST and left.sum() > (1 - _ENOUGH) * len(near):
        best = int(says[left].sum(axis=0).argmax())
        covered = left & (says[:, best] > 0)
        if kept and covered.sum() < max(_FEWEST, _FURTHER * len(near)):
            break
        kept.append(best)
        left &= ~covered
    # Further ones are there for groups that would get the same name.
    rest = [n for n in map(int, np.argsort(-says.sum(axis=0))[:_NEAREST]) if n not in kept] if kept else []
    return Candidates(tuple(nouns.names[n] for n in (*kept, *rest)), len(kept))
