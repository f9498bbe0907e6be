"""How plausible a decoded word is: the bits that a reader of a language would need to be told it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from ingest.readers.encoding.languages import languages as known

# A character that no text has.
_NO_TEXT = 26.0
# A capital letter after a small one, or after the first of a word, as in "bÜchle" and "BÜchle", and a letter
# that stands there for the third time.
_ODD_LETTER = 10.0
# Signs that texts have, by where they stand: an apostrophe is within a word, a dash is not.
_INSIDE = dict.fromkeys("’ʼ\xad\xa0–—", 5.0) | dict.fromkeys("·‑…“”„", 9.0)
_OUTSIDE = dict.fromkeys("“”„‚‘’«»‹›–—… €£§°•\xa0", 7.0) | dict.fromkeys("¿¡½¼¾²³©®™×±·ºª†‰÷µ→", 9.0)
_SIGN_IN_WORD, _SIGN = 24.0, 13.0
_OPENING = "„‚“‘«‹¿¡"
# Lines of tables as programs for DOS drew them: one goes on, another begins, one stands beside a letter.
_DRAWN_ON, _DRAWN, _DRAWN_ALONE = 2.0, 9.0, 20.0
# The tables have one letter for both.
_SAME = {"ș": "ş", "ț": "ţ"}


def word_bits(word: str) -> Callable[[str], float]:
    """Return a function that gives the bits of a word, and of the signs around it, in a language."""
    signs = _signs(word)
    spaced = re.sub("__+", "_", f"_{word.lower().translate(_SPACED)}_")
    pairs = list(map("".join, pairwise(spaced)))
    tables = known()
    return lambda language: signs + sum(map(tables[language].bits, pairs))


class _Spaced(dict[int, str]):
    """Turns each character that is no letter into "_", for str.translate."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = _SAME.get(char, char) if _is_letter(char) else "_"
        return self[code]


def _signs(text: str) -> float:
    """The bits of the characters beyond ASCII, apart from the pairs of letters that they are in."""
    return sum(
        _sign(char, text[max(0, at - 2) : at], text[at + 1 : at + 2])
        for at, char in enumerate(text)
        if char >= "\x80"
    )


def _sign(char: str, above: str, after: str) -> float:
    """The bits of a character after the two `above`."""
    before = above[-1:]
    if _is_letter(char):
        is_inside = before.islower() or (before.isupper() and after.islower())
        return _ODD_LETTER if (char.isupper() and is_inside) or above == 2 * char else 0.0
    if "\u2500" <= char <= "\u259f":
        if before.isalpha() or after.isalpha():
            return _DRAWN_ALONE
        return _DRAWN_ON if before == char else _DRAWN
    if char == "\ufffd" or (unicodedata.category(char)[0] == "C" and char != "\xad"):
        return _NO_TEXT
    if before.isalpha() and after.isalpha():
        return _INSIDE.get(char, _SIGN_IN_WORD)
    return _SIGN if char in _OPENING and before.isalpha() else _OUTSIDE.get(char, _SIGN)


@cache
def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


_SPACED = _Spaced()
