"""Whitening: vectors in which the directions in which a library varies much count less.

Where most documents differ in the same few directions, two likes that differ in them may still be of one
interest. Divided by how much the library varies, all directions count alike: the cosine of whitened vectors
is that of linear discriminant analysis (Hariharan, Malik and Ramanan 2012). -- benchmarks/likes
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# Fewer vectors do not tell in which directions a library varies, nor do vectors that differ less.
_LEAST, _SAME = 100, 1e-6
# What is added to the variance in every direction, as a share of its mean: few vectors seem to vary in fewer
# directions than there are.
_SHRINKAGE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """The mean of the vectors of a library, and the matrix (dims, dims) by which they are multiplied.

    Without a matrix, nothing changes.
    """

    mean: Vector
    matrix: npt.NDArray[np.float32] | None = None

    @classmethod
    def of(cls, sample: Vectors) -> Whitening:
        """By the vectors of some documents; of a few, or of equal ones, one that changes nothing."""
        if len(sample) < _LEAST or np.ptp(sample, axis=0).max() < _SAME:
            return cls(np.zeros(1, np.float32))
        variances, directions = np.linalg.eigh(np.cov(sample.astype(np.float64), rowvar=False))
        variances = np.maximum(variances, 0.0) + _SHRINKAGE * variances.mean()
        matrix = directions / np.sqrt(variances) @ directions.T
        return cls(sample.mean(axis=0), matrix.astype(np.float32))

    def __call__(self, vectors: Vectors) -> Vectors:
        """The whitened vectors, of length 1."""
        if self.matrix is None or not len(vectors):
            return vectors
        moved = ((vectors - self.mean) @ self.matrix).astype(np.float32)
        return unit(moved)

    def asked(self, whitened: Vector) -> Vector:
        """What an index of vectors as they are is asked, to find what is near to a whitened one.

        The order is that of the products, without the lengths of the whitened vectors.
        """
        if self.matrix is None:
            return whitened
        found: Vector = unit((self.matrix @ whitened)[None])[0]
        return found
