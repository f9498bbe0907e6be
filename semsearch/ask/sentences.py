"""What a model has written, read as sentences that name their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from semsearch.language.sentences import sentences
from semsearch.language.words import words
from semsearch.results import Sentence

# What a model writes when the passages do not answer.
NO_ANSWER = "NO ANSWER"

# The marks around what a model thinks before it answers.
_THOUGHTS, _THOUGHTS_END = "<think>", "</think>"
_END_ALONE = re.compile(rf"{_THOUGHTS_END}[^\S\n]*$", re.MULTILINE)
_LONGEST = 2_000
_GROUP = r"\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]"
_NUMBERS = re.compile(_GROUP)
# Numbers behind the mark at the end of a sentence. They are put before it, where the sentence still goes on.
_BEHIND = re.compile(rf"([.!?…。！？]+)((?:{_GROUP})+)")
# What ends a sentence that says NO ANSWER.
_NONE_END = re.compile(rf"""["'”’»)*_]*(?:{_GROUP})*\s*(?:[.!?…。！？]+["'”’»)*_]*|\n|$)""")
# A short lead-in may stand before it, such as "Based on the sources, " or "The answer is ".
_LEAD_IN = re.compile(r"[^.!?\n\[]{0,60}")
_PAUSE = re.compile(r"[,:]\s")
_MOST_LEAD_WORDS = 3
# Fewer words after it say nothing.
_FEWEST = 3
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
    text = _answer(written)
    return _read((text[start:end] for start, end in sentences(text, _LONGEST)), sources)


def read_begun(written: str, sources: int) -> Written:
    """Read what a model has written so far. Its last sentence goes on."""
    text = _answer(written)
    spans = sentences(text, _LONGEST)
    # The numbers of a sentence may follow it, and still be cut off.
    while len(spans) > 1 and text.startswith("[", spans[-1][0]):
        spans.pop()
    parts = [text[start:end] for start, end in spans[:-1]]
    begun = _plain(_split(_CUT_OFF.sub("", text[spans[-1][0] :]))[1]) if spans else ""
    is_none = begun.startswith(NO_ANSWER) or NO_ANSWER.startswith(begun)
    return replace(_read(parts, sources), begun="" if is_none else begun)


def _answer(written: str) -> str:
    """What a model has written without its thoughts, and with the numbers before the end of a sentence.

    Of some models only the end of the thoughts is marked, at the end of a line: their beginning is part of
    the question. Elsewhere, an answer may speak of such marks.
    """
    answer, begun = written, written.lstrip()
    if begun.startswith(_THOUGHTS) or _THOUGHTS.startswith(begun):
        answer = written.partition(_THOUGHTS_END)[2]
    elif (end := _END_ALONE.search(written)) and _THOUGHTS not in written[: end.start()]:
        answer = written[end.end() :]
    return _BEHIND.sub(r"\2\1", answer)


def _read(parts: Iterable[str], sources: int) -> Written:
    kept: list[Sentence] = []
    left_out, is_none = 0, False
    for part in parts:
        is_none = is_none or NO_ANSWER in part
        none, rest = _split(part)
        found, plain = _numbers(rest, sources), _plain(rest)
        if plain.startswith(NO_ANSWER) or (none and len(words(plain)) < _FEWEST):
            continue
        if found and plain:
            kept.append(Sentence(plain, found))
        elif plain:
            left_out += 1
    return Written(tuple(kept), left_out) if kept or not is_none else Written()


def _split(part: str) -> tuple[str, str]:
    """That the passages do not answer, if a part begins with a sentence that says no more; and the rest."""
    lead, none, rest = part.partition(NO_ANSWER)
    end = _NONE_END.match(rest) if none and _LEAD_IN.fullmatch(lead) else None
    if end is None or len(words(_PAUSE.split(lead)[-1])) > _MOST_LEAD_WORDS:
        return "", part
    return f"{lead}{none}{end[0]}", rest[end.end() :]


def _plain(part: str) -> str:
    """A sentence without the numbers of its sources."""
    return _NUMBERS.sub("", part).lstrip("-*• ").strip()


def _numbers(text: str, sources: int) -> tuple[int, ...]:
    named = (int(number) for group in _NUMBERS.findall(text) for number in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(number for number in named if 1 <= number <= sources))
