"""The words that a text model knows whole: the common words of the languages that it was trained on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# What begins a token that begins a word, where others do not; and what begins one that goes on with a word.
_BEGINS = ("\u2581", "\u0120")
_GOES_ON = "##"
_SHORTEST = 4


@lru_cache(4)
def whole_words(tokenizer: Tokenizer) -> frozenset[str]:
    """The words of four letters and more that are one token, in lower case."""
    tokens = list(tokenizer.get_vocab())
    marked = [token[1:] for token in tokens if token.startswith(_BEGINS)]
    plain = [token for token in tokens if not token.startswith(_GOES_ON)]
    return frozenset(word.lower() for word in marked or plain if len(word) >= _SHORTEST and word.isalpha())
