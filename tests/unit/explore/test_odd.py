"""What is far from everything, and what lies in the wrong folder."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from semsearch.explore import odd
from semsearch.explore.neighbours import neighbours
from semsearch.explore.odd import COUNTED, Fit, far_from, fit, in_spreads, misfiled, own_ones, remoteness
from semsearch.records import Vectors


def around(middle: int, count: int, seed: int, dims: int = 16) -> Vectors:
    """Unit vectors around one axis."""
    drawn = np.random.default_rng(seed).normal(scale=0.15, size=(count, dims))
    drawn[:, middle] += 1
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def fitted(vectors: Vectors, names: list[str]) -> Fit:
    folders = sorted({("/library", name) for name in names})
    numbers = np.array([folders.index(("/library", name)) for name in names])
    near = neighbours(vectors, COUNTED)
    return fit(near, numbers, own_ones(near, numbers, folders), np.ones_like(near.rows, dtype=bool))


def test_strangers_are_far_even_if_they_are_like_each_other() -> None:
    vectors = np.concatenate([around(0, 500, 1), around(1, 6, 2)])
    assert set(far_from(in_spreads(remoteness(vectors)))[:6]) == set(range(500, 506))


def test_nothing_is_far_among_equals_or_among_few() -> None:
    assert not len(far_from(in_spreads(remoteness(np.repeat(around(0, 1, 1), 50, axis=0)))))
    assert not len(far_from(in_spreads(remoteness(around(0, 1, 1)))))
    assert not len(far_from(in_spreads(remoteness(np.zeros((0, 0), np.float32)))))


def test_a_document_among_those_of_another_folder_is_misfiled() -> None:
    vectors = np.concatenate([around(0, 30, 1), around(1, 30, 2)])
    names = ["letters"] * 30 + ["recipes"] * 30
    names[3] = "recipes"
    found = fitted(vectors, names)
    assert misfiled(found).tolist() == [3]
    assert (found.there[3], found.own[3]) == (COUNTED, 0)


def test_neighbours_in_folders_below_and_around_are_its_own() -> None:
    vectors = np.concatenate([around(0, 40, 1), around(1, 30, 2)])
    names = ["letters/2019"] * 20 + ["letters"] * 20 + ["recipes"] * 30
    assert not len(misfiled(fitted(vectors, names)))


def test_a_folder_with_a_similar_name_is_another_one() -> None:
    vectors = np.concatenate([around(0, 30, 1), around(1, 30, 2)])
    names = ["letters"] * 30 + ["letters too"] * 30
    names[3] = "letters too"
    assert misfiled(fitted(vectors, names)).tolist() == [3]


def test_folders_that_are_mixed_anyway_say_nothing() -> None:
    vectors = around(0, 60, 1)
    names = ["a", "b", "c"] * 20
    assert len(misfiled(fitted(vectors, names))) <= 1


def test_documents_fit_the_same_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.concatenate([around(0, 30, 1), around(1, 30, 2)])
    names = ["letters"] * 30 + ["recipes"] * 29 + ["letters"]
    whole = fitted(vectors, names)
    monkeypatch.setattr(odd, "_FITTED", 7)
    parts = fitted(vectors, names)
    for one, other in zip(astuple(whole), astuple(parts), strict=True):
        assert np.array_equal(one, other)


def test_copies_do_not_count() -> None:
    vectors = np.concatenate([around(0, 30, 1), around(1, 30, 2)])
    folders = np.array([0] * 30 + [1] * 30)
    folders[3] = 1
    near = neighbours(vectors, COUNTED)
    own = own_ones(near, folders, [("/library", "letters"), ("/library", "recipes")])
    assert not len(misfiled(fit(near, folders, own, np.zeros_like(near.rows, dtype=bool))))
