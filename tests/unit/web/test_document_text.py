"""The text of a document for its page, made from its passages, with the matches of a query."""

from semsearch.records import Passage, Source
from web.document_text import Answer, stretches


def texts(passages: tuple[Passage, ...]) -> list[str]:
    return [stretch.text for stretch in stretches(passages)]


def test_the_title_is_not_repeated_at_the_top() -> None:
    passages = (Passage(0, "# Trees\nOaks.", 0, 13, "Trees"), Passage(1, "Trees\nBirches.", 13, 27, "Trees"))
    assert texts(passages) == ["Oaks.", "Trees\nBirches."]


def test_overlapping_passages_are_shown_once() -> None:
    text = "one two three four"
    passages = (Passage(0, text[:9], 0, 9), Passage(1, text[4:], 4, 18), Passage(2, text[8:12], 8, 12))
    assert "".join(texts(passages)) == text


def test_a_heading_that_stands_apart_is_not_repeated() -> None:
    passages = (
        Passage(0, "## Roots\nThey drink.", 0, 20, headings=("Trees", "Roots")),
        Passage(1, "Roots\n", 20, 26, headings=("Trees", "Roots")),
        Passage(2, "Roots and more", 26, 40, headings=("Trees", "Roots")),
    )
    assert texts(passages) == ["They drink.", "", "Roots and more"]


def test_the_words_of_a_query_are_marked_everywhere() -> None:
    passages = (Passage(0, "Oaks live. An oak.", 0, 18), Passage(1, "Birches and oaks.", 18, 35))
    marked = [[each.text[a:b] for a, b in each.highlights] for each in stretches(passages, ["oak"])]
    assert marked == [["Oaks", "oak"], ["oaks"]]


def test_the_sentence_that_answers_is_found_below_a_heading() -> None:
    content = "## Roots\n\nThey drink. They hold the tree."
    (stretch,) = stretches(
        (Passage(3, content, 40, 40 + len(content), headings=("Roots",)),), (), Answer(3, (22, 41))
    )
    assert stretch.answer is not None
    assert stretch.text[slice(*stretch.answer)] == "They hold the tree."


def test_a_sentence_in_two_overlapping_passages_is_marked_once() -> None:
    text = "One is here. Two is there. Three is not."
    passages = (Passage(0, text[:26], 0, 26), Passage(1, text[13:], 13, len(text)))
    first, second = stretches(passages, (), Answer(1, (0, 13)))
    assert first.answer is not None
    assert first.text[slice(*first.answer)] == "Two is there."
    assert (second.answer, second.text) == (None, " Three is not.")


def test_the_texts_of_a_picture_do_not_hide_one_another() -> None:
    passages = (
        Passage(0, "A cat on a sofa.", 0, 16, source=Source.METADATA),
        Passage(1, "Disk is full. Try again.", 0, 24, source=Source.OCR),
    )
    caption, written = stretches(passages, ["full"], Answer(1, (0, 13)))
    assert (caption.text, caption.answer) == ("A cat on a sofa.", None)
    assert (written.text, written.answer) == ("Disk is full. Try again.", (0, 13))
