"""Projections: neighbours stay neighbours, and a map of before is recognised."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from semsearch.explore.fit import Fit
from semsearch.explore.neighbours import neighbours
from semsearch.explore.projection import DIMS, Basis, project, scaled
from semsearch.models.vectors import unit
from semsearch.records import Kind, Vectors


def in_groups(number: int, groups: int, dims: int = 20, seed: int = 0) -> Vectors:
    """Unit vectors near to the middles of groups: each row of group n mod `groups`."""
    drawn = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(groups, dims))
    noise = drawn.normal(scale=0.15, size=(number, dims))
    return unit((middles[np.arange(number) % groups] + noise).astype(np.float32))


def fitted(vectors: Vectors, former: dict[str, tuple[float, float]] | None = None) -> Fit:
    return Fit.of({Kind.TEXT: ids(len(vectors))}, {Kind.TEXT: vectors}, former or {})


def ids(number: int) -> list[str]:
    return [f"{n:016x}" for n in range(number)]


def test_a_basis_keeps_the_widest_directions_and_is_the_same_each_time() -> None:
    drawn = np.random.default_rng(3)
    vectors = (drawn.normal(size=(500, 80)) * np.linspace(3, 0.1, 80)).astype(np.float32)
    basis = Basis.of(vectors)
    reduced = basis(vectors)
    assert reduced.shape == (500, DIMS)
    assert (np.diff(reduced.var(axis=0)) <= 1e-3).all()
    assert np.array_equal(reduced, Basis.of(vectors)(vectors))
    assert basis(vectors[:0]).shape == (0, DIMS)


@pytest.mark.parametrize("number", [1, 2, 3, 49])
def test_few_documents_have_places_too(number: int) -> None:
    places = fitted(in_groups(number, 3)).places
    assert places.shape == (number, 2)
    assert ((places >= 0) & (places <= 1)).all()


def test_places_are_the_same_each_time_from_0_to_1_with_5_digits() -> None:
    vectors = in_groups(120, 4)
    places = fitted(vectors).places
    assert np.allclose(places, fitted(vectors).places, atol=0.02)
    assert np.allclose(places, np.round(places, 5))
    assert places.min() > 0
    assert places.max() < 1


@pytest.mark.parametrize("library", ["openTSNE", "scikit-learn"])
def test_groups_stay_together_on_the_map(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    if library == "scikit-learn":
        monkeypatch.setitem(sys.modules, "openTSNE", None)
    places = fitted(in_groups(200, 4)).places
    rows = neighbours(places.astype(np.float32), 5).rows
    assert (rows % 4 == np.arange(200)[:, None] % 4).mean() > 0.97


def test_equal_vectors_have_places() -> None:
    places = fitted(np.ones((60, 8), np.float32) / np.sqrt(8).astype(np.float32)).places
    assert np.isfinite(places).all()


@pytest.mark.parametrize("number", [30, 150])
def test_a_refit_resembles_the_map_of_before(number: int) -> None:
    vectors = in_groups(number, 5)
    first = fitted(vectors)
    mirrored = {doc: (1 - x, 1 - y) for doc, (x, y) in zip(first.docs, first.places.tolist(), strict=True)}
    more = np.concatenate([vectors, in_groups(number // 4, 5, seed=1)])
    again = fitted(more, mirrored).places[:number]
    expected = np.array(list(mirrored.values()))
    for axis in range(2):
        assert np.corrcoef(again[:, axis], expected[:, axis])[0, 1] > 0.8


def test_a_new_document_lies_near_its_nearest_ones() -> None:
    fit = fitted(in_groups(200, 4))
    places = fit.place(Kind.TEXT, in_groups(8, 4, seed=5))
    for n, place in enumerate(places):
        nearest_on_map = np.linalg.norm(fit.places - place, axis=1).argmin()
        assert nearest_on_map % 4 == n % 4
    assert np.allclose(fit.place(Kind.TEXT, in_groups(200, 4)[:1]), fit.places[:1], atol=0.01)


def test_a_fit_is_kept_as_bytes() -> None:
    drawn = {Kind.TEXT: in_groups(60, 4, 24), Kind.IMAGE: in_groups(40, 4, 28)}
    fit = Fit.of({Kind.TEXT: ids(100)[:60], Kind.IMAGE: ids(100)[60:]}, drawn, {})
    again = Fit.unpacked(fit.packed())
    assert again is not None
    assert again.docs == fit.docs
    assert {*again.middles} == {Kind.TEXT, Kind.IMAGE}
    for kind, vectors in drawn.items():
        assert np.allclose(again.place(kind, vectors[:9]), fit.place(kind, vectors[:9]), atol=0.01)


def test_what_all_of_a_kind_have_in_common_does_not_part_the_kinds() -> None:
    texts, pictures = in_groups(100, 4), in_groups(100, 4, seed=7)
    apart = np.zeros(20, np.float32)
    apart[0] = 5
    fit = Fit.of(
        {Kind.TEXT: ids(200)[:100], Kind.IMAGE: ids(200)[100:]},
        {Kind.TEXT: texts, Kind.IMAGE: unit(pictures + apart)},
        {},
    )
    rows = neighbours(fit.places.astype(np.float32), 10).rows
    other_kind = (rows >= 100) != (np.arange(200)[:, None] >= 100)
    assert other_kind.mean() > 0.2


def test_no_places_are_scaled_to_none() -> None:
    assert scaled(np.zeros((0, 2), np.float32)).shape == (0, 2)
    assert scaled(np.ones((1, 2), np.float32)).tolist() == [[0.5, 0.5]]
    assert project(np.zeros((1, 1), np.float32)).tolist() == [[0.5, 0.5]]
