"""Sizes as people write them, and the one form of text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.text import normal, normal_with, read_size

_ODD = st.characters(codec="utf-8") | st.sampled_from(
    "eA\u0301\u00ad\u200b\u200c\u200d\u202e\u00a0\u0915\u094d\u06cc🧑🦆\u0338\u2adc"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Cafe\u0301", "Café"),
        ("\u1112\u1161\u11ab", "한"),
        ("light\u00adhouse\u200bkeeper\ufeff", "lighthousekeeper"),
        ("\u200eleft\u202e\u2066 right", "left right"),
        ("12\u00a0000\u202f€", "12 000 €"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🔬 ❤\ufe0f\u200d🔥", "👩\u200d🔬 ❤\ufe0f\u200d🔥"),
        ("a\u200cb\u200d", "ab"),
    ],
)
def test_text_has_one_form_and_keeps_what_its_script_needs(text: str, shown: str) -> None:
    assert normal(text) == shown


@given(st.text(alphabet=_ODD))
def test_the_form_of_text_is_final_and_composed(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet=_ODD))
def test_a_decomposed_text_has_the_same_form(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(text)


def test_places_in_a_text_move_with_its_characters() -> None:
    text = "Cafe\u0301\n\nPage 2\n\nU\u0308ber"
    places = [0, text.index("Page"), text.index("U"), len(text)]
    whole, moved = normal_with(text, places)
    assert whole == "Café\n\nPage 2\n\nÜber"
    assert moved == [0, whole.index("Page"), whole.index("Ü"), len(whole)]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1024", 1024),
        ("10MB", 10_000_000),
        ("500 kB", 500_000),
        ("2.5M", 2_500_000),
        ("2.5 mib", 2_621_440),
        ("4GiB", 4 * 1024**3),
        ("1t", 10**12),
        ("0.0005 kB", 0),
        ("7 bytes", 7),
        ("7b", 7),
    ],
)
def test_a_size_is_read_with_its_unit(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "big", "-1", "1,5 MB", "1e9", "5iB", "10 MBit", "1.2.3", "MB", "inf", "9" * 20, "٣", "[0 1]"]
)
def test_what_is_no_size_is_none(text: str) -> None:
    assert read_size(text) is None
