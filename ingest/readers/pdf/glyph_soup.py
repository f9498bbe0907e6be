"""Tell text from what a broken font gives in its place: private characters, names of glyphs, wrong letters.

People can read such a page, because its glyphs are drawn right. Only OCR can read it here.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from string import ascii_lowercase

# How common each pair of letters is, in 66 languages that are written in Latin letters: a row for each first
# letter, a digit for each second one. 9 is a pair in 64 or more, 8 one in 128, and so on; 0 is hardly ever.
# benchmarks/letter_pairs.py counted them in the translated messages of programs.
_COMMON = tuple(
    re.findall(
        r"\d+",
        """
        66785576767979564988664456 71107004740632600632603040 70417007725413700546600033
        81158135843424730543622033 75776575747879463998564656 60006512710402700434500020
        72137044732425610644614040 71127101612423610425522030 76777674457879763788563456
        60017000501213420023500000 81317033735524711565723030 83258343844744730256733042
        86128224722353760242612030 82688584855446720268652064 46675464556778562877664235
        80427124612624750735711020 30002000200100200100600000 94569353835465832667743154
        73628236846544762368634054 92429237824434830766733354 66556453646777352777434235
        71007000712304600421400041 60006004500003400220200030 43104102400010140004200010
        62345321433444540344412001 62026023602235510112432031
        """,
    )
)
_SCORES = {
    (first, second): int(digit)
    for first, row in zip(ascii_lowercase, _COMMON, strict=True)
    for second, digit in zip(ascii_lowercase, row, strict=True)
}
# The characters in the middle of a page that are looked at. A running head may be in another font.
_LOOK = 1_000
# On average, the pairs of text have 7, and those of text with the wrong letters 4. A short text varies more.
# benchmarks/letter_pairs.py has the figures.
_LEAST, _SURE_PAIRS = 5.0, 120
_LEAST_OF_FEW, _FEW_PAIRS = 4.6, 40
# A page has no text when more than this part of its characters cannot be read, or is signs. A third of source
# code may be.
_MOST, _MOST_SIGNS = 0.3, 0.5

_UNKNOWN = re.compile("[\0-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
_GLYPH_NAMES = re.compile(r"\(cid:\d+\)|(?:/[A-Za-z]{0,5}\d{1,5}(?=[/\s]|$)){2,}")
# A rule or a row of dots counts as one sign.
_SIGNS, _REPEATED = re.compile(r"[!-/:-@\[-`{-~]"), re.compile(r"([!-/:-@\[-`{-~])\1+")
# Longer runs of letters are no words but alphabets and encoded data. Shorter ones are often abbreviations.
_WORD = re.compile(r"\b[^\W\d_]{4,24}\b")


def is_glyph_soup(text: str) -> bool:
    """Whether the text of a page is nothing that people could read.

    Text in other letters than Latin ones is told by its unknown characters and names of glyphs alone, and so
    is text with few letters, such as a table of numbers.
    """
    dense = "".join(text.split())
    if not dense:
        return False
    unknown = len(_UNKNOWN.findall(dense)) + sum(len(name[0]) for name in _GLYPH_NAMES.finditer(text))
    signs = len(_SIGNS.findall(_REPEATED.sub(r"\1", dense))) if len(dense) >= _FEW_PAIRS else 0
    return max(unknown / _MOST, signs / _MOST_SIGNS) > len(dense) or not _has_common_pairs(text)


def _has_common_pairs(text: str) -> bool:
    """Whether the pairs of letters are those of some language, or too few to tell."""
    start = max(0, (len(text) - _LOOK) // 2)
    words = set(_WORD.findall(text[start : start + _LOOK].lower()))
    letters = [word if word.isascii() else _without_accents(word) for word in words]
    scores = [_SCORES[pair] for word in letters if word.isascii() for pair in pairwise(word)]
    if len(scores) < _FEW_PAIRS:
        return True
    return sum(scores) >= len(scores) * (_LEAST if len(scores) >= _SURE_PAIRS else _LEAST_OF_FEW)


def _without_accents(word: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    )
