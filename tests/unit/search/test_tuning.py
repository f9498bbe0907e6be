"""Other values for the constants of ranking, as they are written on the command line."""

import pytest

from semsearch.errors import SettingsError
from semsearch.search.tuning import CALIBRATION, TUNING, Tuning


def test_a_change_replaces_one_constant_and_leaves_the_others() -> None:
    tuning = Tuning.changed(["words_weight=14", "depth=50"])
    assert (tuning.words_weight, tuning.depth) == (14.0, 50)
    assert Tuning.changed([f"words_weight={TUNING.words_weight}", f"depth={TUNING.depth}"]) == TUNING
    assert Tuning.changed([]) == TUNING


@pytest.mark.parametrize(
    "change",
    [
        "words=1", "words_weight", "words_weight=", "words_weight=ten", "words_weight=nan",
        "words_weight=inf", "words_power=-1", "k1=-2", "depth=0", "depth=-1", "depth=2.5",
        "depth=100000000000", "deeper=1", "low_percentile=0", "high_percentile=100", "low_percentile=40",
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused_with_its_name(change: str) -> None:
    with pytest.raises(SettingsError, match=change.partition("=")[0]):
        Tuning.changed([change])


def test_the_constants_of_calibration_are_constants() -> None:
    assert all(hasattr(TUNING, name) for name in CALIBRATION)
