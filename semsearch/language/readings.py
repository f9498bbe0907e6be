"""For texts of which languages a thing counts that some readings of a query have, such as a term."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Among:
    """Texts in the languages `named`; or, if `but` is True, all other texts."""

    named: tuple[str, ...] = ()
    but: bool = True


EVERYWHERE = Among()


def spread(base: Iterable[Thing], others: Mapping[str, Iterable[Thing]]) -> dict[Thing, Among]:
    """Each thing once, with the texts for which it counts.

    `others` are the things for texts in some languages, and `base` those for all other texts.
    """
    having = {code: dict.fromkeys(things) for code, things in others.items()}
    everywhere = dict.fromkeys(base)
    found = {}
    for thing in dict.fromkeys([*everywhere, *(each for things in having.values() for each in things)]):
        is_base = thing in everywhere
        found[thing] = Among(
            tuple(code for code, things in having.items() if (thing in things) is not is_base), is_base
        )
    return found
