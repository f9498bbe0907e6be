"""The terms of passages, as the index of documents holds them."""

from semsearch.records import Passage, Source
from semsearch.store.terms import passage_terms


def passages(*spans: tuple[int, int], text: str, first: int = 0) -> list[Passage]:
    return [Passage(n, text[start:end], start, end) for n, (start, end) in enumerate(spans, start=first)]


def test_a_word_in_the_overlap_of_two_passages_counts_once() -> None:
    text = "owls hunt mice at night"
    assert passage_terms(passages((0, 14), (10, 23), text=text)) == ("owl hunt mice", "at night")


def test_each_caption_of_a_picture_keeps_all_its_words() -> None:
    caption = Passage(0, "a bicycle in the snow", 0, 21, source=Source.METADATA)
    others = [Passage(1, "red bicycle", 0, 11, source=Source.SIDECAR), Passage(2, "No parking", 2, 12)]
    assert passage_terms([caption, *others]) == ("a bicycl in the snow", "red bicycl", "no park")


def test_terms_that_are_made_in_parts_are_those_of_the_whole_text() -> None:
    text = "one two three four five six seven eight nine ten"
    whole = passages((0, 18), (14, 33), (28, 48), text=text)
    parts = passage_terms(whole[:2]) + passage_terms(whole[1:])[1:]
    assert parts == passage_terms(whole)
