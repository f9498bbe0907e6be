"""Choose the passages of a hit to show, and cut an excerpt from each, with the words of the query marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from semsearch.language.query_syntax import Wording
from semsearch.language.sentences import sentences
from semsearch.language.terms import spans_of, terms
from semsearch.records import Kind, Span
from semsearch.results import Excerpt
from semsearch.search.rank import Ranked
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.schema import TEXT
from semsearch.store.terms import PartOfTerms

LENGTH = 320  # characters: three lines on a wide page, six on a phone

# Markdown's marks of headings and quotations at the start of a line. In an excerpt, whose lines are joined,
# they are removed.
_LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])")
# The characters of a page number and of the marks around it.
_PAGE_NUMBER = "0123456789 \t-–—|·."
_HEADING = re.compile(r"#{1,6}\s")
# A short line between empty lines that does not end as a sentence does is a heading.
_LINE_ALONE = re.compile(r"[^\n]{1,100}(?<![.!?…:;,。！？：；])(?=[ \t]*\n[ \t]*\n)")


@dataclass(frozen=True, slots=True)
class Shown:
    """Passage `n` of a document, to be shown; `similarity` is None if only words found it."""

    n: int
    similarity: float | None


def best_passages(
    document: Ranked, having: PartOfTerms, wording: Wording, tuning: Tuning = TUNING
) -> list[Shown]:
    """The passages of a document that answer a query, best first.

    `having` is the part of its terms that has words of the query; empty if words did not find the document.
    A picture that was found by its looks shows only passages with words of the query. Passages that
    score much less than the best one are left out.
    """
    candidates = document.candidates if document.kind is Kind.TEXT else []
    # Reversed, so that the nearest candidate of a passage, which comes first, is the one that stays.
    near = {each.n: 1.0 - each.distance for each in reversed(candidates) if each.space == TEXT}
    by_words = _word_scores(having.terms, wording, tuning.passage_words)
    words = {having.first + n: score for n, score in by_words.items()}
    farthest = min(near.values(), default=0.0)
    scores = {n: near.get(n, farthest) + words.get(n, 0.0) for n in near.keys() | words.keys()}
    least = tuning.passage_share * max(scores.values(), default=0.0)
    ranked = sorted(scores, key=lambda n: (-scores[n], n))
    return [Shown(n, near.get(n)) for n in ranked if scores[n] >= least]


def _word_scores(passage_terms: Sequence[str], wording: Wording, weight: float) -> dict[int, float]:
    """The score of each passage with terms of a query: `weight` for all terms, and 1 more for each phrase.

    The weight of a term is the inverse of the number of passages that have it.
    """
    # In texts of hundreds of passages, searching these strings is several times faster than splitting them.
    padded = [f" {each} " for each in passage_terms]
    looked_for = wording.marked_anywhere
    having = {term: {n for n, each in enumerate(padded) if f" {term} " in each} for term in looked_for}
    weights = {term: 1 / len(found) for term, found in having.items() if found}
    total = sum(weights.values())
    scores: dict[int, float] = {}
    for term, inverse in weights.items():
        for n in having[term]:
            scores[n] = scores.get(n, 0.0) + weight * inverse / total
    for phrase in dict.fromkeys(phrase for each in wording.readings for phrase in each.phrases):
        wanted = f" {' '.join(phrase)} "
        for n in scores:
            scores[n] += wanted in padded[n]
    return scores


def excerpt(
    content: str,
    wanted: Collection[str],
    headings: Collection[str] = (),
    answer: Span | None = None,
    language: str = "",
    also: Collection[str] = (),
) -> Excerpt:
    """Cut a passage to about LENGTH characters around one sentence.

    The sentence is `answer`, which must be one of `possible_answers`. Without `answer`, it is the sentence
    with the most of the terms `wanted`; the excerpt names it as the answer if it has more than half of them.
    The terms in `also` are marked as well. Lines at the start that repeat one of the `headings` are left out,
    since the headings are shown beside the excerpt. Markdown's marks are left out too, and white space
    becomes single spaces.
    """
    spans = _sentences(content, headings)
    text, places = _joined(content, spans)
    marks = spans_of(text, {*wanted, *also}, language)
    if answer is not None:
        chosen, found = spans.index(answer), True
    else:
        possible = [n for n, span in enumerate(spans) if _can_answer(content, span, headings)] or [0]
        having = _terms_by_sentence(text, places, marks, language)
        chosen, found = _sentence_by_words(having, wanted, possible)
    start = _start(len(text), places, chosen)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start + LENGTH // 2, end + 1), start + LENGTH // 2)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    return Excerpt(
        snippet=f"{before}{text[start:end].strip()}{after}",
        highlights=tuple((a + shift, b + shift) for a, b in marks if start <= a and b <= end),
        sentence=(places[chosen][0] + shift, places[chosen][1] + shift) if found else None,
        place=spans[chosen] if found else None,
    )


def possible_answers(content: str, headings: Collection[str] = ()) -> list[Span]:
    """The spans of the sentences of a passage that can answer a query: all except headings.

    A passage that has nothing else has no answer.
    """
    return [span for span in _sentences(content, headings) if _can_answer(content, span, headings)]


def _can_answer(content: str, span: Span, headings: Collection[str]) -> bool:
    if _HEADING.match(content, *span) or _repeats(content[slice(*span)], headings):
        return False
    start, end = span
    above = content[:start].rstrip(" \t")
    line = _LINE_ALONE.match(content, start)
    return not (line and line.end() >= end and (not above or above.endswith("\n\n")))


def _sentences(content: str, headings: Collection[str]) -> list[Span]:
    """The spans of the sentences of a passage, after the headings with which it begins."""
    skipped = len(content) - len(_without_headings(content, headings))
    return [(start + skipped, end + skipped) for start, end in sentences(content[skipped:], LENGTH)]


def _without_headings(content: str, headings: Collection[str]) -> str:
    """`content` without the headings with which it begins; all of `content` if it has nothing else."""
    rest = content.lstrip()
    while rest:
        line, _, after = rest.partition("\n")
        if not _repeats(line, headings) and line.strip("=- \t"):
            return rest
        rest = after.lstrip()
    return content


def _repeats(line: str, headings: Collection[str]) -> bool:
    """Whether a line is one of the headings, or a page header: a heading with a page number."""
    bare = line.strip("#= \t\n")
    return bare in headings or bare.strip(_PAGE_NUMBER) in headings


def _joined(content: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The sentences joined to one line without Markdown's marks, and the span of each in that line."""
    is_marked = any(mark in content for mark in "#>*")
    parts: list[str] = []
    places: list[Span] = []
    length = last = 0
    for start, end in spans:
        part = content[start:end]
        if is_marked:
            part = _EMPHASIS.sub(r"\2", _LINE_MARKS.sub("", part))
        part = " ".join(part.split())
        if part and length and last < start:
            parts.append(" ")
            length += 1
        parts.append(part)
        places.append((length, length + len(part)))
        length, last = length + len(part), end
    return "".join(parts), places


def _terms_by_sentence(
    text: str, places: Sequence[Span], marks: Iterable[Span], language: str
) -> list[set[str]]:
    """The terms of the marked words in each sentence."""
    having: list[set[str]] = [set() for _ in places] or [set()]
    ends = [end for _, end in places]
    for start, end in marks:
        having[bisect_right(ends, start)].update(terms(text[start:end], language))
    return having


def _sentence_by_words(
    terms_of: Sequence[set[str]], wanted: Collection[str], possible: Sequence[int]
) -> tuple[int, bool]:
    """The number of the sentence with the most terms, and whether it has more than half of them.

    If several sentences have the same number of terms, it is the one with the most terms in it and in the
    sentences before and after it.
    """
    having = [found & set(wanted) for found in terms_of]
    nearby = {n: set().union(*having[max(0, n - 1) : n + 2]) for n in possible}
    chosen = max(possible, key=lambda n: (len(having[n]), len(nearby[n])))
    return chosen, len(having[chosen]) > len(wanted) / 2


def _start(length: int, places: Sequence[Span], chosen: int) -> int:
    """Where the excerpt begins: at the start of a sentence, so that the chosen one is near the middle."""
    start, end = places[chosen] if places else (0, 0)
    earliest = min((start + end - LENGTH) // 2, length - LENGTH)
    return next((first for first, _ in places if first >= earliest), 0)
