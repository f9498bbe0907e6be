"""Split a text into its words: runs of letters and digits, with their marks. C++, C# and .NET are words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from semsearch.text import normal

# Accents and vowels that are written above, below and beside letters, in the scripts that have them.
MARKS = "".join(
    chr(code)
    for block in (range(0x300, 0x1E00), range(0x20D0, 0x20F1), range(0xA800, 0xAC00))
    for code in block
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
# In Indian scripts, a joiner may follow a mark. No part is tried twice, so a long run takes no longer.
WORD = re.compile(f"[^\\W_]++(?:[{MARKS}]++[\u200c\u200d]?[^\\W_]*+)*+")

# Scripts without spaces between words: Thai to Myanmar, Khmer, kana, Chinese characters. Korean has spaces,
# but joins its particles to the words.
_SCRIPTS = "\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
UNSPACED = re.compile(f"[{_SCRIPTS}]+")
# A stretch of these scripts or of others: a Chinese sentence may have an English word in it.
RUN = re.compile(f"[{_SCRIPTS}]+|[^{_SCRIPTS}]+")

# Names with signs. Only letters that are names of languages count: "i++" is code.
_SIGN = re.compile(
    r"(?<![^\W_])(?:(?P<plus>[cgj])\+\+|(?P<sharp>[a-gjqx])\#|(?P<net>asp|ado|vb)?\.net)(?![^\W\d_])",
    re.IGNORECASE | re.VERBOSE,
)
_SHARP = re.compile(r"#(?<=[a-gjqx]#)")


class Spelled(NamedTuple):
    """A stretch [start, end) of a text, and a word in lower case that stands for it."""

    start: int
    end: int
    word: str


def words(text: str) -> list[str]:
    """The words of a text, in lower case: "IMG_0412.jpg" gives img, 0412, jpg, and "C++" gives cplusplus."""
    # Lower case first: a few capitals become two characters, and one of the two is not a letter.
    return WORD.findall(spelled_out(normal(text).lower()))


def spelled_out(text: str) -> str:
    """A text with its names that have signs spelled out: "Learn C++" becomes "Learn cplusplus "."""
    if not _has_sign(text.lower()):
        return text
    return _SIGN.sub(lambda match: f"{_spelled(match)} ", text)


def is_word(text: str) -> bool:
    """Whether a text is one word, which has no character that a query language could read."""
    return WORD.fullmatch(text) is not None


def signed(text: str) -> Iterator[Spelled]:
    """The names with signs in a text."""
    if _has_sign(text.lower()):
        for match in _SIGN.finditer(text):
            yield Spelled(*match.span(), _spelled(match).rpartition(" ")[2])


def _has_sign(text: str) -> bool:
    # Most texts have none, and these tests are many times faster than the pattern.
    return "++" in text or ".net" in text or ("#" in text and _SHARP.search(text) is not None)


def _spelled(match: re.Match[str]) -> str:
    if match["plus"]:
        return f"{match['plus']}plusplus".lower()
    if match["sharp"]:
        return f"{match['sharp']}sharp".lower()
    return f"{match['net'] or ''} dotnet".lower()
