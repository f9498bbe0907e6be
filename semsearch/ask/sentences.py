"""What a model has written, read as sentences that name their sources."""

from __future__ import annotations

import re

from semsearch.language.sentences import sentences
from semsearch.results import Sentence

# What a model writes when the passages do not answer.
NO_ANSWER = "NO ANSWER"

_LONGEST = 2_000
_GROUP = r"\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"
_NUMBERS = re.compile(_GROUP)
# Numbers behind the mark at the end of a sentence. They are put before it, where the sentence still goes on.
_BEHIND = re.compile(rf"([.!?…。！？]+)((?:{_GROUP})+)")


def read_sentences(written: str, sources: int) -> tuple[tuple[Sentence, ...], int]:
    """The sentences of what a model has written that name one of the sources, and how many others it wrote.

    `sources` is their number: they are numbered from 1.
    """
    if NO_ANSWER in written:
        return (), 0
    text = _BEHIND.sub(r"\2\1", written)
    kept: list[Sentence] = []
    left_out = 0
    for start, end in sentences(text, _LONGEST):
        part = text[start:end]
        found = _numbers(part, sources)
        plain = _NUMBERS.sub("", part).lstrip("-*• ").strip()
        if found and plain:
            kept.append(Sentence(plain, found))
        elif plain:
            left_out += 1
    return tuple(kept), left_out


def _numbers(text: str, sources: int) -> tuple[int, ...]:
    named = (int(number) for group in _NUMBERS.findall(text) for number in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(number for number in named if 1 <= number <= sources))
