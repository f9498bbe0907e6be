"""The two lines of a passage that a list of hits shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.results import Excerpt
from web.teaser import teaser

FILLER = "Some words that say nothing about it at all. " * 4
ANSWER = "A willow drinks a lot."
REST = " And then it goes on and on, as texts do, about this and about that and about others too." * 3


def excerpt(text: str, answer: str = "", *marks: str) -> Excerpt:
    def span(part: str) -> tuple[int, int]:
        return text.index(part), text.index(part) + len(part)

    return Excerpt(text, tuple(map(span, marks)), span(answer) if answer else None)


def shown(found: Excerpt) -> tuple[str, str, list[str]]:
    answer = found.snippet[slice(*found.sentence)] if found.sentence else ""
    return found.snippet, answer, [found.snippet[slice(*span)] for span in found.highlights]


def test_it_begins_with_the_sentence_that_answers() -> None:
    text, answer, marks = shown(teaser(excerpt(FILLER + ANSWER + REST, ANSWER, "willow")))
    assert text.startswith(f"… {ANSWER} And then")
    assert (answer, marks) == (ANSWER, ["willow"])


def test_it_begins_some_words_before_a_mark_where_no_sentence_is_known() -> None:
    text, answer, marks = shown(teaser(excerpt(FILLER + ANSWER + REST, "", "willow")))
    assert 30 < text.index("willow") < 60
    assert text.startswith("… ")
    assert (answer, marks) == ("", ["willow"])


def test_of_a_sentence_too_long_for_two_lines_it_shows_the_first_marked_word() -> None:
    sentence = FILLER.replace(".", ",") + ANSWER
    text, _, _ = shown(teaser(excerpt(f"Before. {sentence}{REST}", sentence, "willow")))
    assert text.index("willow") < 60


@pytest.mark.parametrize("text", [ANSWER, f"{ANSWER}{REST}", FILLER[:50] + ANSWER])
def test_what_is_in_sight_anyway_is_not_cut_off(text: str) -> None:
    found = teaser(excerpt(text, ANSWER, "willow"))
    assert found.snippet.removesuffix(" …") == text[: len(found.snippet.removesuffix(" …"))]


def test_an_answer_at_the_end_keeps_two_lines() -> None:
    found = teaser(excerpt(FILLER * 2 + ANSWER, ANSWER))
    assert len(found.snippet) > 180
    assert found.snippet.endswith(ANSWER)


@given(st.text("ab .", max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400))))
def test_spans_always_lie_in_the_teaser_and_mark_the_same_words(
    text: str, pairs: list[tuple[int, int]]
) -> None:
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in pairs]
    given_ = Excerpt(text, tuple(spans[1:]), spans[0] if spans else None)
    found = teaser(given_)
    assert len(found.snippet) <= 264
    for start, end in found.highlights:
        assert 0 <= start < end <= len(found.snippet)
        assert found.snippet[start:end] in text
