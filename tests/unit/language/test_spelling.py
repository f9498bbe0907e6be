import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.spelling import edits


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("lifetimes", "lifetimes", 0),
        ("lifetmes", "lifetimes", 1),
        ("lifetimse", "lifetimes", 1),
        ("lietimmes", "lifetimes", 2),
        ("ab", "ba", 1),
        ("abc", "xyz", 3),
        ("", "abc", 3),
    ],
)
def test_edits_are_the_least_mistakes(one: str, other: str, count: int) -> None:
    assert edits(one, other, 5) == count


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 4))
def test_above_the_most_the_count_stops(one: str, other: str, most: int) -> None:
    assert edits(one, other, most) == min(edits(one, other, 10), most + 1)
    assert edits(one, other, 10) == edits(other, one, 10)
