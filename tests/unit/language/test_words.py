import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.terms import line_of, terms
from semsearch.language.words import is_word, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C++ and c++17", ["cplusplus", "and", "cplusplus", "17"]),
        ("C#, F# or J#", ["csharp", "fsharp", "or", "jsharp"]),
        (".NET, ASP.NET", ["dotnet", "asp", "dotnet"]),
        ("R and C", ["r", "and", "c"]),
        ("i++; count++ # note", ["i", "count", "note"]),
        ("example.net#top", ["example", "net", "top"]),
    ],
)
def test_names_of_languages_are_words_with_their_signs(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize("word", ["किताब", "हिन्दी", "தமிழ்", "ẹ́kọ́", "x̌"])
def test_a_word_is_not_cut_at_its_marks(word: str) -> None:
    assert len(words(word)) == 1
    assert is_word(words(word)[0])


@pytest.mark.parametrize("text", ["", "a b", "a|b", "_", "\u0301", "a\u0301 b", "*", "@a"])
def test_only_a_word_is_a_word(text: str) -> None:
    assert not is_word(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كِتَابٌ", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("Straße", "STRASSE"),
        ("Łódź Ærø", "lodz aero"),
        ("light\u00adhouse\u200bkeeper", "lighthousekeeper"),
        ("\u202bשלום\u202c", "שלום"),
        ("ﬁle ﬂow", "file flow"),
        ("가나다", "\u1100\u1161\u1102\u1161\u1103\u1161"),
        ("क्\u200dष", "क्ष"),
        ("１２３ Ｋ", "123 k"),
    ],
)
def test_words_that_look_alike_have_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@given(st.text())
def test_a_decomposed_text_has_the_same_terms(text: str) -> None:
    assert line_of(unicodedata.normalize("NFD", text)) == line_of(text)
