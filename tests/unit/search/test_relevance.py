import numpy as np
import pytest

from semsearch.results import CLEAR
from semsearch.search.relevance import Calibration, Scale, by_words, lift, relevance


def test_a_scale_is_read_off_the_lower_part_of_what_questions_find() -> None:
    """Half of the questions are about what is in the library: the scale does not see their hits."""
    chance = np.random.default_rng(0).normal(0.3, 0.05, 2000)
    assert (Scale.of(chance).middle, Scale.of(chance).spread) == (
        pytest.approx(0.3, abs=0.01),
        pytest.approx(0.05, abs=0.01),
    )
    mixed = np.concatenate([chance, chance[:1000] + 0.4])
    assert Scale.of(mixed).middle < 0.35


def test_a_library_that_answers_all_alike_has_a_scale_too() -> None:
    assert Scale.of([0.2, 0.2, 0.2]).standard(0.2) == pytest.approx(0)


def test_the_line_is_where_most_unrelated_questions_stay_below() -> None:
    best = np.random.default_rng(1).normal(0.3, 0.05, 2000)
    scale = Scale.of(best)
    above = sum(relevance(scale.standard(score)) >= CLEAR for score in best)
    assert above / len(best) < 0.05


@pytest.mark.parametrize("standing", [-1e9, -5.0, 0.0, 5.0, 1e9])
def test_relevance_is_between_0_and_1_and_grows(standing: float) -> None:
    assert 0 <= relevance(standing) <= 1
    assert relevance(standing + 1) >= relevance(standing)


def test_the_first_words_found_count_most() -> None:
    assert lift(0) == 0
    assert lift(0.5) - lift(0.25) < lift(0.25)


def test_a_document_that_has_each_word_once_is_a_match_one_that_has_half_of_them_is_not() -> None:
    once = 1 / 2.2
    assert relevance(by_words(once)) > CLEAR
    assert relevance(by_words(once / 2)) < CLEAR


def test_a_calibration_is_kept_as_a_hash_and_read_again() -> None:
    middle = np.array([0.1, 0.2], np.float32).tobytes()
    known = Calibration(Scale(0.1, 0.2), Scale(0.5, 0.6), Scale(0.3, 0.4), middle, measured=True)
    stored = {name.encode(): str(value).encode() for name, value in known.mapping().items()}
    assert Calibration.read(stored | {b"model": b"minilm"}, middle) == known
    assert not Calibration.read({b"model": b"minilm"}).measured


def test_a_question_of_the_sort_of_the_library_needs_less_similar_hits() -> None:
    middle = np.array([0.6, 0.0], np.float32).tobytes()
    known = Calibration(Scale(0.3, 0.1), affinity=Scale(0.0, 0.1), middle=middle, measured=True)

    def standing(x: float, y: float) -> float:
        asked = np.array([x, y], np.float32)
        return known.for_question(asked).similarity.standard(0.5)

    assert standing(0, 1) == standing(-1, 0) == pytest.approx(2)
    assert standing(0.8, 0.6) > standing(0.6, 0.8) > 2


def test_a_middle_of_another_length_says_nothing() -> None:
    known = Calibration(middle=bytes(8))
    assert known.for_question(np.ones(3, np.float32)) is known
