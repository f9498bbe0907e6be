"""Name groups of pictures by nouns in the space where words find pictures, and by names in their paths.

The nouns are those of the bank of the picture model (semsearch.models.bank), so no model is loaded. A noun
that is near to all pictures says nothing: what counts is how much nearer it is to a picture than to all.

A group often holds more than one kind of thing, and a noun near to its middle may be none of them. So each
picture has its own nearest nouns, and the name has those that together say what most pictures show: the one
that says most first, then the one that says most of the rest (the greedy solution of maximum coverage).

What people call their files and folders is surer than any noun (semsearch.explore.path_words). Where such
names say it of most pictures, they are the name of the group; otherwise they stand beside the nouns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from semsearch.explore.neighbours import Numbers
from semsearch.explore.path_words import PathWord, key_of
from semsearch.explore.topic_names import Candidates
from semsearch.models.nouns import Nouns
from semsearch.records import Vectors

# The words of a name; it has no more once they say what this share of the pictures shows. A further one must
# say it of this share, and of two pictures.
_MOST, _ENOUGH, _FURTHER, _FEWEST = 3, 0.75, 0.08, 2
# The share of the pictures of which names in paths must say it to be a name without nouns.
_OF_PATHS = 2 / 3
# The share of a noun's nearness to all pictures that does not count.
_COMMON = 0.7
# The nearest nouns of a picture, which say what it shows. The nearest one says most (1), and those that say
# this much need no further word. Of a picture with a name in its path, only the surest nouns say anything.
_NEAREST, _COVERS, _SURE = 8, 0.5, 0.75


def covering(
    pictures: Vectors, groups: Sequence[Numbers], words: Sequence[Sequence[PathWord]], nouns: Nouns | None
) -> list[Candidates]:
    """The words for the name of each group of pictures, in whose paths there are `words`.

    `pictures` (pictures, dims) are unit rows. A group is the numbers of its pictures; an empty one gets no
    words. Without nouns, only names in paths are left.
    """
    found = [_by_paths(_said(group, each)) for group, each in zip(groups, words, strict=True)]
    if nouns is None:
        return found
    common = _COMMON * (nouns.vectors @ pictures.mean(axis=0))
    return [
        named
        if named.words
        else _by_all(_said(group, each), pictures[group] @ nouns.vectors.T - common, nouns)
        for named, group, each in zip(found, groups, words, strict=True)
    ]


# How well each word says what the pictures (pictures,) of a group show, from 0 to 1.
_Says = dict[str, npt.NDArray[np.float32]]


def _said(group: Numbers, words: Sequence[PathWord]) -> _Says:
    """What names in paths say: of pictures with one that name, of others that of pictures like them."""
    having = {word.name: np.isin(group, word.having) for word in words}
    nameless = ~np.any([*having.values(), np.zeros(len(group), bool)], axis=0)
    return {
        word.name: (having[word.name] | (nameless & np.isin(group, word.like))).astype(np.float32)
        for word in words
    }


def _by_paths(says: _Says) -> Candidates:
    """The names in paths, if they say it of most pictures; otherwise none."""
    found = _chosen(says)
    return found if found.words and found.covered >= _OF_PATHS else Candidates((), 0)


def _by_all(says: _Says, near: Vectors, nouns: Nouns) -> Candidates:
    """Names in paths and nouns, given the nearness (pictures, nouns) of these."""
    nearest = np.argsort(-near, axis=1)[:, :_NEAREST]
    votes = np.zeros_like(near)
    np.put_along_axis(votes, nearest, 1 - np.arange(nearest.shape[1], dtype=np.float32) / _NEAREST, axis=1)
    if says:
        named = np.any(list(says.values()), axis=0)
        votes[named[:, None] & (votes < _SURE)] = 0
    same = {key_of(name): name for name in says}
    both = dict(says)
    for n in np.flatnonzero(votes.any(axis=0)):
        name = same.get(key_of(nouns.names[n]), nouns.names[n])
        both[name] = np.maximum(both.get(name, 0), votes[:, n])
    return _chosen(both)


def _chosen(says: _Says) -> Candidates:
    """The words that cover most pictures. Of words that say as much, the first one is taken."""
    if not says:  # so it is without pictures too
        return Candidates((), 0)
    names, table = list(says), np.stack(list(says.values()))
    count = table.shape[1]
    left = np.ones(count, bool)
    kept: list[int] = []
    while len(kept) < _MOST and left.sum() > (1 - _ENOUGH) * count:
        said = table[:, left].sum(axis=1)
        said[kept] = 0  # of those left, it is not the surest word
        best = int(said.argmax())
        covered = left & (table[best] >= _COVERS)
        if kept and covered.sum() < max(_FEWEST, _FURTHER * count):
            break
        kept.append(best)
        left &= ~covered
    # Further ones are there for groups that would get the same name.
    rest = [n for n in map(int, np.argsort(-table.sum(axis=1))[:_NEAREST]) if n not in kept] if kept else []
    return Candidates(tuple(names[n] for n in (*kept, *rest)), len(kept), 1 - float(left.mean()))
