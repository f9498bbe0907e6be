"""Where two texts differ: the sentences that stand in one of them alone, with their own words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from semsearch.records import Passage, Span

# The most sentences that are compared, the most differences that are told, and the characters of a sentence.
_SENTENCES, _TOLD, _LONGEST = 200, 6, 280
_END = re.compile(r"(?<=[.!?:])\s+|\s*\n\s*")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Side:
    """A part of one text, and the spans in it that the other text lacks. Empty where it has nothing."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one text, and what stands in the other in its place."""

    here: Side
    there: Side


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first differences of two texts. `more` counts those that are not told.

    `whole` is false when only the beginnings were compared.
    """

    differences: tuple[Difference, ...]
    more: int
    whole: bool


def compared(one: Sequence[Passage], other: Sequence[Passage]) -> Comparison:
    """Compare the texts of which these are the passages."""
    first, second = sentences(one), sentences(other)
    whole = max(len(first), len(second)) <= _SENTENCES
    first, second = first[:_SENTENCES], second[:_SENTENCES]
    plain, others = ([" ".join(each.casefold().split()) for each in side] for side in (first, second))
    matcher = SequenceMatcher(None, plain, others, autojunk=True)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    told = tuple(
        _difference(" ".join(first[a:b]), " ".join(second[c:d])) for _, a, b, c, d in changes[:_TOLD]
    )
    return Comparison(told, len(changes) - len(told), whole)


def sentences(passages: Sequence[Passage]) -> list[str]:
    """The sentences of a text. What a passage repeats of the one before is there once."""
    parts = unrepeated(passages)
    return [plain for part in parts for sentence in _END.split(part) if (plain := sentence.strip())]


def unrepeated(passages: Sequence[Passage]) -> list[str]:
    """The content of each passage, without what it repeats of the one before."""
    parts = [passages[0].content] if passages else []
    for before, passage in pairwise(passages):
        shared = max(0, before.end - passage.start)
        repeats = before.start < passage.start and before.content.endswith(passage.content[:shared])
        parts.append(passage.content[shared if repeats else 0 :])
    return parts


def _difference(here: str, there: str) -> Difference:
    """The words that differ. Far too long parts are cut to their beginnings."""
    words = [list(_WORD.finditer(text[: 4 * _LONGEST])) for text in (here, there)]
    first, second = ([word[0].casefold() for word in side] for side in words)
    matcher = SequenceMatcher(None, first, second, autojunk=True)
    spans: tuple[list[Span], list[Span]] = ([], [])
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            for side, (start, end) in enumerate(((a, b), (c, d))):
                if end > start:
                    spans[side].append((words[side][start].start(), words[side][end - 1].end()))
    return Difference(_cut(here, spans[0]), _cut(there, spans[1]))


def _cut(text: str, spans: Sequence[Span]) -> Side:
    """The part of a text around its first span, short enough to be read at a glance."""
    if len(text) <= _LONGEST:
        return Side(text, tuple(spans))
    start = max(0, spans[0][0] - _LONGEST // 4) if spans else 0
    end = start + _LONGEST
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return Side(before + text[start:end] + after, tuple(_moved(spans, start, end, len(before))))


def _moved(spans: Sequence[Span], start: int, end: int, by: int) -> Iterator[Span]:
    for first, last in spans:
        if first < end and last > start:
            yield max(first, start) - start + by, min(last, end) - start + by
