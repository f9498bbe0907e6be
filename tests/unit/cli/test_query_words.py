"""The words of a query among the arguments of a command."""

from __future__ import annotations

import pytest

from semsearch.cli.query_words import words_last

VALUED = {"--limit", "-k", "--path"}


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (["red", "scarf"], ["red", "scarf"]),
        (["scarf", "-letters", "--limit", "3"], ["scarf", "--limit", "3", "--", "-letters"]),
        (["scarf", "-kitten", "-k", "3"], ["scarf", "-k", "3", "--", "-kitten"]),
        (["-über", "scarf"], ["scarf", "--", "-über"]),
        (["-猫", "犬"], ["犬", "--", "-猫"]),
        (["--path", "-drafts", "x"], ["--path", "-drafts", "x"]),
        (["x", "-k3", "-0", "-h"], ["x", "-k3", "-0", "-h"]),
        (["x", "-draft", "--", "-letters", "--limit"], ["x", "--", "-draft", "-letters", "--limit"]),
        ([], []),
    ],
)
def test_a_word_with_a_dash_is_no_option(arguments: list[str], read: list[str]) -> None:
    assert words_last(arguments, VALUED) == read
