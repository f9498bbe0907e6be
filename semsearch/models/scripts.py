"""Whether a text model can read a text: which scripts its vocabulary has words of.

A model of English has a few hundred single letters and characters of other scripts. Words in them become one
and the same row of unknown tokens, or letters without a meaning, and are similar to whatever else does.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The tokens of a script in the vocabulary of a model that was trained on texts in it. An English BERT has 492
# Chinese characters, and 94 tokens or fewer of each other script.
_LEAST = 800
# With this letter for a space, a vocabulary is one of bytes, of which all scripts are made.
_BYTES = "\u0120"


def plain_form(text: str) -> str:
    """A text with plain letters in place of variants that few vocabularies have, such as full-width ones."""
    return unicodedata.normalize("NFKC", text)


def can_read(tokenizer: Tokenizer, text: str) -> bool:
    """Whether most letters and signs of a text are of scripts that the model of this tokenizer knows."""
    found = Counter(_script(each) for each in plain_form(text) if _counts(each))
    known = sum(count for script, count in found.items() if _knows(tokenizer, script))
    return 2 * known > found.total()


def _counts(character: str) -> bool:
    """Whether this is a letter, a digit or a sign such as an emoji."""
    return character.isalnum() or unicodedata.category(character) == "So"


def _knows(tokenizer: Tokenizer, script: str) -> bool:
    scripts = _scripts(tokenizer)
    return script == "DIGIT" or "" in scripts or script in scripts


@lru_cache(4)
def _scripts(tokenizer: Tokenizer) -> frozenset[str]:
    """The scripts that a vocabulary has; "" stands for all."""
    firsts = Counter(next(filter(str.isalpha, token), "") for token in tokenizer.get_vocab())
    if firsts[_BYTES] > _LEAST:
        return frozenset({""})
    scripts: Counter[str] = Counter()
    for letter, tokens in firsts.items():
        scripts[_script(letter)] += tokens
    return frozenset(script for script, tokens in scripts.items() if script and tokens >= _LEAST)


def _script(character: str) -> str:
    """The first word of the name of a character: LATIN, CJK, DIGIT."""
    return unicodedata.name(character, "").partition(" ")[0] if character else ""
