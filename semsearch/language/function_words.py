"""The function words of languages, and the letters that are special to them.

Each line of function_words.txt has a language, its letters beyond those that all languages of its script have
("-" if there are none), and its function words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from semsearch.text import normal

_NONE = "-"


@dataclass(frozen=True, slots=True)
class Language:
    """The special letters and the function words of a language, in lower case."""

    letters: frozenset[str]
    words: frozenset[str]


@cache
def languages() -> Mapping[str, Language]:
    """All languages with function words, by their ISO 639-1 codes."""
    source = resources.files(__package__).joinpath("function_words.txt").read_text(encoding="utf-8")
    found = {}
    for line in normal(source).splitlines():
        code, letters, *words = line.split(" ")
        found[code] = Language(frozenset(letters.strip(_NONE)), frozenset(words))
    return found


@cache
def languages_by_word() -> Mapping[str, tuple[str, ...]]:
    """The languages that have each function word."""
    found: dict[str, tuple[str, ...]] = {}
    for code, language in languages().items():
        for word in language.words:
            found[word] = (*found.get(word, ()), code)
    return found


def function_words(code: str) -> frozenset[str]:
    """The function words of a language; none for a language that has none here."""
    known = languages().get(code)
    return known.words if known else frozenset()
