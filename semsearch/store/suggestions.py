"""Ask Redis for the terms of the library that are like one that it does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC
from semsearch.store.word_filters import checked_word


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The terms two letters or fewer from `term`, as FT.SPELLCHECK finds them. Reads a list of terms.

    Two letters that are swapped count as two there.
    """

    term: str

    def add_to(self, pipe: Any, _timeout_ms: int) -> None:
        """Add the command to a pipeline. It has no TIMEOUT, and takes milliseconds."""
        word = checked_word(self.term)
        pipe.execute_command("FT.SPELLCHECK", index_alias(DOC), word, "DISTANCE", 2, "DIALECT", 2)

    def read(self, reply: list[Any]) -> list[str]:
        """Read [["TERM", term, [[score, suggestion], ...]]]. A missing index suggests nothing."""
        found = [suggested for entry in reply if isinstance(entry, list) for _, suggested in entry[2]]
        return [suggested.decode() for suggested in found]
