"""Number formats: a cell shows its number as its format says."""

import pytest

from ingest.readers.office.number_formats import BUILT_IN, number_format

_ACCOUNTING = '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-;_-@_-'


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0%", 0.125, "13%"),
        ("0.0%", 0.125, "12.5%"),
        ("0.00", 2.675, "2.68"),
        ("0.##", 2.5, "2.5"),
        ("0.##", 2, "2"),
        ("#,##0", 1234567, "1,234,567"),
        ("#,##0.00", -0.5, "-0.50"),
        ("#,##0,", 1234567, "1,235"),
        ('0.0,,"M"', 12345678, "12.3M"),
        ("00000", 815, "00815"),
        ("000-00-0000", 23456789, "023-45-6789"),
        ("(###) ###-####", 5551234567, "(555) 123-4567"),
        ("0.00E+00", 12345, "1.23E+04"),
        ("0.0E-0", 0.00123, "1.2E-3"),
        ("# ?/?", 1.5, "1 1/2"),
        ("# ?/?", 0.25, "1/4"),
        ("# ?/?", 3, "3"),
        ("# ??/??", 2.3125, "2 5/16"),
        ("# ?/8", 1.375, "1 3/8"),
        ("?/?", 1.5, "3/2"),
        ('0 "pcs"', 5, "5 pcs"),
    ],
)
def test_a_number_shows_as_its_format_says(code: str, value: float, text: str) -> None:
    kind = number_format(code)
    assert kind is not None
    assert kind.show(value) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ('#,##0.00 "EUR"', 1234.5, "1,234.50 EUR"),
        ("[$£-809]#,##0.00", 1250, "£1,250.00"),
        ("#,##0.00\\ [$€-407]", 1250, "1.250,00 €"),
        ("#,##0.00\\ [$€-40C]", 1250, "1 250,00 €"),
        ("[$CHF] 0.00", 99, "CHF 99.00"),
        (BUILT_IN[8], 1234.5, "$1,234.50"),
        (BUILT_IN[8], -1234.5, "($1,234.50)"),
        (_ACCOUNTING, 5, "5.00 €"),
        (_ACCOUNTING, -5, "-5.00 €"),
        (_ACCOUNTING, 0, "- €"),
    ],
)
def test_an_amount_has_its_currency_and_the_marks_of_its_language(code: str, value: float, text: str) -> None:
    kind = number_format(code)
    assert kind is not None
    assert kind.show(value) == text


def test_positive_negative_and_zero_have_formats_of_their_own() -> None:
    kind = number_format('"gain" 0;[Red]"loss" 0;"even"')
    assert kind is not None
    assert [kind.show(value) for value in (2, -3, 0)] == ["gain 2", "loss 3", "even"]


@pytest.mark.parametrize("code", ["", "General", "@", "yyyy-mm-dd", "[h]:mm", "h:mm AM/PM", "[<100]0;0.0"])
def test_dates_texts_and_conditions_are_no_formats_of_numbers(code: str) -> None:
    assert number_format(code) is None


@pytest.mark.parametrize(("code", "value"), [(";;;", 3), ("0.00", 1e300)])
def test_a_number_that_is_hidden_or_too_large_has_no_text(code: str, value: float) -> None:
    kind = number_format(code)
    assert kind is not None
    assert kind.show(value) == ""
