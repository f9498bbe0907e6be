import numpy as np
import pytest

from semsearch.relevance import Calibration, Scale, of_words, relevance
from semsearch.types import CLEAR


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


def test_the_line_is_where_nine_in_ten_unrelated_questions_stay_below() -> None:
    best = np.random.default_rng(1).normal(0.3, 0.05, 2000)
    scale = Scale.of(best)
    above = sum(relevance(scale.standard(score)) >= CLEAR for score in best)
    assert above / len(best) == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize("standing", [-1e9, -5.0, 0.0, 5.0, 1e9])
def test_relevance_is_between_0_and_1_and_grows(standing: float) -> None:
    assert 0 <= relevance(standing) <= 1
    assert relevance(standing + 1) >= relevance(standing)


def test_the_first_words_found_count_most() -> None:
    assert of_words(0) == 0
    assert of_words(0.5) - of_words(0.25) < of_words(0.25)


def test_a_calibration_is_kept_as_a_hash_and_read_again() -> None:
    known = Calibration(Scale(0.1, 0.2), Scale(3.0, 4.0), Scale(0.5, 0.6), measured=True)
    stored = {name.encode(): str(value).encode() for name, value in known.mapping().items()}
    assert Calibration.read(stored | {b"model": b"minilm"}) == known
    assert not Calibration.read({b"model": b"minilm"}).measured
