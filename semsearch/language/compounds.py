"""Compound words of languages that write them as one word: "Haustürschlüssel" is found by "Schlüssel".

Only texts in such languages have them: in English, "art" would find every heart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# German, Dutch, the languages of the North, Finnish, Estonian and Hungarian.
_LANGUAGES = frozenset({"da", "de", "et", "fi", "hu", "is", "nl", "no", "sv"})

# A shorter word is no compound. A longer one is encoded data.
_SHORTEST, _LONGEST = 8, 40
# A part of at least this many letters counts anywhere in a compound, a shorter one at its ends.
_PART, _PART_AT_END = 5, 4
# Endings that a stemmer cuts off long words alone: "Rechnung" stays, "Stromrechnung" becomes "stromrechn".
_ENDINGS = ("ung", "heit", "keit", "heid", "ing", "lich", "isch", "lig")


def compounds(passages: Iterable[str], language: str) -> list[str]:
    """The long terms, each once, of passages in a language with compounds. A passage is a line of terms."""
    if language not in _LANGUAGES:
        return []
    spoken = (term for passage in passages for term in passage.split())
    return list(
        dict.fromkeys(term for term in spoken if _SHORTEST <= len(term) <= _LONGEST and term.isalpha())
    )


def parts_of(wanted: Iterable[str]) -> list[str]:
    """The terms among those of a query that may be parts of compounds."""
    return [term for term in dict.fromkeys(wanted) if len(term) >= _PART_AT_END and term.isalpha()]


def patterns(part: str) -> list[str]:
    """Where a part counts in a compound, with * for any letters."""
    base = _base(part)
    anywhere = [f"*{part}*"] if len(part) >= _PART else [f"{part}*", f"*{part}"]
    return [*anywhere, *([f"*{base}"] if base else [])]


def share(part: str, words: Sequence[str]) -> tuple[float, str]:
    """The largest share of the letters of one of these compounds that a part has, and that compound."""
    best = min((word for word in words if _fits(part, word)), key=len, default="")
    cut = 0 if part in best else len(part) - len(_base(part))
    return (len(part) / (len(best) + cut) if best else 0.0), best


def _fits(part: str, word: str) -> bool:
    if part in word if len(part) >= _PART else word.startswith(part) or word.endswith(part):
        return True
    base = _base(part)
    return bool(base) and word.endswith(base)


def _base(part: str) -> str:
    """What a stemmer leaves of a part at the end of a compound, where that is less than the part; else ""."""
    ending = next((each for each in _ENDINGS if part.endswith(each)), "")
    base = part.removesuffix(ending)
    return base if ending and len(base) >= _PART_AT_END else ""
