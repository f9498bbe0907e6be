"""Put the lines of a page together to paragraphs."""

from __future__ import annotations

import re

from ingest.readers.pdf.divided_words import DividedWords
from ingest.readers.text import clean

_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]*$")
_NEW_ITEM = re.compile(r"(?:[•‣▪◦●*–—-]|\(?\d{1,3}[.)]|\[\d+\])\s")
_LINE_END = re.compile(r"[ \t]*(?:\r\n?|\f|\n)")
# A line shorter than this part of the page's long lines ends its paragraph.
_FULL = 0.75
_SHORTEST_FULL_LINE = 30


def paragraphs(source: str, words: DividedWords | None = None) -> str:
    """Join the lines of a page to paragraphs. Divided words are joined; a full line runs on into the next."""
    source = (words or DividedWords([source])).joined(lines_of(source))
    lines = [_SPACES.sub(" ", line).strip() for line in clean(source).split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = max(_SHORTEST_FULL_LINE, _FULL * lengths[int(len(lengths) * 0.9)])
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line:
            continue
        parts.append(line)
        if not following or (len(line) < full and ends_sentence(line)):
            parts.append("\n\n")
        elif len(line) < full or _NEW_ITEM.match(following):
            parts.append("\n")
        else:
            parts.append(" ")
    return "".join(parts).strip()


def lines_of(source: str) -> str:
    """The text with "\\n" as the only end of a line."""
    return _LINE_END.sub("\n", source)


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence does."""
    return _SENTENCE_END.search(text[-20:]) is not None
