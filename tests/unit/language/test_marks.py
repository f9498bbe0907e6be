"""What is left of a text out of which something was taken."""

import time

import pytest

from semsearch.language.marks import tidied


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("boats OR ", "boats"),
        ("( OR ) 2024", "2024"),
        ("( OR OR boats OR OR )", "(boats)"),
        ("((( OR )) boats (( ) OR))", "(boats)"),
        ("f() ()x ORB (OR", "f() ()x ORB ("),
        ('"in (a) OR" OR', '"in (a) OR"'),
        ("boats ( ) OR ships", "boats OR ships"),
    ],
)
def test_or_and_brackets_around_nothing_are_dropped(text: str, left: str) -> None:
    assert tidied(text) == left


def test_nested_brackets_take_time_that_grows_with_their_number() -> None:
    begin = time.process_time()
    assert tidied("(" * 10_000 + " OR " + ")" * 10_000) == ""
    assert time.process_time() - begin < 1
