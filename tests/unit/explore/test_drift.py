"""The drift of new documents from old ones: chance gives none, and another subject a large one."""

from __future__ import annotations

import numpy as np
import pytest

from semsearch.explore.changes import Drift, KindDrift
from semsearch.explore.drift import USUAL, grown_languages, moved, unknown_share
from semsearch.explore.drift_words import Plain, sentences
from semsearch.models.vectors import unit
from semsearch.records import Kind, Vectors


def about(subject: int, number: int, seed: int) -> Vectors:
    """Unit vectors (number, 32) around one of 32 subjects."""
    around = np.random.default_rng(seed).normal(0, 0.2, (number, 32)).astype(np.float32)
    around[:, subject] += 1
    return unit(around)


def test_documents_of_the_same_subject_have_not_moved() -> None:
    found = moved(about(0, 400, 1), about(0, 60, 2))
    assert abs(found.spreads) < 4
    assert found.far == pytest.approx(USUAL, abs=0.06)


def test_a_tenth_about_another_subject_is_seen() -> None:
    new = np.concatenate([about(0, 270, 2), about(9, 30, 3)])
    found = moved(about(0, 400, 1), new)
    assert found.spreads > 5
    assert found.far >= 0.1


def test_all_of_another_subject_are_far_from_all_others() -> None:
    assert moved(about(0, 400, 1), about(5, 60, 2)).far == 1.0


def test_the_same_vectors_give_the_same_figures() -> None:
    assert moved(about(0, 90, 1), about(1, 30, 2)) == moved(about(0, 90, 1), about(1, 30, 2))


def test_words_that_no_old_text_has_are_unknown() -> None:
    known = [["owl mous", "night"], ["goose south"]]
    assert unknown_share(known, [["owl goose"]]) == 0.0
    assert unknown_share(known, [["owl bread", "yeast bread"], ["mous night"], []]) == pytest.approx(1 / 3)
    assert unknown_share(known, []) == 0.0


def test_a_language_has_grown_when_its_share_has_doubled() -> None:
    old = ["en"] * 95 + ["de"] * 2 + ["fr"] * 3
    (found,) = grown_languages(old, ["en"] * 85 + ["de"] * 10 + ["fr"] * 5)
    assert (found.code, found.new, found.old) == ("de", 0.1, 0.02)
    assert grown_languages(old, old) == []


def test_a_large_drift_is_told_in_sentences_and_a_small_one_is_not() -> None:
    languages = tuple(grown_languages(["en"] * 99 + ["de"], ["en"] * 9 + ["de"]))
    large = KindDrift(60, 400, 12.0, 0.4, 0.5, 0.2, languages)
    told = sentences(Drift(1e9, 2e9, {Kind.TEXT: large}), Plain())
    assert len(told) == 3
    assert told[0].startswith("10% of the texts that came since 2001-09-")
    assert sentences(Drift(1e9, 2e9, {Kind.TEXT: KindDrift(60, 400, 1.0, 0.05, 0.2, 0.2)}), Plain()) == []
