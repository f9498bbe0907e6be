"""The stretch of a passage worth showing, and the words of the query in it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from semsearch.names import words

LENGTH = 320  # characters: three lines on a wide page, six on a phone

# Words so common that marking them says nothing. Function words only, of English.
_COMMON = frozenset(
    words(
        "a an and are as at be but by for from has have how i if in is it its not of on or so that the their "
        "them then there these they this to was we were what when where which who will with you your"
    )
)
# Marks of headings and quotations at the start of a line: noise once the lines are joined.
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;] ")


def snippet(
    content: str, query: str, headings: Collection[str] = ()
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut `content` to about LENGTH characters around the most words of `query`.

    Lines at its start that repeat one of `headings`, which are shown beside it, are left out, and so are
    Markdown's marks. Returns the snippet, with runs of white space made one space, and the [start, end)
    spans to mark in it.
    """
    text = " ".join(_MARKS.sub("", _without(headings, content)).split())
    spans = _spans(text, _wanted(query))
    start = _best_start(text, spans)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start + LENGTH // 2, end), start + LENGTH // 2)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end)
    return f"{before}{text[start:end].strip()}{after}", marks


@lru_cache(64)
def _wanted(query: str) -> frozenset[str]:
    """The words of a query that are worth marking."""
    return frozenset(words(query)) - _COMMON


def _spans(text: str, wanted: Collection[str]) -> list[tuple[int, int]]:
    """Where `wanted` stand in `text`, as whole words in any case, from left to right.

    Looking for each word is several times as fast as looking at each word of the text.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals have longer small letters: then only as typed
        lower = text
    spans = []
    for word in wanted:
        start = lower.find(word)
        while start >= 0:
            end = start + len(word)
            if not (lower[start - 1 : start].isalnum() or lower[end : end + 1].isalnum()):
                spans.append((start, end))
            start = lower.find(word, end)
    return sorted(spans)


def _without(headings: Collection[str], content: str) -> str:
    """`content` without the headings it begins with, unless there is nothing else in it."""
    rest = content.lstrip()
    while rest:
        line, _, after = rest.partition("\n")
        if line.strip("#= \t") not in headings and line.strip("=- \t"):
            return rest
        rest = after.lstrip()
    return content


def _best_start(text: str, spans: list[tuple[int, int]]) -> int:
    """Where to begin: the start of the text, unless a later stretch holds more distinct query words."""
    best, best_count = 0, len({text[a:b].lower() for a, b in spans if b <= LENGTH})
    for first, _ in spans:
        start = _sentence_start(text, first)
        found = {text[a:b].lower() for a, b in spans if start <= a and b <= start + LENGTH}
        if len(found) > best_count:
            best, best_count = start, len(found)
    return best


def _sentence_start(text: str, position: int) -> int:
    """The start of the sentence around `position`, or of a word near before it when that is far."""
    earliest = max(0, position - LENGTH // 2)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, position)]
    if ends:
        return ends[-1]
    return 0 if earliest == 0 else text.find(" ", earliest, position) + 1 or earliest
