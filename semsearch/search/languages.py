"""Whether the languages of a library suit its text model."""

from __future__ import annotations

from collections import Counter

from semsearch.language.names import name_of_language
from semsearch.models.loaded import Models
from semsearch.records import Kind, State
from semsearch.search.in_use import settled
from semsearch.search.notes import TO_EVERY_LANGUAGE
from semsearch.settings import ENGLISH_MODEL
from semsearch.store.store import Store

# From this share of a library in other languages than English on, the model for English does not suit it.
FOREIGN_SHARE = 0.1


def are_many(counted: Counter[str]) -> bool:
    """Whether many of these texts, counted by language, are not in English. "" stands for no language."""
    return bool(foreign := foreign_of(counted)) and foreign.total() >= FOREIGN_SHARE * counted.total()


def foreign_of(counted: Counter[str]) -> Counter[str]:
    """The numbers of texts in languages other than English."""
    return Counter({code: number for code, number in counted.items() if code not in ("", "en")})


def described(counted: Counter[str], noun: str) -> str:
    """How many of these texts are not in English, and in which languages they are."""
    foreign = foreign_of(counted)
    named = ", ".join(f"{name_of_language(code)} {number:,}" for code, number in foreign.most_common())
    named = f" ({named})" if named else ""
    return f"{foreign.total():,} of {counted.total():,} {noun} are not in English{named}"


def outgrown(store: Store, models: Models) -> str:
    """What to do when a library has outgrown the model for English that it chose; "" if it has not.

    A model that is set is no choice of the library. Raises RedisError.
    """
    if not models.is_open or settled(models, store).text_source != ENGLISH_MODEL:
        return ""
    counted: Counter[str] = Counter()
    for (state, kind, language), number in store.groups("@state", "@kind", "@language"):
        if (state, kind) == (State.INDEXED, Kind.TEXT):
            counted[language] += number
    if not are_many(counted):
        return ""
    return (
        f"{described(counted, 'texts')}, and the text model {ENGLISH_MODEL} understands English only. "
        f"To change it: {TO_EVERY_LANGUAGE}"
    )
