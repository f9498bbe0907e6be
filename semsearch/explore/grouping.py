"""Find groups of documents whose vectors are near to each other, on two levels.

The vectors are counted from their middle, so that what all documents share does not count, and reduced to
their main directions. Ward's method joins the nearest groups, step by step, to a tree. It is cut twice, where
the groups are apart the most (silhouette): into a few groups, and into many. Then each document goes to the
nearest middle, which is what a new document will do too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

Numbers = npt.NDArray[np.intp]

# The fewest documents that are grouped, and the fewest in a group: fewer are one by chance.
FEWEST, SMALLEST = 8, 3
# The main directions that count.
_DIRECTIONS = 32
# More documents are joined to this many groups by k-means first: Ward's method compares all pairs.
_JOINED = 2000
# The documents whose silhouettes are measured.
_SAMPLE = 2000
# The most groups of the first level and of the second, and the passes in which documents go to the nearest.
_MOST_TOP, _MOST, _PASSES = 16, 120, 5


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups on two levels, of documents whose vectors were counted from `origin` (dims,).

    `middles` (groups, dims) are unit rows. `above` (groups,) is the number of the larger group that has each
    one, and `members` (documents,) the group of each document. `nearness` (documents,) is the cosine of each
    to the middle of its group.
    """

    origin: Vector
    middles: Vectors
    above: Numbers
    members: Numbers
    nearness: Vector


def centred(vectors: Vectors, origin: Vector) -> Vectors:
    """Vectors (n, dims) as they are seen from an origin, as unit rows."""
    return unit(vectors - origin)


def group(vectors: Vectors) -> Grouping | None:
    """Group documents by their vectors (n, dims); None for fewer than FEWEST, or if all are alike."""
    if len(vectors) < FEWEST:
        return None
    origin: Vector = vectors.mean(axis=0)
    seen = centred(vectors, origin)
    reduced = _reduced(seen)
    if len(np.unique(reduced.round(4), axis=0)) < FEWEST:
        return None
    joined, of_document = _joined(reduced)
    tree = _Tree(joined, np.bincount(of_document, minlength=len(joined)))
    sample = np.random.default_rng(0).permutation(len(reduced))[:_SAMPLE]
    apart = np.clip(1 - reduced[sample] @ reduced[sample].T, 0, None)
    np.fill_diagonal(apart, 0)
    top_most, most = limits(len(vectors))
    tops, leaves = (
        _clearest(apart, [(k, tree.cut(k)[of_document]) for k in counts], sample)
        for counts in (range(2, top_most + 1), _steps(top_most, most))
    )
    return _settled(seen, origin, tops, leaves)


def limits(documents: int) -> tuple[int, int]:
    """The most groups of the first level, and of the second, for a number of documents."""
    most = min(_MOST, max(2, documents // (2 * SMALLEST)))
    return min(_MOST_TOP, max(2, round(documents**0.5 / 2)), most), most


def _steps(first: int, last: int) -> list[int]:
    """Numbers from `first` to `last`, each about a fifth larger than the one before."""
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

    def __init__(self, points: Vectors, sizes: Numbers) -> None:
        from scipy.cluster.hierarchy import linkage

        self._links = linkage(points, "ward")
        self._sizes = sizes

    def cut(self, count: int) -> Numbers:
        """The group of each point, where the tree has `count` groups."""
        from scipy.cluster.hierarchy import fcluster

        found: Numbers = fcluster(self._links, count, "maxclust").astype(np.intp) - 1
        return found


def _clearest(apart: Vectors, cuts: Sequence[tuple[int, Numbers]], sample: Numbers) -> Numbers:
    """The cut whose groups are apart the most: the highest mean silhouette."""
    from sklearn.metrics import silhouette_score

    def silhouette(cut: Numbers) -> float:
        found = cut[sample]
        if not 1 < len(np.unique(found)) < len(found):
            return -1.0
        return float(silhouette_score(apart, found, metric="precomputed"))

    best, _ = max(((cut, silhouette(cut)) for _, cut in cuts), key=lambda each: each[1])
    return best


def _settled(seen: Vectors, origin: Vector, tops: Numbers, leaves: Numbers) -> Grouping:
    """Let each document go to the group with the nearest middle, and give up groups that become too small."""
    members = leaves
    for _ in range(_PASSES):
        middles = _middles(seen, members)
        members = (seen @ middles.T).argmax(axis=1)
        large = np.bincount(members, minlength=len(middles)) >= SMALLEST
        if not large.all() and large.any():
            middles = middles[large]
            members = (seen @ middles.T).argmax(axis=1)
    members = np.unique(members, return_inverse=True)[1]
    middles = _middles(seen, members)
    above = np.array([np.bincount(tops[members == group]).argmax() for group in range(len(middles))])
    above = np.unique(above, return_inverse=True)[1]
    nearness = np.einsum("ij,ij->i", seen, middles[members]).astype(np.float32)
    return Grouping(origin, middles, above, members, nearness)


def _middles(seen: Vectors, members: Numbers) -> Vectors:
    return unit(np.stack([seen[members == group].mean(axis=0) for group in np.unique(members)]))
