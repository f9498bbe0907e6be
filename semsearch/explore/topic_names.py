"""Names of topics: each is there once, since it is what a topic is known by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from semsearch.store.shots import name_tag


@dataclass(frozen=True, slots=True)
class Candidates:
    """The words for a name, the best first, and how many of them are enough."""

    words: tuple[str, ...]
    enough: int

    @property
    def usual(self) -> tuple[str, ...]:
        """The words of the name, where it is not taken."""
        return self.words[: self.enough]


def unique_name(candidates: Candidates, taken: Collection[str], otherwise: str) -> str:
    """A name whose tag is not `taken`: of further words, or else with a number.

    `otherwise` is the name of a group without words.
    """
    for count in range(candidates.enough, len(candidates.words) + 1):
        name = ", ".join(candidates.words[:count])
        if name and name_tag(name) not in taken:
            return name
    first = ", ".join(candidates.words[: candidates.enough]) or otherwise
    number = 2 if candidates.words else 1
    while name_tag(f"{first} {number}") in taken:
        number += 1
    return f"{first} {number}"
