"""Ask Redis for the terms of the library that begin with some letters.

No command of RediSearch lists terms by their beginning. FT.PROFILE tells how a search with a prefix is done,
and so to which terms it is expanded, and how many hashes have each. The search itself reads one hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC
from semsearch.store.word_filters import checked_word

# What a profile calls a term, and the number of hashes that have it: until Redis 8.4, and since.
_TERM = b"Term"
_SIZES = (b"Size", b"Estimated number of matches")


@dataclass(frozen=True, slots=True)
class Completions:
    """The terms that begin with `letters`, the commonest first. Reads a list of terms.

    A term may also be one of a file's name, or of a compound, which no text has.
    """

    letters: str

    def add_to(self, pipe: Any, timeout_ms: int) -> None:
        """Add the command to a pipeline."""
        where = f"@terms:({checked_word(self.letters)}*)"
        options = ("LIMIT", 0, 1, "TIMEOUT", timeout_ms, "DIALECT", 2)
        pipe.execute_command("FT.PROFILE", index_alias(DOC), "AGGREGATE", "QUERY", where, *options)

    def read(self, reply: list[Any]) -> list[str]:
        """Read the iterators of a profile, each a list of names and values, which may be such lists too.

        A missing index has no terms. Each shard of a cluster has a profile of its own.
        """
        sizes = Counter[str]()
        for term, size in _terms_in(reply):
            if term.startswith(self.letters):
                sizes[term] += size
        return [term for term, _ in sizes.most_common()]


def _terms_in(reply: list[Any]) -> Iterator[tuple[str, int]]:
    named = dict(pair for pair in pairwise(reply) if isinstance(pair[0], bytes))
    if isinstance(term := named.get(_TERM), bytes):
        size = next((int(named[name]) for name in _SIZES if name in named), 0)
        yield term.decode("utf-8", "replace"), size
    for each in reply:
        if isinstance(each, list):
            yield from _terms_in(each)
