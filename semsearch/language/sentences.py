"""The sentences of a text, as places in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from semsearch.records import Span

# Up to so many words belong to the sentence after them: "2.", "Frontier.", "**Getting here.**"
_LEAD, _LONG_WORD = 3, 25
# A line that would have been shorter than this part of the longest one with the next word on it was ended
# on purpose: it is an item, a verse, a line of an address.
_ROOM = 0.85

_PARAGRAPH = re.compile(r"\S.*(?:\n.*\S.*)*")
_HEADING = re.compile(r"\s*#{1,6}\s")
_ITEM = re.compile(r"\s*(?:#{1,6}\s|[-*+•·]\s|\d{1,3}[.)]\s|\|)")
# Where a sentence may end: before a space, or, in scripts that put none, anywhere.
_END = re.compile(
    r"""[.!?…؟۔।。！？｡]                                     # each of them, which is quick to look for
        (?: (?<=[.!?…؟۔।]) (?P<more>[.!?…؟۔।]*+) ["'”’»)\]*_]*+ (?=\s+(?P<next>\S))
          | (?<=[。！？｡]) [。！？｡]*+ ["'”’」』）】)\]]*+ (?=\s*\S) )""",
    re.VERBOSE,
)
_OPENING = "\"'“‘„«([*_"
# No abbreviation is longer.
_SHORT = 12
# Words that are abbreviated before a name; one before a small letter needs no list.
_TITLES = frozenset(
    re.findall(
        r"\w+",
        """
        mr mrs ms dr prof st mt rev gen col capt lt sgt hon gov sen rep pres messrs mme mlle mgr sr sra srta
        dott sig hr fr frl hl ing dipl str vgl bzw evtl ggf inkl sog vs cf resp
        """,
    )
)
# And before a number.
_NUMBERED = frozenset(
    re.findall(
        r"\w+",
        """
        no nr nos fig figs p pp vol vols ch sec eq art abs kap abb tab bd ca approx
        jan feb mar mär apr jun jul aug sep sept oct okt nov dec dez
        """,
    )
)
# Words; of scripts that put no spaces between them, characters.
_WORD = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")
# Where a sentence may be cut: better after a comma than after a word.
_PAUSES = (re.compile(r"[;:,、，；：]"), re.compile(r"\s"))


def sentences(text: str, longest: int) -> list[Span]:
    """The [start, end) of each sentence, in order: together they have all of the text but white space.

    Headings, items of lists and rows of tables are sentences of their own. What has more than `longest`
    characters is cut, at a pause where there is one.
    """
    return [
        part
        for block in _blocks(text)
        for sentence in _of_block(text, *block)
        for part in _cut(text, *sentence, longest)
        if part[0] < part[1]
    ]


def _blocks(text: str) -> Iterator[Span]:
    """Stretches of lines that flow into one another."""
    for paragraph in _PARAGRAPH.finditer(text):
        lines = paragraph.group().split("\n")
        width = max(map(len, lines)) * _ROOM
        start = end = paragraph.start()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            end += len(line)
            has_room = following and len(line) + 1 + len(following.split(None, 1)[0]) <= width
            if not following or has_room or _ITEM.match(following) or _HEADING.match(line):
                yield start, end
                start = end
            end += 1


def _of_block(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _END.finditer(text, start, end):
        end_here = match.end()
        if _is_end(text, start, match) and not _is_lead(text, start, end_here):
            yield stripped(text, start, end_here)
            start = end_here
    yield stripped(text, start, end)


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sentence ends here: not behind "Dr.", an initial or "e.g.", and not before a small letter."""
    following = match["next"]
    if following is None:
        return True
    if following.islower():
        return False
    if match["more"] or text[match.start()] != ".":
        return True
    words = text[max(start, match.start() - _SHORT) : match.start()].split()
    word = words[-1].lstrip(_OPENING) if words else ""
    if word.lower() in _TITLES or (following.isdigit() and word.lower() in _NUMBERED):
        return False
    has_initials = len(word) > 1 or (word.isupper() and word != "I")
    return not (has_initials and all(len(part) == 1 for part in word.split(".")))


def _is_lead(text: str, start: int, end: int) -> bool:
    return end - start <= _LEAD * _LONG_WORD and len(_WORD.findall(text, start, end)) <= _LEAD


def _cut(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    while end - start > longest:
        half, cut = start + longest // 2, start + longest
        found = (list(pause.finditer(text, half, cut)) for pause in _PAUSES)
        cut = next((matches[-1].end() for matches in found if matches), cut)
        yield stripped(text, start, cut)
        start = cut
    yield stripped(text, start, end)


def stripped(text: str, start: int, end: int) -> Span:
    """A span without the white space at its ends."""
    part = text[start:end]
    kept = part.strip()
    first = start + part.find(kept)
    return first, first + len(kept)
