"""How often pairs of letters follow one another in a language, and in which code pages it was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import log2

# The first of each line is the one that most files of the language have.
_PAGES = {
    "en de fr es pt it nl da no sv fi ca": "cp1252 iso8859_15 cp850 cp437 mac_roman",
    "pl cs sk hu sl hr ro de": "cp1250 iso8859_2 cp852 mac_latin2",
    "hr sl": "mac_croatian",
    "ro": "iso8859_16 mac_romanian",
    "et lv lt": "cp1257 iso8859_13 cp775 iso8859_4",
    "tr": "cp1254 cp857 mac_turkish",
    "ru uk bg mk": "cp1251 koi8_r koi8_u cp866 mac_cyrillic iso8859_5",
    "el": "cp1253 iso8859_7 cp737 mac_greek",
    "he": "cp1255 cp862",
    "ar fa": "cp1256 iso8859_6 cp720",
    "th": "cp874",
}
# The languages of Latin script, whose words stand in texts of all languages.
LATIN = (
    "en", "de", "fr", "es", "pt", "it", "nl", "da", "no", "sv", "fi", "ca", "pl", "cs", "sk", "hu", "sl",
    "hr", "ro", "et", "lv", "lt", "tr",
)  # fmt: skip
# By the beginning of the name of an encoding: how many bits it is rarer than windows-1252.
_RARITY = {
    "cp125": 1.0,
    "koi8": 2.0,
    "cp874": 2.0,
    "cp8": 4.0,
    "cp4": 4.5,
    "iso": 3.0,
    "mac": 6.0,
    "cp7": 6.0,
}

# A pair that its table does not have is so many bits rarer than its second letter. Another letter costs more.
_RARER, _FOREIGN = 4.0, 17.0


class Language:
    """The bits of information in each letter of a language, after the letter before it.

    "_" stands for whatever is between words.
    """

    def __init__(self, levels: Mapping[str, int]) -> None:
        """`levels` has for each pair how often 1, the share of all pairs, is halved to get its share."""
        first: dict[str, float] = defaultdict(float)
        second: dict[str, float] = defaultdict(float)
        for pair, level in levels.items():
            first[pair[0]] += 2.0**-level
            second[pair[1]] += 2.0**-level
        self._alone = {letter: _RARER - log2(share) for letter, share in second.items()}
        self._bits = {
            pair: min(level + log2(first[pair[0]]), self._alone[pair[1]]) for pair, level in levels.items()
        }

    def bits(self, pair: str) -> float:
        """The bits of the second letter of a pair, after the first."""
        found = self._bits.get(pair)
        return self._alone.get(pair[1], _FOREIGN) if found is None else found


@cache
def languages() -> Mapping[str, Language]:
    """The languages by name, from `letter_pairs.txt`, which tools/letter_pairs.py writes."""
    source = resources.files(__package__).joinpath("letter_pairs.txt").read_text(encoding="utf-8")
    found: dict[str, Language] = {}
    for line in source.splitlines():
        name, *rest = line.split(" ")
        levels = zip(rest[::2], rest[1::2], strict=True)
        found[name] = Language(
            {pairs[at : at + 2]: int(level) for level, pairs in levels for at in range(0, len(pairs), 2)}
        )
    return found


def code_pages() -> dict[str, list[str]]:
    """The languages of each encoding that has one byte for a letter."""
    found: dict[str, list[str]] = {}
    for names, pages in _PAGES.items():
        for page in pages.split():
            found.setdefault(page, []).extend(names.split())
    return found


def rarity(encoding: str) -> float:
    """The bits by which an encoding is less likely than windows-1252, before anything is known of a text."""
    if encoding == "cp1252":
        return 0.0
    return next((bits for start, bits in _RARITY.items() if encoding.startswith(start)), 2.0)
