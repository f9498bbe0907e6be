from dataclasses import replace

import numpy as np
import pytest

from semsearch.models.bank import EXTRA, Bank
from semsearch.records import Kind, Vector
from semsearch.results import CLEAR
from semsearch.search.relevance import (
    Scales,
    fit_scale,
    is_clear,
    is_code,
    relevance,
    scale_of_query,
    scales_of_words,
)
from semsearch.search.tuning import Tuning
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


def test_a_picture_far_below_the_best_ones_of_its_query_is_no_clear_match() -> None:
    tuning = Tuning(share_of_best=0.5, clear_spreads=2.0)
    scales = Scales({Kind.IMAGE: Scale(0.0, 0.1), Kind.TEXT: Scale(0.0, 0.1)})
    drawn = scales.with_line(Kind.IMAGE, 0.8, tuning)
    spreads = [drawn.spreads(Kind.IMAGE, similarity) for similarity in (0.8, 0.41, 0.39, 0.2, -0.1)]
    assert [is_clear(each, tuning) for each in spreads] == [True, True, False, False, False]
    assert spreads == sorted(spreads, reverse=True)
    assert (spreads[0], spreads[1], spreads[-1]) == pytest.approx((8.0, 4.1, -1.0))
    assert drawn.spreads(Kind.TEXT, 0.3) == pytest.approx(3.0)


def test_where_the_best_pictures_are_hardly_clear_the_threshold_alone_decides() -> None:
    scales = Scales({Kind.IMAGE: Scale(0.0, 0.1)}).with_line(Kind.IMAGE, 0.26)
    assert scales.spreads(Kind.IMAGE, 0.25) == pytest.approx(2.5)
    assert scales.spreads(Kind.IMAGE, 0.23) == pytest.approx(2.3)


def corrected(weight: float) -> tuple[Calibration, Vector]:
    """A query that is all a name (`weight` > 0) or all a sentence, and a library that it is typical of."""
    names = np.eye(3, dtype=np.float32)
    towards = np.array([0, 0, 0, weight], np.float32)
    bank = Bank(names, names[:1], np.ones(1, np.float32), towards, 0.05)
    mean = bank.pictures(names).mean(axis=0)
    known = Calibration(Scale(0.3, 0.1), affinity=Scale(0.0, 0.05), mean_vector=mean.tobytes(), measured=True)
    return known, bank.queries(names[:1])[0]


def test_a_sentence_that_is_typical_of_a_library_of_pictures_needs_less_and_a_name_does_not() -> None:
    centres = {}
    for weight in (-50.0, 50.0):
        known, vector = corrected(weight)
        mean = np.frombuffer(known.mean_vector, np.float32)
        level = float(vector[-EXTRA:] @ mean[-EXTRA:])
        centres[weight] = scale_of_query(known, vector, corrected=True).centre - level
    assert centres[50.0] == pytest.approx(0.3)
    assert centres[-50.0] < 0.25


def test_the_mean_correction_of_a_library_moves_the_centre_with_it() -> None:
    """A photo of people is near to every sentence. In a library of such photos that is no merit."""
    known, vector = corrected(50.0)
    mean = np.frombuffer(known.mean_vector, np.float32).copy()
    mean[-EXTRA] += 0.1
    shifted = replace(known, mean_vector=mean.tobytes())
    before, after = (scale_of_query(each, vector, corrected=True).centre for each in (known, shifted))
    assert after - before == pytest.approx(0.1 * float(vector[-EXTRA]), abs=1e-6)
