"""Split a text into sentences, given as character spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from semsearch.records import Span

# A sentence of at most this size belongs to the next one: "2.", "Frontier.", "**Getting here.**"
_LEAD_WORDS, _LEAD_CHARACTERS = 3, 75
# A line break is deliberate if the line and the next word together are shorter than this share of the longest
# line. Such a line is an item, a verse or a line of an address.
_ROOM = 0.85

_PARAGRAPH = re.compile(r"\S.*(?:\n.*\S.*)*")
_HEADING = re.compile(r"\s*#{1,6}\s")
_ITEM = re.compile(r"\s*(?:#{1,6}\s|[-*+•·]\s|\d{1,3}[.)]\s|\|)")
# Where a sentence may end: before white space or, in scripts without spaces, anywhere. Of a run of end
# marks, which may be long, only the first is tried.
_END = re.compile(
    r"""[.!?…؟۔।。！？｡]                                     # any end mark: quick to search for
        (?: (?<=[.!?…؟۔।]) (?<![.!?…؟۔।].) (?P<more>[.!?…؟۔।]*+) ["'”’»)\]*_]*+ (?=\s+(?P<next>\S))
          | (?<=[。！？｡]) [。！？｡]*+ ["'”’」』）】)\]]*+ (?=\s*\S) )""",
    re.VERBOSE,
)
_OPENING = "\"'“‘„«([*_"
# The most characters of an abbreviation.
_ABBREVIATION = 12
# Abbreviations before a name. Before a small letter no sentence ends, so those need no list.
_TITLES = frozenset(
    re.findall(
        r"\w+",
        """
        mr mrs ms dr prof st mt rev gen col capt lt sgt hon gov sen rep pres messrs mme mlle mgr sr sra srta
        dott sig hr fr frl hl ing dipl str vgl bzw evtl ggf inkl sog vs cf resp
        """,
    )
)
# Abbreviations before a number.
_NUMBERED = frozenset(
    re.findall(
        r"\w+",
        """
        no nr nos fig figs p pp vol vols ch sec eq art abs kap abb tab bd ca approx
        jan feb mar mär apr jun jul aug sep sept oct okt nov dec dez
        """,
    )
)
# A word, or one character of a script without spaces.
_WORD = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")
# Where a long sentence is cut, the better place first: after a comma, after a word.
_PAUSES = (re.compile(r"[;:,、，；：]"), re.compile(r"\s"))


def sentences(text: str, longest: int) -> list[Span]:
    """The [start, end) of each sentence, in order. Only white space is outside of them.

    Headings, list items and table rows are sentences of their own. A sentence of more than `longest`
    characters is cut, at a pause if it has one.
    """
    return [
        part
        for block in _blocks(text)
        for sentence in _in_block(text, *block)
        for part in _cut(text, *sentence, longest)
        if part[0] < part[1]
    ]


def _blocks(text: str) -> Iterator[Span]:
    """The spans of consecutive lines of running text."""
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


def _in_block(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _END.finditer(text, start, end):
        end_here = match.end()
        if _is_end(text, start, match) and not _is_lead(text, start, end_here):
            yield stripped(text, start, end_here)
            start = end_here
    yield stripped(text, start, end)


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sentence ends at this mark: not after "Dr.", an initial or "e.g.", nor before lower case."""
    following = match["next"]
    if following is None:
        return True
    if following.islower():
        return False
    if match["more"] or text[match.start()] != ".":
        return True
    words = text[max(start, match.start() - _ABBREVIATION) : match.start()].split()
    word = words[-1].lstrip(_OPENING) if words else ""
    if word.lower() in _TITLES or (following.isdigit() and word.lower() in _NUMBERED):
        return False
    has_initials = len(word) > 1 or (word.isupper() and word != "I")
    return not (has_initials and all(len(part) == 1 for part in word.split(".")))


def _is_lead(text: str, start: int, end: int) -> bool:
    return end - start <= _LEAD_CHARACTERS and len(_WORD.findall(text, start, end)) <= _LEAD_WORDS


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
