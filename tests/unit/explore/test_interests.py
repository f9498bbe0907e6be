"""Interests: likes in groups whose number comes from the data, and lists that are near, varied and wanted."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore.interests import (
    Likeness,
    chosen,
    grouped,
    middle,
    nearest_group,
)
from semsearch.models.vectors import unit
from semsearch.records import Vectors

_NONE = np.zeros((0, 16), np.float32)


def around(subjects: int, each: int, spread: float = 0.1, seed: int = 3) -> Vectors:
    """Vectors around some directions at right angles, those of one subject after those of another."""
    noise = np.random.default_rng(seed).normal(scale=spread, size=(subjects * each, 16))
    return unit((np.repeat(np.eye(16)[:subjects], each, axis=0) + noise).astype(np.float32))


@pytest.mark.parametrize("subjects", [1, 2, 3, 5])
def test_there_are_as_many_interests_as_subjects(subjects: int) -> None:
    groups = grouped(around(subjects, 6), 0.5)
    assert sorted(map(sorted, (group.tolist() for group in groups))) == [
        list(range(6 * n, 6 * n + 6)) for n in range(subjects)
    ]


def test_the_largest_interest_comes_first() -> None:
    likes = np.concatenate([around(1, 2), around(3, 5)[5:]])
    assert [len(group) for group in grouped(likes, 0.5)] == [5, 5, 2]


def test_one_like_is_one_interest() -> None:
    assert [group.tolist() for group in grouped(around(1, 1), 0.5)] == [[0]]


def test_what_belongs_together_depends_on_the_library() -> None:
    mixed, narrow = Likeness.of(around(8, 20)), Likeness.of(around(1, 100))
    assert mixed.near < mixed.together < narrow.near
    assert Likeness.of(around(1, 1)) == Likeness()


def test_a_list_is_near_to_its_interest() -> None:
    likes, others = around(1, 5), around(4, 10, seed=4)
    assert set(chosen(others, likes, _NONE, 10)) == set(range(10))


def test_a_list_does_not_repeat_itself() -> None:
    likes = around(1, 5)
    best = unit((middle(likes) + 0.3 * np.eye(16)[5])[None].astype(np.float32))
    other = unit((middle(likes) + 0.4 * np.eye(16)[6])[None].astype(np.float32))
    candidates = np.concatenate([best, best, best, other])
    assert chosen(candidates, likes, _NONE, 2, nearness=0.5) == [0, 3]
    assert chosen(candidates, likes, _NONE, 2, nearness=1.0) == [0, 1]


def test_what_is_nearer_to_a_dislike_than_to_a_like_is_left_out() -> None:
    likes, dislikes = around(1, 3), around(2, 3)[3:]
    candidates = around(2, 4, seed=5)
    assert set(chosen(candidates, likes, dislikes, 8)) == {0, 1, 2, 3}


def test_what_is_far_from_every_like_is_left_out() -> None:
    assert set(chosen(around(3, 4, seed=5), around(1, 3), _NONE, 12, least=0.5)) == {0, 1, 2, 3}


def test_a_document_belongs_to_the_interest_with_the_nearest_like() -> None:
    likes = around(2, 3)
    groups = grouped(likes, 0.5)
    assert nearest_group(around(2, 2, seed=6), likes, groups).tolist() == [0, 0, 1, 1]
