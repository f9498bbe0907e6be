import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.forms import (
    emoji,
    joined_groups,
    joined_names,
    joined_numbers,
    joined_words,
    other_forms,
    plain_numbers,
)
from semsearch.language.terms import line_of, query_forms, query_terms, spans_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an e-mail, co-operate, data\u2011base", ["email", "cooperate", "database"]),
        ("AB-1234-XY", ["ab1234xy"]),
        ("state-of-the-art, how-to-cook-rice", []),
        ("a - b, -c, d-", []),
        ("می\u200cخواهم", ["میخواهم"]),
    ],
)
def test_words_with_hyphens_are_also_written_without(text: str, found: list[str]) -> None:
    assert [form.word for form in joined_words(text)] == found


@pytest.mark.parametrize("number", ["1,250", "1,250.00", "1.250,00", "1 250", "1’250", "-1,250"])
def test_a_number_is_one_number_whatever_parts_its_thousands(number: str) -> None:
    assert [form.word for form in joined_numbers(f"In all {number} euros")] == ["1250"]


def test_cents_stand_beside_their_number() -> None:
    assert line_of("1'250.50") == "1 250 50 1250 50"
    assert query_terms("1250.50") == query_terms("1,250.50") == ["1250", "50"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Tel. (020) 7946 0958", "02079460958"),
        ("06 12 34 56 78", "0612345678"),
        ("+49 30 901820-47", "493090182047"),
        ("+49 (0)30 1234567", "49301234567"),
        ("+1 (555) 867-5309", "15558675309"),
        ("030 / 1234567", "0301234567"),
        ("555.867.5309", "5558675309"),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819"),
        ("invoice 0004217", "4217"),
    ],
)
def test_a_number_of_a_telephone_account_or_invoice_is_also_one_word(text: str, number: str) -> None:
    assert number in line_of(f"{text}, in short").split()


@pytest.mark.parametrize(
    "text",
    ["2019-03-14 14:05", "01.02.2019 10:30", "192.168.100.200", "0.25 0.123 0.456", "12 45 67 89 12", "007"],
)
def test_dates_addresses_and_rows_of_numbers_are_no_groups(text: str) -> None:
    assert list(joined_groups(text)) == []


def test_a_name_with_an_apostrophe_is_also_written_without() -> None:
    text = "O'Brien and D’Angelo don't say 'The end' in l'école"
    assert [form.word for form in joined_names(text)] == ["obrien", "dangelo"]


@pytest.mark.parametrize(
    "text",
    ["1999", "v1.2.3", "14.07.2019", "192.168.100.200", "0171 234 567", "3.14", "1,25", "12:30"],
)
def test_what_is_no_number_with_thousands_stays_as_it_is(text: str) -> None:
    assert list(joined_numbers(text)) == []
    assert plain_numbers(text) == text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,250.00", "1250"),
        ("1.250,00", "1250"),
        ("1250.00", "1250"),
        ("1,250.50", "1250 50"),
        ("12,34,567", "1234567"),
        ("95.00", "95.00"),
    ],
)
def test_a_typed_number_has_no_separators_and_no_empty_cents(typed: str, number: str) -> None:
    assert plain_numbers(typed) == number


@pytest.mark.parametrize("stored", ["1250", "1250.00", "1,250.00", "1.250,00", "1'250"])
@pytest.mark.parametrize("typed", ["1250", "1250.00", "1,250.00", "1.250,00", "1’250"])
def test_each_way_to_write_a_number_finds_every_other(stored: str, typed: str) -> None:
    assert set(query_terms(f"invoice {typed}")) <= set(line_of(f"Invoice: {stored} EUR").split())


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("e-mail", "email"),
        ("email", "e-mail"),
        ("data-base", "databases"),
        ("Cello suite BWV 1007", "BWV1007"),
        ("ISO9001", "ISO 9001"),
        ("prints of 10x15", "10 x 15"),
        ("1920 × 1080", "1920x1080"),
        ("lightbulbs", "light bulb"),
    ],
)
def test_a_word_with_a_hyphen_or_space_finds_the_one_without_and_the_reverse(stored: str, typed: str) -> None:
    assert {*query_terms(typed), *query_forms(typed)} & set(line_of(stored).split())


def test_an_emoji_is_a_word_whatever_its_skin_and_its_variant() -> None:
    assert query_terms("👍🏽") == query_terms("👍") == line_of("👍🏿").split()
    assert query_terms("❤️") == query_terms("❤")
    assert len(query_terms("🇩🇪")) == 1
    assert list(emoji("a → b ± c ©")) == []


def test_other_forms_stand_after_the_words_so_that_phrases_are_whole() -> None:
    assert line_of("a well-known 1,250 🦆 pond") == "a well known 1 250 pond wellknown 1250 u1f986"


def test_other_forms_are_marked_where_they_stand() -> None:
    text = "Our C++ e-mail of 🦆 for 1,250 euros, see getUserName"
    wanted = [*query_terms("C++ email 🦆 1250"), "user"]
    assert [text[a:b] for a, b in spans_of(text, wanted)] == [
        "C++",
        "e-mail",
        "🦆",
        "1,250",
        "getUserName",
    ]


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("aA1-,.' ")))
def test_each_form_names_a_stretch_of_the_text(text: str) -> None:
    assert all(0 <= form.start < form.end <= len(text) and form.word for form in other_forms(text))


def test_a_run_of_data_has_no_parts_and_takes_no_time() -> None:
    assert list(other_forms("aB" * 100_000 + "-x" * 100_000)) == []
