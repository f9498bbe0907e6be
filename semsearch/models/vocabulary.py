"""How a text model cuts words: which it knows whole, and which it must put together from pieces."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from semsearch.language.words import WORD

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# What begins a token that begins a word, where others do not; and what begins one that goes on with a word.
_BEGINS = ("\u2581", "\u0120")
_GOES_ON = "##"
_SHORTEST = 4
# A word of this number of pieces is rare in the texts that the model was trained on, or made up.
_MANY_PIECES = 3


@lru_cache(4)
def whole_words(tokenizer: Tokenizer) -> frozenset[str]:
    """The words of four letters and more that are one token, in lower case."""
    tokens = list(tokenizer.get_vocab())
    marked = [token[1:] for token in tokens if token.startswith(_BEGINS)]
    plain = [token for token in tokens if not token.startswith(_GOES_ON)]
    return frozenset(word.lower() for word in marked or plain if len(word) >= _SHORTEST and word.isalpha())


def words_in_pieces(tokenizer: Tokenizer, text: str) -> list[str]:
    """The words of a text that are three tokens or more. What has digits or signs in it is no word."""
    found = (word for word in WORD.findall(text) if word.isalpha())
    return [word for word in found if len(tokenizer.encode(word, add_special_tokens=False)) >= _MANY_PIECES]


def splits_at_spaces(tokenizer: Tokenizer) -> bool:
    """Whether a tokenizer splits texts at white space before anything else."""
    from tokenizers.pre_tokenizers import BertPreTokenizer, Sequence, WhitespaceSplit

    splitter = tokenizer.pre_tokenizer
    first = splitter[0] if isinstance(splitter, Sequence) else splitter
    return isinstance(first, BertPreTokenizer | WhitespaceSplit)
