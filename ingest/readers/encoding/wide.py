"""Text that has two or four bytes for a character, without a byte order mark."""

from __future__ import annotations

import unicodedata
from collections import Counter

from ingest.readers.encoding.east_asia import common_share

_SAMPLE = 8_192
# The least shares of characters that people write, of the scripts of a text, and of common characters.
_WRITTEN, _OF_ITS_SCRIPTS, _COMMON = 0.97, 0.95, 0.2
# Letters of Latin script stand in any text, and Japanese has three scripts of its own.
_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}, {"CJK", "HANGUL"})


def wide_encoding(data: bytes) -> str:
    """Return the encoding of bytes that are UTF-16 or UTF-32 without a mark; "" when they are neither."""
    sample = data[: _SAMPLE // 4 * 4]
    return next((each for each in _candidates(sample) if _is_text(sample, each)), "")


def _candidates(sample: bytes) -> list[str]:
    """The encodings to try. One of the high bytes of UTF-16 is common, because a text has few blocks."""
    even, odd = Counter(sample[::2]), Counter(sample[1::2])
    little = max(odd.values(), default=0), -len(odd)
    big = max(even.values(), default=0), -len(even)
    narrow = ["utf-16-le", "utf-16-be"] if little >= big else ["utf-16-be", "utf-16-le"]
    # UTF-16 is next to never valid as UTF-32, in which most numbers are no characters.
    return ["utf-32-le", "utf-32-be", *narrow]


def _is_text(sample: bytes, encoding: str) -> bool:
    """Tell whether bytes are text of a few scripts in this encoding."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:  # the last character may be cut
            return False
        text = sample[: error.start].decode(encoding)
    written = sum(char.isprintable() or char in "\n\r\t\f\ufeff\u3000\xa0\0" for char in text)
    letters = Counter(_script(char) for char in text if char.isalpha() or unicodedata.category(char) == "Mn")
    total = sum(letters.values())
    if not total or written < _WRITTEN * len(text) or total < len(text) / 3:
        return False
    latin = letters.pop("LATIN", 0)
    commonest = max(letters, key=letters.__getitem__, default="LATIN")
    family = next((each for each in _TOGETHER if commonest in each), {commonest})
    own = latin + sum(letters[script] for script in family)
    # Most pairs of bytes are characters of Chinese or Korean. A text has the common ones of these.
    own = latin + sum(letters[script] for script in family)
    is_chance = not family.isdisjoint({"CJK", "HANGUL"}) and common_share(text) < _COMMON
    return own >= _OF_ITS_SCRIPTS * total and not is_chance


def _script(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0]
