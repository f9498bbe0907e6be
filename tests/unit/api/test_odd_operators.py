"""What looks like an operator and is none is told, with what may have been meant."""

from __future__ import annotations

import pytest

from semsearch.api.odd_operators import odd_operators
from semsearch.api.operators import demands, finished
from semsearch.api.parameters import read_query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("boats typ:pdf", "boats type:pdf"),
        ("befor:2020 boats", "before:2020 boats"),
        ("langauge:german boats", "language:german boats"),
        ("boats size:10MB", "boats larger:10MB"),
        ("boats foldr:letters/", "boats folder:letters/"),
        ("boats type:pfd", "boats type:pdf"),
        ("boats lang:germann", "boats lang:german"),
        ("boats kind:imag", "boats kind:image"),
        ("(boats kind:imag) 2024", "(boats kind:image) 2024"),
    ],
)
def test_the_operator_that_was_meant_is_named(typed: str, meant: str) -> None:
    (odd,) = odd_operators(typed)
    assert odd.applied(typed) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("before:nonsense boats", "before: takes values such as before:2020"),
        ("when:blah boats", "when: takes values such as when:2019"),
        ("boats larger:huge", "larger: takes values such as larger:10MB"),
        ("boats type:zzzzz", "type: takes values such as type:pdf"),
    ],
)
def test_a_value_that_cannot_be_read_is_told(typed: str, said: str) -> None:
    (odd,) = odd_operators(typed)
    assert said in odd.problem
    assert odd.meant == ""


@pytest.mark.parametrize("excluded", ["-type:md", "-in:letters/", "-kind:image", '-in:"my letters/"'])
def test_an_operator_that_is_excluded_means_nothing(excluded: str) -> None:
    typed = f"boats {excluded} -engine"
    (odd,) = odd_operators(typed)
    assert (odd.typed, odd.meant) == (excluded, "")
    assert "an operator cannot be excluded" in odd.note
    assert read_query({"q": typed}) == read_query({"q": "boats -engine"})
    assert [each.typed for each in demands(typed)] == ["-engine"]


@pytest.mark.parametrize(
    "typed",
    ["re: boats at 12:30", "http://boats.example/", "boats type:pdf in:letters/ before:2020",
     '"type:oak" boats', "note:2019", "foldr:letters", "C:boats", "std:vector", "-type:oak -typ:pdf",
     "word " * 41 + "typ:pdf"],
)  # fmt: skip
def test_other_words_with_a_colon_are_no_operators(typed: str) -> None:
    assert odd_operators(typed) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("boats type:", "boats "),
        ("boats type:p", "boats "),
        ('boats after:"May', "boats "),
        ("boats type:pdf", "boats type:pdf"),
        ("boats before:2020 ", "boats before:2020 "),
        ("type:p", "type:p"),
        ("boats re:", "boats re:"),
        ("boats (type:p", "boats "),
    ],
)
def test_an_operator_that_is_being_typed_is_not_searched_for(typed: str, words: str) -> None:
    assert finished(typed) == words
