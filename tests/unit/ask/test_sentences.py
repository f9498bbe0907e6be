"""What a model has written becomes sentences that name their sources."""

from __future__ import annotations

import pytest

from semsearch.ask.sentences import read_sentences
from semsearch.results import Sentence


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The scarf is red [1].", [("The scarf is red.", (1,))]),
        ("The scarf is red. [1] It is long.[2][1]", [("The scarf is red.", (1,)), ("It is long.", (2, 1))]),
        ("It was knitted by Dr. Ann in 1970 [1, 2].", [("It was knitted by Dr. Ann in 1970.", (1, 2))]),
        ("- Wool is warm [1]\n- It itches [2]", [("Wool is warm", (1,)), ("It itches", (2,))]),
        ("围巾是红色的。[1]它很暖和[2]。", [("围巾是红色的。", (1,)), ("它很暖和。", (2,))]),
    ],
)
def test_each_sentence_has_the_sources_that_it_names(
    written: str, read: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read_sentences(written, 2) == (tuple(Sentence(*each) for each in read), 0)


def test_a_sentence_without_a_source_is_left_out_and_counted() -> None:
    written = "Of course, I can help with that! The scarf is red [1]. Red is a warm colour. It was sold [7]."
    assert read_sentences(written, 2) == ((Sentence("The scarf is red.", (1,)),), 3)


def test_no_answer_is_no_sentence() -> None:
    assert read_sentences("NO ANSWER", 2) == ((), 0)
    assert read_sentences("", 2) == ((), 0)
