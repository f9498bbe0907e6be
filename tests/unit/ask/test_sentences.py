"""What a model has written becomes sentences that name their sources."""

from __future__ import annotations

import pytest

from semsearch.ask.sentences import Written, read_begun, read_sentences
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
    assert read_sentences(written, 2) == Written(tuple(Sentence(*each) for each in read))


def test_a_sentence_without_a_source_is_left_out_and_counted() -> None:
    written = "Of course, I can help with that! The scarf is red [1]. Red is a warm colour. It was sold [7]."
    assert read_sentences(written, 2) == Written((Sentence("The scarf is red.", (1,)),), 3)


@pytest.mark.parametrize(
    "written",
    [
        "NO ANSWER",
        "NO ANSWER [1].",
        "**NO ANSWER**",
        "Sorry, this is NO ANSWER. I looked in all.",
        "Answer: NO ANSWER [1].",
        '"NO ANSWER" [1]',
        "“NO ANSWER.” [1]",
        "Based on the sources, NO ANSWER [1][2].",
        "The answer is **NO ANSWER** [1].",
        "NO ANSWER. Sorry [1].",
        "",
    ],
)
def test_no_answer_is_no_sentence(written: str) -> None:
    assert read_sentences(written, 2) == Written()


@pytest.mark.parametrize(
    "written",
    ["The boats lie in Kiel [1]. NO ANSWER for the rest.", "The boats lie in Kiel. [1]\n\nNO ANSWER"],
)
def test_no_answer_to_a_part_of_the_question_leaves_the_rest(written: str) -> None:
    assert read_sentences(written, 2) == Written((Sentence("The boats lie in Kiel.", (1,)),))
    assert read_begun(written, 2).begun == ""


@pytest.mark.parametrize("before", ["NO ANSWER. ", "Answer: NO ANSWER [2]. ", "**NO ANSWER**\n"])
def test_a_sentence_after_no_answer_stays(before: str) -> None:
    sentence = Sentence("The boat is blue and has two masts.", (1,))
    assert read_sentences(f"{before}The boat is blue and has two masts [1].", 2).sentences == (sentence,)
    assert read_begun(f"{before}The boat is bl", 2).begun == "The boat is bl"


def test_an_answer_may_quote_what_is_written_where_there_is_none() -> None:
    quoting = 'Box 5 says "NO ANSWER" in red, and box 6 "NO ANSWER" [1].'
    assert [each.text for each in read_sentences(quoting, 2).sentences] == [quoting.replace(" [1]", "")]


@pytest.mark.parametrize("thoughts", ["<think>", "\n<think>\n", ""])
def test_what_a_model_thinks_before_it_answers_is_no_part_of_the_answer(thoughts: str) -> None:
    written = f"{thoughts}Is it red, as [2] says? Or is it NO ANSWER?</think>\n\nThe scarf is red [1]."
    assert read_sentences(written, 2) == Written((Sentence("The scarf is red.", (1,)),))


@pytest.mark.parametrize(
    "written",
    [
        "Use <think> to open and </think> to close [1].",
        "The HTML tag </think> closes it [1].",
        "It is put between <think> and </think>\nin the text [1].",
    ],
)
def test_an_answer_may_speak_of_the_marks_of_thoughts(written: str) -> None:
    assert " ".join(each.text for each in read_sentences(written, 2).sentences) == written.replace(" [1]", "")


def test_while_a_model_thinks_nothing_is_written_yet() -> None:
    written = "<think>Is it red [1]? It may be blue, too.</think>"
    for end in range(len(written) + 1):
        assert read_begun(written[:end], 2) == read_sentences(written[:end], 2) == Written()


@pytest.mark.parametrize(
    ("written", "kept", "begun"),
    [
        ("The scarf", 0, "The scarf"),
        ("The scarf is red.", 0, "The scarf is red."),
        ("The scarf is red. [1", 0, "The scarf is red."),
        ("The scarf is red [1, ", 0, "The scarf is red"),
        ("The scarf is red [1]. It", 1, "It"),
        ("I can help with that. It was", 0, "It was"),
        ("NO ANS", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_sentence_is_read_when_the_next_one_has_begun(written: str, kept: int, begun: str) -> None:
    found = read_begun(written, 2)
    assert (len(found.sentences), found.begun) == (kept, begun)


def test_while_an_answer_grows_no_sentence_of_it_changes() -> None:
    written = "The scarf is red. [1][2] It is long and warm [2]. Surely. Dr. Ann knitted it in 1970 [1]."
    whole = read_sentences(written, 2).sentences
    for end in range(len(written) + 1):
        found = read_begun(written[:end], 2).sentences
        assert found == whole[: len(found)]
