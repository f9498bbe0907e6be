"""Find groups of documents whose vectors are near to each other, on two levels.

The vectors are counted from their middle, so that what all documents share does not count, and reduced to
their main directions. Ward's method joins the nearest groups, step by step, to a tree. It is cut twice, into
a few groups and into more, each time into the fewest that are nearly as far apart as any number of groups
(silhouette). Then each document goes to the nearest group, which is what a new document will do too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semsearch.explore.neighbours import Numbers, nearest_mean
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# The fewest documents that are grouped, and the fewest in a group: fewer are one by chance.
FEWEST, SMALLEST = 8, 3
# Vectors with a lower variance are alike.
_ALIKE = 1e-4
# The main directions that count.
_DIRECTIONS = 48
# More documents are joined to this many groups by k-means first: Ward's method compares all pairs.
_JOINED = 2000
# The documents whose silhouettes are measured.
_SAMPLE = 2000
# The most groups of the first level and of the second; both for each square root of the number of documents,
# and so the fewest of the second level.
_MOST_TOP, _MOST, _GROWTH_TOP, _GROWTH, _GROWTH_LEAST = 16, 120, 0.5, 1.5, 0.8
# Fewer groups are taken than the highest silhouette has, down to this share of it: that of texts is flat.
_NEARLY = 0.95
# The passes in which documents go to the nearest middle.
_PASSES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups on two levels, of documents whose vectors were counted from `origin` (dims,).

    `tops` (documents,) has the number of the larger group of each document, and `leaves` (documents,) that of
    the smaller one. All documents of a smaller group are in the same larger one.
    """

    origin: Vector
    tops: Numbers
    leaves: Numbers


def centred(vectors: Vectors, origin: Vector) -> Vectors:
    """Vectors (n, dims) as they are seen from an origin, as unit rows."""
    return unit(vectors - origin)


def group(vectors: Vectors) -> Grouping | None:
    """Group documents by their vectors (n, dims); None for fewer than FEWEST, or if all are alike."""
    if len(vectors) < FEWEST:
        return None
    origin: Vector = vectors.mean(axis=0)
    seen = centred(vectors, origin)
    if float(seen.var(axis=0).sum()) < _ALIKE:
        return None
    reduced = _reduced(seen)
    if len(np.unique(reduced.round(4), axis=0)) < SMALLEST:
        return None
    joined, of_document = _joined(reduced)
    tree = _Tree(joined)
    sample = np.random.default_rng(0).permutation(len(reduced))[:_SAMPLE]
    apart = np.clip(1 - reduced[sample] @ reduced[sample].T, 0, None)
    np.fill_diagonal(apart, 0)
    top_most, most = limits(len(vectors))
    tops = _clearest(apart, [tree.cut(count)[of_document] for count in range(2, top_most + 1)], sample)
    first = min(most, max(2 * (int(tops.max()) + 1), round(_GROWTH_LEAST * len(vectors) ** 0.5)))
    finer = [tree.cut(count)[of_document] for count in _steps(first, most)]
    tops, fine = _settled(seen, tops), _clearest(apart, finer, sample)
    return Grouping(origin, tops, _within(seen, tops, fine))


def limits(documents: int) -> tuple[int, int]:
    """The most groups of the first level, and of the second, for a number of documents."""
    root = documents**0.5
    most = min(_MOST, round(_GROWTH * root), max(2, documents // (2 * SMALLEST)))
    return min(_MOST_TOP, 2 + round(_GROWTH_TOP * root), most), most


def _steps(first: int, last: int) -> list[int]:
    """Numbers from `first` to `last`, each about a fifth larger than the one before."""
    if first == last:
        return [last]
    found = np.geomspace(first, last, 1 + max(1, round(np.log(last / first) / np.log(1.2))))
    return sorted({round(each) for each in found})


def _reduced(seen: Vectors) -> Vectors:
    """The vectors in their main directions, as unit rows."""
    from sklearn.decomposition import PCA

    directions = min(_DIRECTIONS, *seen.shape)
    return unit(PCA(directions, random_state=0).fit_transform(seen).astype(np.float32))


def _joined(reduced: Vectors) -> tuple[Vectors, Numbers]:
    """The vectors, or the middles of small groups of them, and the number of each document's one."""
    if len(reduced) <= _JOINED:
        return reduced, np.arange(len(reduced))
    from sklearn.cluster import MiniBatchKMeans

    made = MiniBatchKMeans(_JOINED // 4, random_state=0, n_init=1, batch_size=4096).fit(reduced)
    used, numbers = np.unique(made.labels_, return_inverse=True)
    return unit(made.cluster_centers_[used].astype(np.float32)), numbers


class _Tree:
    """The tree of Ward's method over points (n, dims) that stand for some documents each."""

    def __init__(self, points: Vectors) -> None:
        from scipy.cluster.hierarchy import linkage

        self._links = linkage(points, "ward")

    def cut(self, count: int) -> Numbers:
        """The group of each point, where the tree has `count` groups."""
        from scipy.cluster.hierarchy import fcluster

        found: Numbers = fcluster(self._links, count, "maxclust").astype(np.intp) - 1
        return found


def _clearest(apart: Vectors, cuts: Sequence[Numbers], sample: Numbers) -> Numbers:
    """The first cut whose groups are nearly as far apart as those of any: by their mean silhouette."""
    from sklearn.metrics import silhouette_score

    def silhouette(cut: Numbers) -> float:
        found = cut[sample]
        if not 1 < len(np.unique(found)) < len(found):
            return -1.0
        return float(silhouette_score(apart, found, metric="precomputed"))

    found = [silhouette(cut) for cut in cuts]
    enough = max(found) - (1 - _NEARLY) * abs(max(found))
    return next(cut for cut, each in zip(cuts, found, strict=True) if each >= enough)


def _settled(seen: Vectors, members: Numbers) -> Numbers:
    """The groups after each document has gone to the nearest one, without those that become too small."""
    members = _numbered(members)
    for _ in range(_PASSES):
        means = np.stack([seen[members == group].mean(axis=0) for group in range(int(members.max()) + 1)])
        members = nearest_mean(seen, means)
        large = np.bincount(members, minlength=len(means)) >= SMALLEST
        if not large.all() and large.any():
            members = nearest_mean(seen, means[large])
        members = _numbered(members)
    return members


def _within(seen: Vectors, tops: Numbers, fine: Numbers) -> Numbers:
    """Smaller groups within the larger ones, from groups that may reach over their borders.

    Each begins in the larger group that has most of it.
    """
    homes = np.array([np.bincount(tops[fine == each]).argmax() for each in range(int(fine.max()) + 1)])
    leaves, first = np.zeros_like(tops), 0
    for top in range(int(tops.max()) + 1):
        rows = np.flatnonzero(tops == top)
        own = np.flatnonzero(homes == top)
        if len(own):
            means = np.stack([seen[(fine == each) & (tops == top)].mean(axis=0) for each in own])
            leaves[rows] = first + _settled(seen[rows], nearest_mean(seen[rows], means))
        else:
            leaves[rows] = first
        first = int(leaves[rows].max()) + 1
    return leaves


def _numbered(groups: Numbers) -> Numbers:
    """The groups, numbered from 0 without gaps."""
    found: Numbers = np.unique(groups, return_inverse=True)[1]
    return found
