"""Ask Redis for the languages of the documents in the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages that documents have, by FT.TAGVALS. Reads a sorted tuple of their codes."""

    def add_to(self, pipe: Any, _timeout_ms: int) -> None:
        """Add the command to a pipeline. It has no TIMEOUT, and lists a few values."""
        pipe.execute_command("FT.TAGVALS", index_alias(DOC), "language")

    def read(self, reply: Any) -> tuple[str, ...]:
        """Read [language, ...]. A missing index has none."""
        return tuple(sorted(each.decode() for each in reply if isinstance(each, bytes)))
