"""Correct the words of a query that are nowhere: what was mistyped, or is not typed to its end."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.query import Filters
from semsearch.results import Correction
from semsearch.search.completion import Completer
from semsearch.search.found import Sought
from semsearch.search.in_use import InUse
from semsearch.search.spelling import Spelling
from semsearch.stages import stage
from semsearch.store import filters
from semsearch.text import normal


class Corrector:
    """Corrects queries. Safe to share between threads."""

    def __init__(self, spelling: Spelling, completer: Completer) -> None:
        self._spelling = spelling
        self._completer = completer

    def corrections(
        self, sought: Sequence[Sought], within: tuple[str, ...], in_use: InUse, *, unfinished: bool
    ) -> list[Correction]:
        """What the words that are nowhere may mean, of a query with these alternatives.

        `within` are the folders that may be searched. If `unfinished`, the last word is completed. Raises
        RedisError.
        """
        where = filters.condition(Filters(within=within))
        with stage("retrieve"):
            last = sought[-1]
            if unfinished and (completed := self._completer.last_word(last.text, last.nowhere, where)):
                return [completed]
            corrections = (
                self._spelling.corrections(each.wording, each.nowhere, in_use.known_words, where)
                for each in sought
            )
            return list(dict.fromkeys(each for found in corrections for each in found))


def corrected(typed: str, corrections: Sequence[Correction]) -> str:
    """The text of a query with the words that were meant."""
    text = normal(typed)
    for correction in corrections:
        text = correction.applied(text)
    return text
