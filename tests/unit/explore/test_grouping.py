"""Groups of vectors: how many there are, and which vectors are in which."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore.grouping import FEWEST, group, limits
from semsearch.models.vectors import unit
from semsearch.records import Vectors


def blobs(groups: int, size: int, spread: float = 0.4, dims: int = 64) -> Vectors:
    """Unit vectors around random directions, the same number around each, one group after another."""
    random = np.random.default_rng(7)
    middles = unit(random.normal(size=(groups, dims)))
    noise = unit(random.normal(size=(groups * size, dims)))
    return unit(np.repeat(middles, size, axis=0) + spread * noise)


@pytest.mark.parametrize("groups", [3, 5, 8])
def test_the_number_of_groups_comes_from_the_vectors(groups: int) -> None:
    found = group(blobs(groups, 60))
    assert found is not None
    assert found.tops.max() + 1 == groups
    for n in range(groups):
        assert len(set(found.tops[60 * n : 60 * (n + 1)])) == 1


def test_groups_within_groups_are_found() -> None:
    random = np.random.default_rng(3)
    wide = np.repeat(unit(random.normal(size=(4, 64))), 100, axis=0)
    inner = np.repeat(0.8 * unit(random.normal(size=(20, 64))), 20, axis=0)
    found = group(unit(wide + inner + 0.2 * unit(random.normal(size=(400, 64)))))
    assert found is not None
    assert found.leaves.max() > found.tops.max()
    for leaf in range(found.leaves.max() + 1):
        assert len(set(found.tops[found.leaves == leaf])) == 1


def test_every_group_has_some_members() -> None:
    found = group(blobs(5, 40, spread=2.0))
    assert found is not None
    assert np.bincount(found.tops).min() >= 3


def test_few_vectors_and_vectors_that_are_all_alike_have_no_groups() -> None:
    assert group(blobs(1, FEWEST - 1)) is None
    assert group(np.ones((50, 8), np.float32) / np.sqrt(np.float32(8))) is None


def test_the_same_vectors_give_the_same_groups() -> None:
    vectors = blobs(6, 50, spread=1.0)
    one, other = group(vectors), group(vectors)
    assert one is not None
    assert other is not None
    assert (one.leaves == other.leaves).all()


@pytest.mark.parametrize(
    ("documents", "top", "most"), [(20, 3, 3), (500, 13, 34), (5000, 16, 106), (20_000, 16, 120)]
)
def test_a_larger_library_may_have_more_topics(documents: int, top: int, most: int) -> None:
    assert limits(documents) == (top, most)


def test_many_vectors_are_joined_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semsearch.explore.grouping._JOINED", 200)
    found = group(blobs(5, 100))
    assert found is not None
    assert found.tops.max() + 1 == 5
