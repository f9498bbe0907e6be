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
    return [f"*{part}*"] if len(part) >= _PART else [f"{part}*", f"*{part}"]


def share(part: str, words: Sequence[str]) -> tuple[float, str]:
    """The largest share of the letters of one of these compounds that a part has, and that compound."""
    fitting = [word for word in words if _fits(part, word)]
    best = min(fitting, key=len, default="")
    return (len(part) / len(best) if best else 0.0), best


def _fits(part: str, word: str) -> bool:
    return part in word if len(part) >= _PART else word.startswith(part) or word.endswith(part)
