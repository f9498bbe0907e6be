"""Nearest neighbours by blocks are those of the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore import neighbours as module
from semsearch.explore.neighbours import neighbours
from semsearch.records import Vectors


def unit(count: int, dims: int = 8) -> Vectors:
    drawn = np.random.default_rng(count).normal(size=(count, dims)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.mark.parametrize(("size", "count"), [(1, 3), (2, 3), (5, 3), (64, 63), (65, 10), (500, 12)])
def test_they_are_the_nearest_others_in_order(monkeypatch: pytest.MonkeyPatch, size: int, count: int) -> None:
    monkeypatch.setattr(module, "_PRODUCTS", 3000)
    vectors = unit(size)
    found = neighbours(vectors, count)
    products = vectors @ vectors.T
    np.fill_diagonal(products, -2)
    expected = np.argsort(-products, axis=1)[:, : min(count, size - 1)]
    assert (found.rows == expected).all()
    assert np.allclose(found.cosines, np.take_along_axis(products, expected, axis=1), atol=1e-5)


def test_no_vectors_have_no_neighbours() -> None:
    assert neighbours(np.zeros((0, 0), np.float32), 10).rows.shape == (0, 0)
