"""Compound words of languages that write them as one word: "Haustürschlüssel" is found by "Schlüssel".

Only texts in such languages have them: in English, "art" would find every heart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semsearch.language.terms import terms

# Function words of German, Dutch, Swedish, Danish, Norwegian, Icelandic, Finnish, Estonian and Hungarian that
# English and the Romance languages do not have. A text in one of these languages has many of them.
_FUNCTION_WORDS = frozenset(
    terms(
        """
        der das und ist nicht eine einen dem im auf mit sich von zu zum zur auch wird sind bei beim oder aus
        nach über vom ich wir sie nur noch wie wenn mehr aber für vor durch bis ihr mein kein keine haben
        werden wurde kann muss steht liegt
        het een niet zijn wordt voor naar ook deze maar uit geen heeft bij dat aan nog wij ik hij zij ligt
        staat onze mijn
        och att det som på är av inte till ett från eller jag og er ikke af fra jeg har ekki það við hos
        ligger finns vid ved efter etter kan ska skal utan
        ja ei että oli mutta myös joka ovat kun see oma kui az és nem hogy egy
        """
    )
)
_SHARE = 0.08
# A passage of more terms has two of these words at least: one may be a name, or a quotation.
_FEW = 8

# A shorter word is no compound. A longer one is encoded data.
_SHORTEST, _LONGEST = 8, 40
# A part of at least this many letters counts anywhere in a compound, a shorter one at its ends.
_PART, _PART_AT_END = 5, 4


def compounds(passages: Iterable[str]) -> list[str]:
    """The long terms, each once, of passages in a language with compounds. A passage is a line of terms."""
    found: dict[str, None] = {}
    for passage in passages:
        spoken = passage.split()
        known = [term for term in spoken if term in _FUNCTION_WORDS]
        if len(known) >= _SHARE * len(spoken) and len(set(known)) > (len(spoken) > _FEW):
            found.update(
                dict.fromkeys(
                    term for term in spoken if _SHORTEST <= len(term) <= _LONGEST and term.isalpha()
                )
            )
    return list(found)


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
