"""How plausible a decoded text is: the bits that a reader of a language would need to be told it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from ingest.readers.encoding.languages import languages as known

# A character that no text has.
_NO_TEXT = 26.0
# A capital letter after a small one, or after the first of a word, as in "bÜchle" and "BÜchle".
_CAPITAL_INSIDE = 10.0
# Signs that texts have, by where they stand: an apostrophe is within a word, a dash is not.
_INSIDE = dict.fromkeys("’ʼ\xad", 4.0) | dict.fromkeys("·‑", 8.0)
_OUTSIDE = dict.fromkeys("“”„‚‘’«»‹›–—… €£§°•\xa0", 7.0) | dict.fromkeys("¿¡½¼¾²³©®™×±·ºª†‰÷µ→", 9.0)
_SIGN_IN_WORD, _SIGN = 18.0, 13.0
# Lines of tables as programs for DOS drew them: one stands beside the next.
_DRAWN, _DRAWN_ALONE = 8.0, 16.0
# The tables have one letter for both.
_SAME = {"ș": "ş", "ț": "ţ", "ґ": "г"}


def cost(text: str, languages: Iterable[str]) -> float:
    """The bits of a text of letters in the likeliest of the languages. Fewer are more plausible."""
    pairs = _pairs(text)
    tables = (known()[language] for language in languages)
    return _signs(text) + min(
        sum(count * table.bits(pair) for pair, count in pairs.items()) for table in tables
    )


def _pairs(text: str) -> Counter[str]:
    """How often each pair of letters stands in a text, in lower case, with "_" for all between words."""
    spaced = re.sub("__+", "_", text.lower().translate(_SPACED))
    return Counter(map("".join, pairwise(spaced)))


class _Spaced(dict[int, str]):
    """Turns each character that is no letter into "_", for str.translate."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = _SAME.get(char, char) if _is_letter(char) else "_"
        return self[code]


def _signs(text: str) -> float:
    """The bits of the characters that are no letters of ASCII, apart from the pairs that they are in."""
    total = 0.0
    for at, char in enumerate(text):
        if char < "\x80":
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if _is_letter(char):
            is_inside = before.islower() or (before.isupper() and after.islower())
            total += _CAPITAL_INSIDE if char.isupper() and is_inside else 0.0
        elif "\u2500" <= char <= "\u259f":
            total += _DRAWN if _is_drawn(before) and _is_drawn(after) else _DRAWN_ALONE
        elif char == "\ufffd" or (unicodedata.category(char)[0] == "C" and char != "\xad"):
            total += _NO_TEXT
        elif before.isalpha() and after.isalpha():
            total += _INSIDE.get(char, _SIGN_IN_WORD)
        else:
            total += _OUTSIDE.get(char, _SIGN)
    return total


@cache
def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _is_drawn(beside: str) -> bool:
    """Tell whether what stands beside a line of a drawing may stand there: no letter."""
    return not beside.isalpha()


_SPACED = _Spaced()
