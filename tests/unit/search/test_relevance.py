import numpy as np
import pytest

from semsearch.records import Kind
from semsearch.results import CLEAR
from semsearch.search.relevance import (
    Scales,
    fit_scale,
    is_code,
    relevance,
    scale_of_query,
    scales_of_words,
)
from semsearch.store.statistics import Calibration, Scale


def test_a_scale_is_fitted_to_the_lower_part_of_the_best_scores() -> None:
    """The scale stays nearly the same when a third of the probes have an answer in the library."""
    chance = np.random.default_rng(0).normal(0.3, 0.05, 2000)
    assert (fit_scale(chance).centre, fit_scale(chance).spread) == (
        pytest.approx(0.3, abs=0.01),
        pytest.approx(0.05, abs=0.01),
    )
    mixed = np.concatenate([chance, chance[:1000] + 0.4])
    assert fit_scale(mixed).centre < 0.35


def test_a_library_where_all_queries_score_the_same_has_a_scale_too() -> None:
    assert fit_scale([0.2, 0.2, 0.2]).spreads(0.2) == pytest.approx(0)


def test_the_best_hits_of_most_unrelated_queries_stay_below_the_threshold() -> None:
    best = np.random.default_rng(1).normal(0.3, 0.05, 2000)
    scale = fit_scale(best)
    above = sum(relevance(scale.spreads(score)) >= CLEAR for score in best)
    assert above / len(best) < 0.05


@pytest.mark.parametrize("spreads", [-1e9, -5.0, 0.0, 5.0, 1e9])
def test_relevance_is_between_0_and_1_and_grows(spreads: float) -> None:
    assert 0 <= relevance(spreads) <= 1
    assert relevance(spreads + 1) >= relevance(spreads)


def test_a_calibration_is_stored_as_a_hash_and_read_again() -> None:
    mean = np.array([0.1, 0.2], np.float32).tobytes()
    known = Calibration(Scale(0.1, 0.2), Scale(0.5, 0.6), Scale(0.3, 0.4), mean, measured=True)
    stored = {name.encode(): str(value).encode() for name, value in known.mapping().items()}
    assert Calibration.read(stored | {b"model": b"minilm"}, mean) == known
    assert not Calibration.read({b"model": b"minilm"}).measured


def test_a_query_typical_of_the_library_needs_less_similar_hits() -> None:
    mean = np.array([0.6, 0.0], np.float32).tobytes()
    known = Calibration(Scale(0.3, 0.1), affinity=Scale(0.0, 0.1), mean_vector=mean, measured=True)

    def spreads(x: float, y: float) -> float:
        asked = np.array([x, y], np.float32)
        return scale_of_query(known, asked).spreads(0.5)

    assert spreads(0, 1) == spreads(-1, 0) == pytest.approx(2)
    assert spreads(0.8, 0.6) > spreads(0.6, 0.8) > 2


def test_a_mean_vector_of_another_length_changes_nothing() -> None:
    known = Calibration(mean_vector=bytes(8))
    assert scale_of_query(known, np.ones(3, np.float32)) == known.similarity


@pytest.mark.parametrize(
    "typed", ["SN-4471", "0x80070057", "ERR_TIMEOUT_48", "IMG_0412", "1984", "+49 170 123", "19:30"]
)
def test_a_number_and_a_code_are_codes(typed: str) -> None:
    assert is_code(typed)


@pytest.mark.parametrize(
    "typed", ["MP3", "H2O", "COVID-19", "Boeing 747", "read_file", "tea", "", "error 0x80070057"]
)
def test_words_are_no_codes_though_they_may_have_digits(typed: str) -> None:
    assert not is_code(typed)


def test_similarity_to_a_code_says_less() -> None:
    known, vector = {Kind.TEXT: Calibration(Scale(0.3, 0.1))}, {Kind.TEXT: np.ones(3, np.float32)}
    of_words, of_code = (scales_of_words(known, vector, typed) for typed in ("serial number", "SN-4471"))
    assert of_words.spreads(Kind.TEXT, 0.6) == pytest.approx(3)
    assert of_code.spreads(Kind.TEXT, 0.6) == pytest.approx(0)


def test_raised_scales_take_spreads_off_every_similarity() -> None:
    scales = Scales({Kind.TEXT: Scale(0.3, 0.1), Kind.IMAGE: Scale(0.2, 0.02)}).raised(1.0)
    assert scales.spreads(Kind.TEXT, 0.6) == pytest.approx(2)
    assert scales.spreads(Kind.IMAGE, 0.26) == pytest.approx(2)
