"""Logistic regression by Newton's method: against scikit-learn, with priors, and its calibration."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore.regression import Examples, Regression, calibrated, expit, fit, folds


def drawn(n: int, dims: int, seed: int = 0) -> Examples:
    """Examples of which half are it, with a direction in which they differ."""
    rng = np.random.default_rng(seed)
    marks = (np.arange(n) % 2).astype(np.float64)
    vectors = rng.normal(size=(n, dims)).astype(np.float32)
    vectors[:, 0] += marks.astype(np.float32)
    return Examples(vectors, marks, np.ones(n))


@pytest.mark.parametrize(("n", "dims"), [(200, 5), (20, 50)])
@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_the_weights_are_those_of_scikit_learn(n: int, dims: int, strength: float) -> None:
    from sklearn.linear_model import LogisticRegression

    given = drawn(n, dims)
    theirs = LogisticRegression(C=1 / strength, tol=1e-8, max_iter=5000).fit(given.vectors, given.marks)
    ours = fit(given, strength)
    assert np.allclose(ours.weights, theirs.coef_[0], atol=0.01)
    assert ours.bias == pytest.approx(float(theirs.intercept_[0]), abs=0.01)


def test_an_example_that_counts_twice_is_like_two() -> None:
    given = drawn(20, 4)
    rows = [*range(20), 3]
    twice = Examples(given.vectors[rows], given.marks[rows], np.ones(21))
    counts = np.where(np.arange(20) == 3, 2.0, 1.0)
    heavy = fit(Examples(given.vectors, given.marks, counts), 0.5)
    assert np.allclose(heavy.weights, fit(twice, 0.5).weights, atol=1e-4)


def test_examples_of_one_kind_alone_give_finite_weights() -> None:
    given = drawn(10, 30)
    found = fit(Examples(given.vectors, np.ones(10), np.ones(10)), 0.1)
    assert np.isfinite(found.weights).all()
    assert found.probabilities(given.vectors).min() > 0.9


def test_a_strong_prior_is_kept_and_a_weak_one_gives_way() -> None:
    given, prior = drawn(400, 3), Regression(np.array([0, 4, 0], np.float32), 0.5)
    kept = fit(given, 1e6, prior)
    assert np.allclose(kept.weights, prior.weights, atol=1e-3)
    assert np.allclose(fit(given, 1e-3, prior).weights, fit(given, 1e-3).weights, atol=0.02)


def test_logits_that_are_too_sure_are_calibrated() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=4000) * 2
    marks = (rng.random(4000) < expit(logits)).astype(np.float64)
    given = Examples(np.zeros((4000, 1), np.float32), marks, np.ones(4000))
    slope, offset = calibrated(given, logits * 5 + 3)
    assert slope == pytest.approx(0.2, abs=0.02)
    assert offset == pytest.approx(-0.6, abs=0.15)


def test_few_examples_do_not_make_it_surer() -> None:
    marks = np.array([1.0, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    given = Examples(np.zeros((10, 1), np.float32), marks, np.ones(10))
    slope, _ = calibrated(given, np.where(marks == 1, 3.0, -3.0))
    assert slope < 1.2


def test_each_fold_has_examples_of_both_kinds() -> None:
    marks = np.array([1.0] * 5 + [0.0] * 40)
    held_out = list(folds(marks, 5))
    assert np.sum(held_out, axis=0).tolist() == [1] * 45
    assert all(marks[rows].sum() == 1 for rows in held_out)
