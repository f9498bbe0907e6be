"""Name groups of pictures by the nearest nouns in the space where words find pictures.

The nouns are those of the bank of the picture model (semsearch.models.bank), so no model is loaded. A noun
that is near to all pictures says nothing: what counts is how much nearer it is to a group than to the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.explore.topic_names import Candidates
from semsearch.models.nouns import Nouns
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# The nouns of a name, and the share of the score of the best one that a further one needs.
_MOST, _FURTHER = 3, 0.85
# The share of a noun's nearness to all groups that does not count.
_COMMON = 0.7
# The share of its nearness to the larger group around one that does not count either.
_ABOVE = 0.3
# A noun that is nearer than this to one in the name says the same.
_SAME = 0.7
# The nouns that are ranked for a group.
_RANKED = 12


def nearest(middles: Vectors, nouns: Nouns, above: Sequence[int]) -> list[Candidates]:
    """The nouns for the name of each group.

    `middles` (groups, dims) are the means of its pictures, and `above` (groups,) is the number of the larger
    group around each, or -1.
    """
    near = unit(middles) @ nouns.vectors.T
    scores = near - _COMMON * near.mean(axis=0)
    return [
        _ranked(row, row - _ABOVE * near[top] if top >= 0 else row, nouns)
        for row, top in zip(scores, above, strict=True)
    ]


def _ranked(near: Vector, scores: Vector, nouns: Nouns) -> Candidates:
    """The best of the nearest nouns by their scores."""
    best = sorted(map(int, near.argsort()[::-1][:_RANKED]), key=lambda n: -float(scores[n]))
    kept: list[int] = []
    for n in best:
        says_more = all(float(nouns.vectors[n] @ nouns.vectors[other]) < _SAME for other in kept)
        if says_more and scores[n] >= _FURTHER * scores[best[0]]:
            kept.append(n)
    kept = kept[:_MOST]
    rest = [n for n in best if n not in kept]
    return Candidates(tuple(nouns.names[n] for n in (*kept, *rest)), len(kept))
