"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.sentences import sentences


def cut(text: str, longest: int = 320) -> list[str]:
    return [text[start:end] for start, end in sentences(text, longest)]


@pytest.mark.parametrize(
    "whole",
    [
        "They called for Dr. Smith and Mrs. J. R. Brown of St. Ives.",
        "Take citrus fruit, e.g. lemons, i.e. something sour, in the U.S. as elsewhere.",
        "See Fig. 3 and Vol. 12 on p. 48, of Oct. 2019.",
        "Es kam z.B. Herr Dr. Müller, bzw. Frau Prof. Maier, mit der Nr. 5.",
        "It costs 3.50 at example.com, or 4.20... or so they said.",
        '"Is it far away?" she asked us.',
    ],
)
def test_a_full_stop_that_ends_no_sentence_does_not_part_it(whole: str) -> None:
    assert cut(f"{whole} And then they went home.") == [whole, "And then they went home."]


def test_sentences_end_with_what_closes_them() -> None:
    text = (
        'So it ended (it was cold there.) Why should she ask?! "I do not know that." Then so do I. '
        "They went home."
    )
    assert cut(text) == [
        "So it ended (it was cold there.)",
        "Why should she ask?!",
        '"I do not know that."',
        "Then so do I.",
        "They went home.",
    ]


@pytest.mark.parametrize(
    "expected",
    [
        ["これは一つの文です。", "「次の文はここです！」", "これで終わりです"],
        ["यह पहला वाक्य यहाँ है।", "यह दूसरा वाक्य यहाँ है।"],
        ["ما اسمك يا صديقي العزيز؟", "أنا بخير في هذا اليوم."],
    ],
)
def test_full_stops_of_other_scripts_end_sentences(expected: list[str]) -> None:
    assert cut(("" if "。" in expected[0] else " ").join(expected)) == expected


def test_a_few_words_belong_to_the_sentence_after_them() -> None:
    assert cut("**4:20.** Frontier. Torches were seen on the gravel. Nobody slept after that.") == [
        "**4:20.** Frontier. Torches were seen on the gravel.",
        "Nobody slept after that.",
    ]


def test_lines_that_were_wrapped_flow_and_lines_that_were_ended_do_not() -> None:
    wrapped = "The method counts days from a moon that is\nknown exactly, and divides by the length\nof them."
    address = ["Marek Dvorak", "14 Harbour Lane", "Stainbridge on the Old Canal, near Hull"]
    assert cut(wrapped) == [wrapped]
    assert cut("\n".join(address)) == address


def test_headings_items_rows_and_paragraphs_stand_alone() -> None:
    parts = [
        "# The list",
        "What there is to do",
        "- feed the cat on Monday morning",
        "- water the plants in the hall",
    ]
    parts += ["1. Ring the plumber about it", "| 10 | 0 cm | 3 cm |", "| 20 | 1 cm | 8 cm |"]
    assert cut("\n".join(parts)) == parts
    assert cut("One of them\n\nand another one") == ["One of them", "and another one"]


def test_what_is_too_long_is_cut_at_a_pause() -> None:
    assert cut("one two three, four five six seven", 20) == ["one two three,", "four five six seven"]
    assert cut("x" * 50, 20) == ["x" * 20, "x" * 20, "x" * 10]


@given(st.text(alphabet="aB .\n!。\"')*-1#|\u2028\udce9\xa0", max_size=200), st.integers(1, 40))
def test_sentences_have_all_of_any_text_in_order(text: str, longest: int) -> None:
    read = 0
    for start, end in sentences(text, longest):
        assert read <= start < end <= start + longest
        assert not text[read:start].strip()
        read = end
    assert not text[read:].strip()
