"""Learning a label from few marks: what stands in for what is not it, probabilities, and what is asked."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore import learning
from semsearch.explore.learning import Marked, Space, lacking, learn, least_sure
from semsearch.explore.regression import Regression
from semsearch.records import Vectors

DIMS = 24


def library(
    n: int, share: float, seed: int = 0, apart: float = 1.8
) -> tuple[Vectors, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Unit vectors with much in common, and which of them, a share, lie `apart` in another direction."""
    rng = np.random.default_rng(seed)
    is_it = rng.random(n) < share
    vectors = rng.normal(size=(n, DIMS)) * 0.3
    vectors[:, 0] += 2
    vectors[:, 1] += apart * is_it
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), is_it


def marked(vectors: Vectors, yes: list[int], no: list[int]) -> Marked:
    rest = [n for n in range(len(vectors)) if n not in {*yes, *no}]
    return Marked(vectors[yes], vectors[no].reshape(-1, DIMS), vectors[rest])


def rows(is_it: object, number: int) -> list[int]:
    return [int(n) for n in np.flatnonzero(is_it)[:number]]  # type: ignore[call-overload]


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_few_marks_of_what_it_is_are_enough(share: float) -> None:
    vectors, is_it = library(600, share)
    found = learn(marked(vectors, rows(is_it, 8), []), Space.of(vectors)).probabilities(vectors) >= 0.5
    assert (found & ~is_it).sum() <= 0.05 * (~is_it).sum()
    assert (found & is_it).sum() >= 0.6 * is_it.sum()


def test_marks_of_both_kinds_find_nearly_all() -> None:
    vectors, is_it = library(600, 0.3)
    given = marked(vectors, rows(is_it, 10), rows(~is_it, 10))
    found = learn(given, Space.of(vectors)).probabilities(vectors) >= 0.5
    assert (found == is_it).mean() > 0.93


def test_probabilities_are_as_often_right_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    number, given = 10, 100  # libraries, and documents of each that are marked, drawn at random

    def off() -> float:
        """How far probabilities of unmarked documents are from how often they are right, by tenths."""
        return float(np.mean([_off(*library(3000, 0.4, seed, apart=0.5), given) for seed in range(number)]))

    calibrated = off()
    monkeypatch.setattr(learning, "calibrated", lambda *_: (1.0, 0.0))
    assert calibrated < 0.065
    assert calibrated < 0.8 * off()


def _off(vectors: Vectors, is_it: np.ndarray[tuple[int], np.dtype[np.bool_]], given: int) -> float:
    first = is_it[:given]
    marks = marked(vectors, rows(first, given), rows(~first, given))
    sure = learn(marks, Space.of(vectors)).probabilities(vectors)[given:]
    left = is_it[given:]
    tenths = np.minimum(sure * 10, 9).astype(int)
    groups = [tenths == n for n in range(10)]
    return sum(float(g.mean()) * abs(left[g].mean() - sure[g].mean()) for g in groups if g.any())


def test_a_regression_moves_into_a_space_and_out_again() -> None:
    vectors, _ = library(50, 0.5)
    space = Space.of(vectors)
    given = Regression(np.arange(DIMS, dtype=np.float32), 0.7)
    inside = space.inside(given)
    assert np.allclose(inside.logits(space.seen(vectors)), given.logits(vectors), atol=1e-3)
    assert np.allclose(space.outside(inside).weights, given.weights, atol=1e-4)


def test_marks_correct_a_preset_and_do_not_replace_it() -> None:
    vectors, is_it = library(300, 0.5)
    preset = Regression(np.eye(DIMS, dtype=np.float32)[1] * 20, -5.0)
    before = preset.logits(vectors)
    wrong = rows(is_it & (before < 0), 3)
    none = np.zeros((0, DIMS), np.float32)
    untouched = learn(Marked(none, none, vectors), Space.of(vectors), preset)
    assert np.allclose(untouched.logits(vectors), before, atol=0.05)
    after = learn(Marked(vectors[wrong], none, vectors), Space.of(vectors), preset).logits(vectors)
    assert (after[wrong] > before[wrong]).all()
    assert np.corrcoef(before, after)[0, 1] > 0.9


def test_a_library_of_equal_documents_is_no_error() -> None:
    vectors = np.tile(np.eye(DIMS, dtype=np.float32)[:1], (10, 1))
    found = learn(marked(vectors, [0], [1]), Space.of(vectors))
    assert np.isfinite(found.probabilities(vectors)).all()


def test_the_least_sure_are_asked_and_none_of_them_twice() -> None:
    vectors, _ = library(6, 0.5)
    vectors[1] = vectors[0]
    sure = np.array([0.5, 0.5, 0.9, 0.4, 0.1, 0.62])
    assert least_sure(sure, vectors, 3) == [0, 3, 5]
    assert least_sure(sure, vectors, 10) == [0, 3, 5, 2, 4]


@pytest.mark.parametrize(
    ("yes", "no", "lacks"),
    [(1, 1, None), (2, 0, False), (0, 2, True), (9, 2, False), (9, 3, None), (10, 3, False), (2, 9, True)],
)
def test_marks_of_one_answer_are_too_few_below_three_and_below_a_third_of_the_other(
    yes: int, no: int, lacks: bool | None
) -> None:
    assert lacking(yes, no) is lacks


def test_near_misses_are_asked_about_where_little_is_marked_as_not_it() -> None:
    vectors, is_it = library(600, 0.3)
    yes, no = rows(is_it, 9), rows(~is_it, 1)
    rest = np.setdiff1d(np.arange(600), [*yes, *no])
    sure = learn(marked(vectors, yes, no), Space.of(vectors)).probabilities(vectors[rest])
    asked = least_sure(sure, vectors[rest], 6, lacks=False)
    likely_not = [row for row in asked if sure[row] < 0.5]
    assert len(set(asked)) == 6
    assert len(likely_not) >= 3
    assert min(sure[likely_not]) > np.median(sure[sure < 0.5]), "they are no random ones"
    assert any(sure[row] >= 0.5 for row in least_sure(sure, vectors[rest], 6, lacks=True))


def test_the_side_that_lacks_marks_is_asked_about_in_turn_with_the_least_sure() -> None:
    vectors, _ = library(6, 0.5)
    sure = np.array([0.6, 0.65, 0.7, 0.1, 0.2, 0.8])
    assert least_sure(sure, vectors, 4) == [0, 1, 2, 4]
    assert least_sure(sure, vectors, 4, lacks=False) == [0, 4, 1, 3]
    assert least_sure(1 - sure, vectors, 4, lacks=True) == [0, 4, 1, 3]
