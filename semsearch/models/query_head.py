"""A head for queries: a linear map that moves the vector of a query, fitted to one library.

The vectors of passages stay as they are. Only the space of texts has such a head, so words find pictures as
before.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from semsearch.errors import ModelError
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class QueryHead:
    """A matrix (dims, dims): a query q of length 1 becomes `matrix @ q`, scaled to length 1.

    `text_model` is the id of the model whose vectors it maps.
    """

    matrix: Vectors
    text_model: str

    def __call__(self, query: Vector) -> Vector:
        """The moved query; itself if it has another length than the head is for."""
        if query.shape != (len(self.matrix),):
            return query
        moved: Vector = unit((self.matrix @ query)[None])[0]
        return moved

    @property
    def id(self) -> str:
        """The hash of the matrix."""
        return blake2b(self.matrix.tobytes(), digest_size=6).hexdigest()

    def to_bytes(self) -> bytes:
        """The matrix as a file of numpy."""
        file = io.BytesIO()
        np.save(file, self.matrix.astype(np.float32), allow_pickle=False)
        return file.getvalue()

    @classmethod
    def of_bytes(cls, data: bytes, text_model: str) -> QueryHead:
        """Read what `to_bytes` has made. Raises ModelError when it is damaged."""
        try:
            matrix = np.load(io.BytesIO(data), allow_pickle=False).astype(np.float32)
        except (ValueError, OSError, EOFError) as error:
            raise ModelError(f"The head for queries in Redis is damaged: {error}") from error
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
            raise ModelError(f"The head for queries in Redis is damaged: its shape is {matrix.shape}")
        return cls(matrix, text_model)
