"""Nearest neighbours by blocks are those of the whole matrix, and by cells nearly all of them."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore import neighbours as module
from semsearch.explore.neighbours import nearest_mean, nearest_of, neighbours
from semsearch.models.vectors import unit
from semsearch.records import Vectors


def drawn(count: int, dims: int = 8) -> Vectors:
    return np.random.default_rng(count).normal(size=(count, dims)).astype(np.float32)


def in_groups(count: int, groups: int) -> Vectors:
    middles = drawn(groups, 20)
    return middles[np.arange(count) % groups] + 0.15 * drawn(count, 20)


def distances(vectors: Vectors) -> Vectors:
    """Of all pairs, and infinite of each with itself."""
    every = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    np.fill_diagonal(every, np.inf)
    return every


@pytest.mark.parametrize(("size", "count"), [(1, 3), (2, 3), (5, 3), (64, 63), (65, 10), (500, 2), (500, 12)])
def test_they_are_the_nearest_others_in_order(monkeypatch: pytest.MonkeyPatch, size: int, count: int) -> None:
    monkeypatch.setattr(module, "_SCORES", 3000)
    vectors = drawn(size)
    found = neighbours(vectors, count)
    every = distances(vectors)
    expected = np.argsort(every, axis=1)[:, : min(count, size - 1)]
    assert (found.rows == expected).all()
    assert np.allclose(found.distances, np.take_along_axis(every, expected, axis=1), atol=1e-3)


def test_unit_vectors_have_cosines() -> None:
    vectors = unit(drawn(300))
    found = neighbours(vectors, 4)
    expected = np.take_along_axis(vectors @ vectors.T, found.rows, axis=1)
    assert np.allclose(found.cosines, expected, atol=1e-6)
    assert (np.diff(found.cosines, axis=1) <= 0).all()


def test_equal_vectors_are_neighbours_at_no_distance() -> None:
    found = neighbours(np.repeat(unit(drawn(3)), 2, axis=0), 1)
    assert found.rows[:, 0].tolist() == [1, 0, 3, 2, 5, 4]
    assert np.allclose(found.distances, 0, atol=1e-3)


def test_nearly_all_are_found_by_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_CELL", 40)
    vectors = in_groups(800, 20)
    found = neighbours(vectors, 5, exact_up_to=10)
    expected = np.sort(distances(vectors), axis=1)[:, :5]
    assert (np.abs(found.distances - expected) < 1e-3).mean() > 0.98
    assert all(row not in rows for row, rows in enumerate(found.rows))


def test_where_cells_have_too_few_rows_all_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_CELL", 2)
    vectors = drawn(100)
    found = neighbours(vectors, 60, exact_up_to=10)
    assert (found.rows == neighbours(vectors, 60).rows).all()


def test_the_nearest_of_others_are_found_even_if_there_are_few() -> None:
    vectors = in_groups(10, 5)
    found = nearest_of(vectors[:2], vectors[2:], 20)
    assert found.rows.shape == found.distances.shape == (2, 8)
    assert found.rows[0, 0] == 3  # row 5 is of the group of row 0
    assert nearest_of(vectors[:2], vectors[:0], 20).rows.shape == (2, 0)
    assert nearest_of(vectors, vectors, 1).rows[:, 0].tolist() == list(range(10))


def test_no_vectors_have_no_neighbours() -> None:
    assert neighbours(np.zeros((0, 0), np.float32), 10).rows.shape == (0, 0)


def test_a_wide_group_reaches_farther() -> None:
    seen = np.array([[0.4, 0.3]], np.float32)
    assert nearest_mean(seen, np.array([[0.9, 0.0], [0.0, 0.9]], np.float32))[0] == 0
    assert nearest_mean(seen, np.array([[0.9, 0.0], [0.0, 0.4]], np.float32))[0] == 1
