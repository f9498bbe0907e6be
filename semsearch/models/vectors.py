"""Check the input and the output of models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from semsearch.errors import ModelError
from semsearch.records import Kind, Vector, Vectors

if TYPE_CHECKING:  # users of `unit` alone start quicker without Pillow
    from PIL.Image import Image


def kind_of(batch: Sequence[str] | Sequence[Image], accepts: frozenset[Kind], model: str) -> Kind:
    """The kind of all items. Raises ModelError when they are mixed, or of a kind that is not in `accepts`."""
    kinds = {Kind.TEXT if isinstance(item, str) else Kind.IMAGE for item in batch}
    if not kinds <= accepts or len(kinds) > 1:
        raise ModelError(
            f"{model} was given {' and '.join(sorted(kinds))}; "
            f"it embeds one kind at a time, out of: {', '.join(sorted(accepts))}."
        )
    return kinds.pop() if kinds else min(accepts)


def unit(rows: Vectors) -> Vectors:
    """`rows` with length 1; a row of zeros stays as it is. `unit_rows` does it with checks."""
    scaled: Vectors = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(
        np.float32
    )
    return scaled


def without(vector: Vector, directions: Vectors) -> Vector:
    """A vector without what it has of these directions, which are orthonormal rows; its length is 1."""
    if not len(directions):
        return vector
    rest: Vector = unit(np.asarray([vector - (vector @ directions.T) @ directions], np.float32))[0]
    return rest


def unit_rows(raw: npt.ArrayLike, n: int, dims: int, model: str) -> Vectors:
    """`raw` as float32 of shape (n, dims) with rows of length 1.

    Raises ModelError for another shape, and for rows that are zero or not finite, with their numbers.
    """
    rows = np.array(raw, dtype=np.float32)
    if n == 0:
        return np.empty((0, dims), np.float32)
    if rows.shape != (n, dims):
        raise ModelError(f"{model} returned an array of shape {rows.shape} for {n} items, not {(n, dims)}.")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(lengths) | (lengths < np.finfo(np.float32).tiny))
    if bad.size:
        raise ModelError(
            f"{model} returned a vector that is zero or not finite for item {', '.join(map(str, bad))} "
            f"(of 0 to {n - 1} in its batch); embed the others without it."
        )
    rows /= lengths
    return rows


def mean_of(vectors: Sequence[Vector]) -> Vector | None:
    """The mean of unit vectors, with length 1; None without vectors, or if they cancel each other out."""
    total = np.asarray(vectors).sum(axis=0) if vectors else np.zeros(1)
    length = float(np.linalg.norm(total))
    return None if length < 1e-6 else (total / length).astype(np.float32)
