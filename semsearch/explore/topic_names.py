"""Names of topics: each is there once, since it is what a topic is known by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from semsearch.store.shots import name_tag

# What a name begins with whose words say it of less than this share of the documents: others are there too.
_MIXED, _MOST = "Various: ", 0.4


@dataclass(frozen=True, slots=True)
class Candidates:
    """The words for a name, the best first, and how many of them are enough.

    `covered` is the share of the documents of which one of these words says it.
    """

    words: tuple[str, ...]
    enough: int
    covered: float = 1.0

    @property
    def usual(self) -> tuple[str, ...]:
        """The words of the name, where it is not taken."""
        return self.words[: self.enough]


def unique_name(candidates: Candidates, taken: Collection[str], otherwise: str) -> str:
    """A name whose tag is not `taken`: of further words, or else with a number.

    `otherwise` is the name of a group without words.
    """
    begun = _MIXED if candidates.words and candidates.covered < _MOST else ""
    for count in range(candidates.enough, len(candidates.words) + 1):
        name = begun + ", ".join(candidates.words[:count])
        if name and name_tag(name) not in taken:
            return name
    first = begun + ", ".join(candidates.usual) or otherwise
    number = 2 if candidates.words else 1
    while name_tag(f"{first} {number}") in taken:
        number += 1
    return f"{first} {number}"
