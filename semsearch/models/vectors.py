"""What goes into every model and what comes out of it, checked in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from semsearch.errors import ModelError
from semsearch.records import Kind, Vectors

if TYPE_CHECKING:  # what needs only `unit` starts quicker without Pillow
    from PIL.Image import Image


def kind_of(batch: Sequence[str] | Sequence[Image], accepts: frozenset[Kind], model: str) -> Kind:
    """The one kind of all items. Raises ModelError when they are mixed, or not of a kind in `accepts`."""
    kinds = {Kind.TEXT if isinstance(item, str) else Kind.IMAGE for item in batch}
    if not kinds <= accepts or len(kinds) > 1:
        raise ModelError(
            f"{model} was given {' and '.join(sorted(kinds))}; "
            f"it embeds one kind at a time, out of: {', '.join(sorted(accepts))}."
        )
    return kinds.pop() if kinds else min(accepts)


def unit(rows: Vectors) -> Vectors:
    """`rows` with length 1; a row of zeros stays as it is. For what no user gave: see `unit_rows`."""
    scaled: Vectors = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(
        np.float32
    )
    return scaled


def unit_rows(raw: npt.ArrayLike, n: int, dims: int, model: str) -> Vectors:
    """`raw` as float32 of shape (n, dims) with rows of length 1.

    Raises ModelError for any other shape, and for rows that are zero or not finite, naming them.
    """
    rows = np.array(raw, dtype=np.float32)
    if n == 0:
        return np.empty((0, dims), np.float32)
    if rows.shape != (n, dims):
        raise ModelError(f"{model} made an array of shape {rows.shape} for {n} items, not {(n, dims)}.")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(lengths) | (lengths < np.finfo(np.float32).tiny))
    if bad.size:
        raise ModelError(
            f"{model} made a vector that is zero or not finite of item {', '.join(map(str, bad))} "
            f"(of 0 to {n - 1} in its batch); embed the others without it."
        )
    rows /= lengths
    return rows
