"""What is shown of a hit: its best passages, an excerpt of each, and the words of the query in it."""

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

LENGTH = 320  # characters: three lines on a wide page, six on a phone

# Marks of headings and quotations at the start of a line: noise once the lines are joined.
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])")
_NUMBER = "0123456789 \t-–—|·."
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Shown:
    """Passage `n` of a document, to be shown; `similarity` is None where only words found it."""

    n: int
    similarity: float | None


def best_passages(
    document: Ranked, lines: Sequence[str], wording: Wording, tuning: Tuning = TUNING
) -> list[Shown]:
    """The passages of a document that answer a query, best first.

    `lines` are the terms of each passage, where words found the document. A picture found by its looks
    shows only passages with words of the query. Passages far below the best one are left out.
    """
    read = document.candidates if document.kind is Kind.TEXT else []
    near = {each.n: 1.0 - each.distance for each in reversed(read) if each.space == TEXT}
    words = _word_scores(lines, wording, tuning.passage_words)
    farthest = min(near.values(), default=0.0)
    scores = {n: near.get(n, farthest) + words.get(n, 0.0) for n in near.keys() | words.keys()}
    least = tuning.passage_share * max(scores.values(), default=0.0)
    ranked = sorted(scores, key=lambda n: (-scores[n], n))
    return [Shown(n, near.get(n)) for n in ranked if scores[n] >= least]


def _word_scores(lines: Sequence[str], wording: Wording, weight: float) -> dict[int, float]:
    """A score for each passage with terms of a query: `weight` for all of them, 1 more for each phrase.

    A term counts the more, the fewer passages have it.
    """
    # In texts of hundreds of passages, searching the lines is several times faster than splitting them.
    padded = [f" {line} " for line in lines]
    having = {term: {n for n, line in enumerate(padded) if f" {term} " in line} for term in wording.terms}
    weights = {term: 1 / len(found) for term, found in having.items() if found}
    whole = sum(weights.values())
    scores: dict[int, float] = {}
    for term, share in weights.items():
        for n in having[term]:
            scores[n] = scores.get(n, 0.0) + weight * share / whole
    for phrase in wording.phrases:
        quoted = f" {' '.join(phrase)} "
        for n in scores:
            scores[n] += quoted in padded[n]
    return scores


def excerpt(
    content: str, wanted: Collection[str], headings: Collection[str] = (), answer: Span | None = None
) -> Excerpt:
    """Cut a passage to about LENGTH characters around one sentence.

    The sentence is `answer`, one of the passage's `candidates`. Without it, it is the sentence with most of
    the terms `wanted`, which counts as the answer when it has more than half of them. Lines at the start that
    repeat one of the `headings` are left out, since they are shown beside the excerpt. Markdown's marks are
    left out too, and white space becomes single spaces.
    """
    spans = _shown(content, headings)
    text, places = _flowing(content, spans)
    marks = spans_of(text, wanted)
    if answer is not None:
        chosen, found = spans.index(answer), True
    else:
        among = [n for n, span in enumerate(spans) if _tells(content, span, headings)] or [0]
        chosen, found = _by_words(text, places, marks, wanted, among)
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


def candidates(content: str, headings: Collection[str] = ()) -> list[Span]:
    """The sentences of a passage that can answer a query; headings cannot."""
    return [span for span in _shown(content, headings) if _tells(content, span, headings)]


def _tells(content: str, span: Span, headings: Collection[str]) -> bool:
    return not _HEADING.match(content, *span) and not _repeats(content[slice(*span)], headings)


def _shown(content: str, headings: Collection[str]) -> list[Span]:
    skipped = len(content) - len(_without(headings, content))
    return [(a + skipped, b + skipped) for a, b in sentences(content[skipped:], LENGTH)]


def _without(headings: Collection[str], content: str) -> str:
    """`content` without the headings it begins with; all of it where it has nothing else."""
    rest = content.lstrip()
    while rest:
        line, _, after = rest.partition("\n")
        if not _repeats(line, headings) and line.strip("=- \t"):
            return rest
        rest = after.lstrip()
    return content


def _repeats(line: str, headings: Collection[str]) -> bool:
    """Whether a line is one of the headings, or the running title of a page, which has its number."""
    bare = line.strip("#= \t\n")
    return bare in headings or bare.strip(_NUMBER) in headings


def _flowing(content: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The sentences joined to one line, and the span of each in that line."""
    is_marked = any(mark in content for mark in "#>*")
    parts: list[str] = []
    places: list[Span] = []
    length = last = 0
    for start, end in spans:
        part = content[start:end]
        if is_marked:
            part = _EMPHASIS.sub(r"\2", _MARKS.sub("", part))
        part = " ".join(part.split())
        if part and length and last < start:
            parts.append(" ")
            length += 1
        parts.append(part)
        places.append((length, length + len(part)))
        length, last = length + len(part), end
    return "".join(parts), places


def _by_words(
    text: str, places: Sequence[Span], marks: Iterable[Span], wanted: Collection[str], among: Sequence[int]
) -> tuple[int, bool]:
    """The number of the sentence with most of the terms, and whether it has more than half of them.

    Of sentences with as many, the one with most terms around it is taken.
    """
    having: list[set[str]] = [set() for _ in places] or [set()]
    ends = [end for _, end in places]
    for start, end in marks:
        having[bisect_right(ends, start)].update(terms(text[start:end]))
    having = [found & set(wanted) for found in having]
    around = [set().union(*having[max(0, n - 1) : n + 2]) for n in among]
    chosen, _ = max(zip(among, around, strict=True), key=lambda each: (len(having[each[0]]), len(each[1])))
    return chosen, len(having[chosen]) > len(wanted) / 2


def _start(length: int, places: Sequence[Span], chosen: int) -> int:
    """Where the excerpt begins: at a sentence, so that the chosen one stands in the middle."""
    start, end = places[chosen] if places else (0, 0)
    earliest = min((start + end - LENGTH) // 2, length - LENGTH)
    return next((first for first, _ in places if first >= earliest), 0)
