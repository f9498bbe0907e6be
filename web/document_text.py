"""A document as it is read on its page: its text in one piece, with what a question finds in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from semsearch.language.terms import spans_of
from semsearch.records import Passage, Span

# What stands between the headings of a heading path.


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a passage adds to the page: `text`, with [start, end) spans in it to be marked."""

    passage: Passage
    text: str
    highlights: Sequence[Span] = ()
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence that answers, as a place in the content of passage `n`."""

    n: int
    place: Span


def read(
    passages: Sequence[Passage], wanted: Collection[str] = (), answer: Answer | None = None
) -> list[Stretch]:
    """Each passage without what is on the page already: passages overlap, headings stand apart.

    The terms `wanted` are marked wherever they are.
    """
    return [stretch for text in _texts(passages) for stretch in _stretches(text, wanted, answer)]


def _texts(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """Passages of one text each: of a picture there may be several, a caption and what is written in it."""
    starts = [n for n, each in enumerate(passages) if n == 0 or each.start <= passages[n - 1].start]
    for start, end in pairwise([*starts, len(passages)]):
        yield passages[start:end]


def _stretches(text: Sequence[Passage], wanted: Collection[str], answer: Answer | None) -> Iterator[Stretch]:
    # In the text, not in the passage: where passages overlap, the one before shows it.
    answers = [
        (passage.start + answer.place[0], passage.start + answer.place[1])
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
        yield Stretch(passage, fresh, spans_of(fresh, wanted), inside[0] if inside else None)
        shown = max(shown, passage.end)


def _fresh(passage: Passage, shown: int) -> str:
    """The end of a passage's content that is not shown yet, without a heading that stands above it."""
    text = passage.content[max(0, shown - passage.start) :].lstrip("\n")
    first, _, rest = text.partition("\n")
    above = (passage.headings[-1] if passage.headings else "", "" if shown else passage.title)
    return rest.lstrip("\n") if first and first.lstrip("# ").strip() in above else text
