"""Where two texts differ."""

from __future__ import annotations

from semsearch.explore.differences import Side, compared, sentences
from semsearch.records import Passage


def passages(*contents: str) -> list[Passage]:
    found, start = [], 0
    for n, content in enumerate(contents):
        found.append(Passage(n, content, start, start + len(content)))
        start += len(content)
    return found


def words(side: Side) -> list[str]:
    return [side.text[start:end] for start, end in side.spans]


def test_the_words_that_differ_are_marked_in_both() -> None:
    found = compared(passages("Dear Ann. We meet on Monday."), passages("Dear Ann. We meet on Friday."))
    (difference,) = found.differences
    assert difference.here.text == "We meet on Monday."
    assert words(difference.here) == ["Monday"]
    assert words(difference.there) == ["Friday"]
    assert (found.more, found.whole) == (0, True)


def test_a_sentence_that_only_one_has_is_nothing_in_the_other() -> None:
    (difference,) = compared(passages("One. Two. Three."), passages("One. Three.")).differences
    assert (difference.here.text, words(difference.here)) == ("Two.", ["Two."])
    assert difference.there == Side("")


def test_equal_texts_in_other_lines_have_no_differences() -> None:
    found = compared(passages("One  word.\nTwo words."), passages("One word. ", "TWO words."))
    assert found.differences == ()


def test_what_passages_repeat_counts_once() -> None:
    overlapping = [Passage(0, "One. Two.", 0, 9), Passage(1, "Two. Three.", 5, 16)]
    assert sentences(overlapping) == ["One.", "Two.", "Three."]


def test_only_the_first_differences_are_told_and_long_parts_are_cut() -> None:
    one = " ".join(f"Sentence {n} is here. Even {n}." for n in range(40))
    other = " ".join(f"Sentence {n} is here. Odd {n}." for n in range(40))
    found = compared(passages(one), passages(other))
    assert (len(found.differences), found.more) == (6, 34)
    long = "word " * 400
    (cut,) = compared(passages(f"{long}end."), passages(f"{long}beginning.")).differences
    assert len(cut.here.text) < 300


def test_only_the_beginnings_of_long_texts_are_compared() -> None:
    found = compared(passages("Yes. " * 900), passages("Yes. " * 901))
    assert not found.whole
