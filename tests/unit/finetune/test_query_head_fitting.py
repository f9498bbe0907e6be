"""A head for queries is fitted where held-out queries gain, and there is none where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.errors import ModelError
from semsearch.finetune.query_head_fitting import Lesson, fit
from semsearch.models.query_head import QueryHead
from semsearch.models.vectors import unit
from semsearch.records import Vectors

_DIMS, _SUBJECTS = 24, 6


def lesson(queries: int, *, turned: bool) -> Lesson:
    """Documents about six subjects. If `turned`, queries of a subject lie near the documents of the next."""
    chance = np.random.default_rng(3)
    middles = unit(chance.normal(size=(_SUBJECTS, _DIMS)).astype(np.float32))

    def near(subjects: Vectors, spread: float) -> Vectors:
        noise = chance.normal(0, spread, (len(subjects), _DIMS))
        return unit((middles[subjects] + noise).astype(np.float32))

    subjects = np.arange(180) % _SUBJECTS
    asked = np.arange(queries) % _SUBJECTS
    starts = np.arange(len(subjects), dtype=np.intp)
    wanted = (asked + 1) % _SUBJECTS if turned else asked
    answers = [np.flatnonzero(subjects == each).astype(np.intp)[:12] for each in wanted]
    return Lesson(near(asked, 0.15), near(subjects, 0.15), starts, answers)


def test_queries_that_mean_something_else_here_learn_it() -> None:
    fitted = fit(lesson(40, turned=True))
    assert fitted.before < 0.1
    assert fitted.after > 0.4
    assert fitted.matrix is not None
    given = lesson(40, turned=True)
    head = QueryHead(fitted.matrix, "model@1")
    moved = head(given.queries[0])
    assert float(np.linalg.norm(moved)) == pytest.approx(1.0, abs=1e-5)
    best = np.argsort(-(given.passages @ moved))[:10]
    assert (best % _SUBJECTS == 1).mean() > 0.5


def test_judgements_by_chance_teach_nothing() -> None:
    given = lesson(40, turned=False)
    chance = np.random.default_rng(5)
    answers = [np.sort(chance.choice(len(given.starts), 3, replace=False)) for _ in given.queries]
    fitted = fit(Lesson(given.queries, given.passages, given.starts, answers))
    assert fitted.matrix is None


def test_the_same_pairs_give_the_same_head() -> None:
    first, second = (fit(lesson(30, turned=True)).matrix for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first, second)


def test_a_document_counts_by_its_nearest_passage() -> None:
    given = lesson(30, turned=True)
    far = -given.passages[:1]
    passages = np.concatenate([given.passages[:1], far, given.passages[1:]])
    starts = np.append(0, given.starts[1:] + 1).astype(np.intp)
    found = fit(Lesson(given.queries, passages, starts, given.answers))
    assert found.before == pytest.approx(fit(given).before)


def test_a_head_is_stored_and_read_again_and_a_damaged_one_is_told() -> None:
    head = QueryHead(np.eye(4, dtype=np.float32) * 2, "model@1")
    read = QueryHead.of_bytes(head.to_bytes(), "model@1")
    assert read.id == head.id
    assert np.array_equal(read.matrix, head.matrix)
    for data in (b"", b"nonsense", head.to_bytes()[:-8]):
        with pytest.raises(ModelError, match="damaged"):
            QueryHead.of_bytes(data, "model@1")


def test_a_query_of_another_length_stays_as_it_is() -> None:
    query = np.ones(3, np.float32)
    assert QueryHead(np.eye(4, dtype=np.float32), "model@1")(query) is query
