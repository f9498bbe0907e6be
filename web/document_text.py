"""The text of a document for its page: no text twice, the matches of a query marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from semsearch.language.terms import spans_of
from semsearch.records import Passage, Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """The text that a passage adds to the page; `highlights` and `answer` are [start, end) spans of it."""

    passage: Passage
    text: str
    highlights: Sequence[Span] = ()
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence that answers the query: a span of the content of passage `n`."""

    n: int
    span: Span


def stretches(
    passages: Sequence[Passage],
    terms: Collection[str] = (),
    answer: Answer | None = None,
    language: str = "",
) -> list[Stretch]:
    """The stretch of each passage, without text that the page already shows.

    Passages overlap, and the page shows headings apart. Every occurrence of `terms` is highlighted; they are
    those of texts in `language`.
    """
    return [stretch for text in _texts(passages) for stretch in _stretches(text, terms, answer, language)]


def _texts(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """Group the passages by text: a picture may have several, such as a caption and the text in it."""
    starts = [n for n, each in enumerate(passages) if n == 0 or each.start <= passages[n - 1].start]
    for start, end in pairwise([*starts, len(passages)]):
        yield passages[start:end]


def _stretches(
    text: Sequence[Passage], terms: Collection[str], answer: Answer | None, language: str
) -> Iterator[Stretch]:
    # As spans of the text: where passages overlap, an earlier passage may show the sentence.
    answers = [
        (passage.start + answer.span[0], passage.start + answer.span[1])
        for passage in text
        if answer is not None and passage.n == answer.n
    ]
    shown = 0
    for passage in text:
        fresh = _fresh(passage, shown)
        start = passage.end - len(fresh)
        fresh = fresh.rstrip("\n")
        inside = [
            (max(first - start, 0), min(last - start, len(fresh)))
            for first, last in answers
            if first < start + len(fresh) and last > start
        ]
        yield Stretch(passage, fresh, spans_of(fresh, terms, language), inside[0] if inside else None)
        shown = max(shown, passage.end)


def _fresh(passage: Passage, shown: int) -> str:
    """The content of a passage from offset `shown` of its text on, without a heading shown above it."""
    text = passage.content[max(0, shown - passage.start) :].lstrip("\n")
    first, _, rest = text.partition("\n")
    above = (passage.headings[-1] if passage.headings else "", "" if shown else passage.title)
    return rest.lstrip("\n") if first and first.lstrip("# ").strip() in above else text
