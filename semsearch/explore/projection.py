"""Projections of vectors to two dimensions, such that neighbours stay neighbours.

Small sets are projected by principal components. For larger ones t-SNE (openTSNE) begins there, or at the
places of before. Its coordinates are scaled to 0..1; distances on a map have no unit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.explore.neighbours import neighbours
from semsearch.records import Vector, Vectors

# Places before the first step: shape (n, 2).
Start = npt.NDArray[np.float64]

# Fewer documents are projected by principal components: t-SNE needs neighbourhoods.
PCA_BELOW = 50
# Dimensions in which documents are compared.
DIMS = 50
# A document pulls towards this many neighbours, with weights whose entropy is that of PERPLEXITY equal ones.
_PERPLEXITY = 15
_NEIGHBOURS = 3 * _PERPLEXITY
# Of more documents, some neighbours may be missed.
_EXACT = 20_000
# Steps in which groups form, with forces this much stronger, and steps that follow. A refit begins with
# groups.
_EARLY, _EXAGGERATION, _LATE = 125, 12, 375
# The spread of the places at which the steps begin.
_START = 1e-4
_MARGIN, _DIGITS = 0.02, 5


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Principal components: the mean (dims,) of vectors, and the directions (dims, DIMS or fewer)."""

    mean: Vector
    directions: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Basis:
        """Those of the rows of (n, dims), the widest first. Each points to where its largest number is."""
        mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        scatter = np.zeros((vectors.shape[1], vectors.shape[1]), np.float64)
        for start in range(0, len(vectors), 10_000):  # in parts: a second copy may not fit
            part = vectors[start : start + 10_000] - mean
            scatter += part.T @ part
        _, found = np.linalg.eigh(scatter)
        widest = found[:, ::-1][:, :DIMS]
        largest = np.take_along_axis(widest, np.abs(widest).argmax(axis=0)[None], axis=0)
        return cls(mean, (widest * np.where(largest < 0, -1, 1)).astype(np.float32))

    def __call__(self, vectors: Vectors) -> Vectors:
        """The rows along the components: (n, DIMS or fewer)."""
        parts = [vectors[start : start + 10_000] - self.mean for start in range(0, len(vectors), 10_000)]
        empty = np.zeros((0, self.directions.shape[1]), np.float32)
        return np.concatenate([empty, *(part @ self.directions for part in parts)])


def project(reduced: Vectors, former: Vectors | None = None) -> Vectors:
    """The places (n, 2) of the rows of (n, dims), which are reduced by a Basis; from 0 to 1, 5 digits.

    `former` are the places of before, which the new ones resemble: a row of NaN where there is none.
    """
    n = len(reduced)
    if n < PCA_BELOW:
        places = np.zeros((n, 2), np.float32)
        places[:, : reduced.shape[1]] = reduced[:, :2]
    else:
        places = _by_neighbours(reduced, former)
    return scaled(places if former is None else _turned(places, former))


def scaled(places: Vectors) -> Vectors:
    """Places with both axes in the same scale, from 0 to 1, in the middle."""
    if not len(places):
        return places
    low, high = places.min(axis=0), places.max(axis=0)
    width = float((high - low).max()) or 1.0
    within = (places - (low + high) / 2) / width * (1 - 2 * _MARGIN) + 0.5
    found: Vectors = np.round(within.astype(np.float64), _DIGITS).clip(0, 1)
    return found


def _by_neighbours(reduced: Vectors, former: Vectors | None) -> Vectors:
    """The places by t-SNE."""
    start = _start(reduced, former)
    try:
        import openTSNE  # noqa: F401
    except ImportError:  # it has no wheels for this platform
        return _by_all_steps(reduced, start)
    return _by_steps(reduced, start)


def _by_steps(reduced: Vectors, start: Start) -> Vectors:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    k, threads = min(_NEIGHBOURS, len(reduced) - 1), os.cpu_count() or 1
    near = neighbours(reduced, k, exact_up_to=_EXACT)
    known = PrecomputedNeighbors(near.rows, near.distances.astype(np.float64))
    affinities = PerplexityBasedNN(perplexity=k / 3, knn_index=known, n_jobs=threads)
    del near, known
    embedding = TSNEEmbedding(
        start, affinities, negative_gradient_method="auto", n_jobs=threads, random_state=0
    )
    options = {"inplace": True, "learning_rate": "auto"}
    embedding.optimize(_EARLY, exaggeration=_EXAGGERATION, momentum=0.5, **options)
    embedding.optimize(_LATE, momentum=0.8, **options)
    return np.asarray(embedding, np.float32)


def _by_all_steps(reduced: Vectors, start: Start) -> Vectors:
    """The same by scikit-learn, which is several times slower."""
    from sklearn.manifold import TSNE

    perplexity = min(_NEIGHBOURS, len(reduced) - 1) / 3
    tsne = TSNE(perplexity=perplexity, init=start, max_iter=2 * _LATE, random_state=0, n_jobs=os.cpu_count())
    return np.asarray(tsne.fit_transform(reduced), np.float32)


def _start(reduced: Vectors, former: Vectors | None) -> Start:
    """Where the steps begin: the places of before, or the two widest components."""
    start = reduced[:, :2].astype(np.float64)
    start /= start.std(axis=0).max() or 1.0
    if former is not None and (known := ~np.isnan(former[:, 0])).sum() > 1:
        before = former[known] - former[known].mean(axis=0)
        # What has no place begins in the middle, and its neighbours pull it to them.
        start *= 0.01
        start[known] = before / (before.std(axis=0).max() or 1.0)
    # Equal places would stay together.
    found: Start = start * _START + np.random.default_rng(0).normal(0, _START / 100, start.shape)
    return found


def _turned(places: Vectors, former: Vectors) -> Vectors:
    """The places turned and mirrored so that they are nearest to those of before (orthogonal Procrustes)."""
    known = ~np.isnan(former[:, 0])
    if known.sum() < 2:
        return places
    middle = places[known].mean(axis=0)
    before = former[known] - former[known].mean(axis=0)
    left, _, right = np.linalg.svd((places[known] - middle).T.astype(np.float64) @ before)
    turned: Vectors = ((places - middle) @ (left @ right)).astype(np.float32)
    return turned
