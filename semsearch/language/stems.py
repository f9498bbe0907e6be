"""The stems of words, by the rules of their language: Snowball's stemmers."""

from __future__ import annotations

import threading
from types import MappingProxyType

import Stemmer

_ENGLISH = "english"
# Snowball's stemmer of each language. Croatian and Serbian share one, which writes both in Latin letters.
_ALGORITHMS = MappingProxyType(
    {
        "ar": "arabic",
        "ca": "catalan",
        "cs": "czech",
        "da": "danish",
        "de": "german",
        "el": "greek",
        "eo": "esperanto",
        "es": "spanish",
        "et": "estonian",
        "eu": "basque",
        "fa": "persian",
        "fi": "finnish",
        "fr": "french",
        "ga": "irish",
        "hi": "hindi",
        "hr": "serbian",
        "hu": "hungarian",
        "hy": "armenian",
        "id": "indonesian",
        "it": "italian",
        "lt": "lithuanian",
        "ne": "nepali",
        "nl": "dutch",
        "no": "norwegian",
        "pl": "polish",
        "pt": "portuguese",
        "ro": "romanian",
        "ru": "russian",
        "sr": "serbian",
        "sv": "swedish",
        "ta": "tamil",
        "tr": "turkish",
        "yi": "yiddish",
    }
)
# Languages that are not written in Latin letters. A word in such letters is most often an English one there.
_NOT_LATIN = frozenset({"ar", "el", "fa", "hi", "hy", "ne", "ru", "sr", "ta", "yi"})


def has_stems(language: str) -> bool:
    """Whether words of this language have other stems than those by the rules of English."""
    return language in _ALGORITHMS


def stem(word: str, language: str = "") -> str:
    """The stem of a word in lower case; by the rules of English if the language has none of its own."""
    is_foreign = language in _NOT_LATIN and word.isascii()
    found: str = _stemmer(_ENGLISH if is_foreign else _ALGORITHMS.get(language, _ENGLISH)).stemWord(word)
    return found


_kept = threading.local()


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """A stemmer of this thread: threads cannot share one."""
    stemmers: dict[str, Stemmer.Stemmer] = _kept.__dict__
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm)
    return stemmers[algorithm]
