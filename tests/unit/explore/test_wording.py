"""What two texts must have in common to be the same."""

from __future__ import annotations

import pytest

from semsearch.explore.wording import plain, wording
from semsearch.records import Passage
from tests.unit.explore.documents import document

PAGE = "A page of a book has some hundred words on it. " * 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("now  here\n\nand\tthere", "now here and there"),
        ("encod-\ning of a well-known text", "encoding of a well-\nknown text"),
        ("“Don’t go” – he said", '"Don\'t go" - he said'),
        ("the ﬁrst co\u00adpy", "the first copy"),
        ("• one\n• two", "* one\n* two"),
        ("- one\n- two", "one\ntwo"),
        ("he — they -- left", "he – they - left"),
        ("Heading\n=======\nText", "Heading\nText"),
        ("pages 5–7", "pages 5-7"),
        (f"{PAGE}\n1\n{PAGE}\n- 2 -\n", PAGE * 2),
    ],
)
def test_what_depends_on_how_a_text_was_saved_does_not_count(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dear Alice", "Dear Bob"),
        ("You may go.", "You may not go."),
        ("1.5 litres", "15 litres"),
        ("1 12", "11 2"),
        ("at -5 degrees", "at 5 degrees"),
        ("a + b", "a - b"),
        ("10 %", "10 €"),
        ("Did he?", "Did he!"),
        ("the polish", "the Polish"),
        ("ich bin groß 👍", "ich bin groß 👎"),
        ("कि", "की"),
        ("total -= fee", "total = fee"),
        ("x = -y", "x = y"),
        ("Sum 500,00-", "Sum 500,00"),
        ("Balance: - 500", "Balance: 500"),
        ("■ Yes\n□ No", "□ Yes\n■ No"),
        ("\uf0fe Yes \uf0a8 No", "\uf0a8 Yes \uf0fe No"),
        ("echo '$HOME'", 'echo "$HOME"'),
        ("Room\n1\nFloor\n2", "Room\n2\nFloor\n3"),
        (f"{PAGE}\n4\n{PAGE}\n5\n", f"{PAGE}\n5\n{PAGE}\n6\n"),
    ],
)
def test_words_numbers_and_signs_count(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_a_million_blank_lines_are_passed_at_once() -> None:
    assert plain("a" + "\n \t" * 1_000_000 + "- b") == "ab"


def test_where_a_text_was_cut_into_passages_does_not_count() -> None:
    text = "In 1999 there were 12 owls here. Then they went away."

    def cut(*spans: tuple[int, int]) -> list[Passage]:
        return [Passage(n, text[start:end], start, end) for n, (start, end) in enumerate(spans)]

    record = document("a.txt")
    whole = wording(record, cut((0, len(text))))
    assert wording(record, cut((0, 8), (8, 32), (33, len(text)))) == whole
    assert wording(record, cut((0, 33), (20, len(text)))) == whole
    assert wording(record, cut((0, 33))) != whole
