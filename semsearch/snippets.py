"""The passages of a document worth showing, the stretch of each, and the words of the query in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from semsearch.fusion import Fused
from semsearch.store.indexes import TEXT
from semsearch.terms import spans_of
from semsearch.types import Kind
from semsearch.wording import Wording

LENGTH = 320  # characters: three lines on a wide page, six on a phone

# Of two passages, one as near to the question as the other is far can make up for so many of its words.
_WORDS = 0.6
# Marks of headings and quotations at the start of a line: noise once the lines are joined.
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;] ")


@dataclass(frozen=True, slots=True)
class Piece:
    """Passage `n` of a document; `similarity` is None where only its words are known to match."""

    n: int
    similarity: float | None


def best_pieces(hit: Fused, lines: Sequence[str], wording: Wording) -> list[Piece]:
    """The passages of a document that answer, best first.

    Those of a picture that answers by its looks must have words of the query. `lines` are the terms of each
    passage, where the document was found by words. A term counts the more, the fewer of the passages have it.
    """
    read = hit.pieces if hit.scale is Kind.TEXT else []
    near = {piece.n: 1.0 - piece.distance for piece in reversed(read) if piece.space == TEXT}
    passages = [frozenset(line.split()) for line in lines]
    having = {term: {n for n, found in enumerate(passages) if term in found} for term in wording.terms}
    weights = {term: 1 / len(found) for term, found in having.items() if found}
    whole = sum(weights.values())
    words: dict[int, float] = {}
    for term, weight in weights.items():
        for n in having[term]:
            words[n] = words.get(n, 0.0) + _WORDS * weight / whole
    for phrase in wording.phrases:
        quoted = f" {' '.join(phrase)} "
        for n in words:
            words[n] += quoted in f" {lines[n]} "
    farthest = min(near.values(), default=0.0)
    scores = {n: near.get(n, farthest) + words.get(n, 0.0) for n in near.keys() | words.keys()}
    return [Piece(n, near.get(n)) for n in sorted(scores, key=lambda n: (-scores[n], n))]


def snippet(
    content: str, wanted: Collection[str], headings: Collection[str] = ()
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut `content` to about LENGTH characters around the most of the terms `wanted`.

    Lines at its start that repeat one of `headings`, which are shown beside it, are left out, and so are
    Markdown's marks. Returns the snippet, with runs of white space made one space, and the [start, end)
    spans to mark in it.
    """
    text = " ".join(_MARKS.sub("", _without(headings, content)).split())
    spans = spans_of(text, wanted)
    start = _best_start(text, spans)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start + LENGTH // 2, end), start + LENGTH // 2)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end)
    return f"{before}{text[start:end].strip()}{after}", marks


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
