"""What a query says in plain words of dates and kinds."""

from __future__ import annotations

import pytest

from semsearch.language.said import Said, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("photos of last week", Said("", "last week", pictures=True)),
        ("articles about owls from 2019", Said("articles about owls", "2019")),
        ("owls in July 2019", Said("owls", "July 2019")),
        ("letters since 2020", Said("letters", "since 2020")),
        ("notes between May and July 2020", Said("notes", "between May and July 2020")),
        ("budget 2019", Said("budget", "2019")),
        ("meeting yesterday", Said("meeting", "yesterday")),
        ("photos of owls", Said("owls", pictures=True)),
        ("Fotos vom letzten Monat", Said("", "letzten Monat", pictures=True)),
        ("Briefe aus 2019", Said("Briefe", "2019")),
    ],
)
def test_a_date_at_the_end_and_pictures_at_the_beginning_are_told_from_words(
    text: str, expected: Said
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "photos",
        "may",
        "spring",
        "march of the penguins",
        "the summer of love",
        "a day in the life",
        "owls",
        "",
    ],
)
def test_words_that_may_be_words_alone_are_left_alone(text: str) -> None:
    assert said(text) is None


def test_a_date_in_quotation_marks_is_text() -> None:
    assert said('"last week"') is None
