"""What a model has written, read as sentences that name their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from semsearch.language.sentences import sentences
from semsearch.results import Sentence

# What a model writes when the passages do not answer.
NO_ANSWER = "NO ANSWER"

_LONGEST = 2_000
_GROUP = r"\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"
_NUMBERS = re.compile(_GROUP)
# Numbers behind the mark at the end of a sentence. They are put before it, where the sentence still goes on.
_BEHIND = re.compile(rf"([.!?…。！？]+)((?:{_GROUP})+)")
# The beginning of such numbers, at the end of what is written so far.
_CUT_OFF = re.compile(r"\s*\[[\d\s,;]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """The sentences that name one of the sources, how many others there are, and the words after them.

    `begun` are the words of a sentence that goes on.
    """

    sentences: tuple[Sentence, ...] = ()
    left_out: int = 0
    begun: str = ""


def read_sentences(written: str, sources: int) -> Written:
    """Read what a model has written. `sources` is their number: they are numbered from 1."""
    if NO_ANSWER in written:
        return Written()
    text = _BEHIND.sub(r"\2\1", written)
    return _read((text[start:end] for start, end in sentences(text, _LONGEST)), sources)


def read_begun(written: str, sources: int) -> Written:
    """Read what a model has written so far. Its last sentence goes on."""
    if NO_ANSWER in written:
        return Written()
    text = _BEHIND.sub(r"\2\1", written)
    spans = sentences(text, _LONGEST)
    # The numbers of a sentence may follow it, and still be cut off.
    while len(spans) > 1 and text.startswith("[", spans[-1][0]):
        spans.pop()
    parts = [text[start:end] for start, end in spans[:-1]]
    begun = _plain(_CUT_OFF.sub("", text[spans[-1][0] :])) if spans else ""
    return replace(_read(parts, sources), begun="" if NO_ANSWER.startswith(begun) else begun)


def _read(parts: Iterable[str], sources: int) -> Written:
    kept: list[Sentence] = []
    left_out = 0
    for part in parts:
        found, plain = _numbers(part, sources), _plain(part)
        if found and plain:
            kept.append(Sentence(plain, found))
        elif plain:
            left_out += 1
    return Written(tuple(kept), left_out)


def _plain(part: str) -> str:
    """A sentence without the numbers of its sources."""
    return _NUMBERS.sub("", part).lstrip("-*• ").strip()


def _numbers(text: str, sources: int) -> tuple[int, ...]:
    named = (int(number) for group in _NUMBERS.findall(text) for number in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(number for number in named if 1 <= number <= sources))
