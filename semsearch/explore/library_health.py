"""How a library and its searches change: all that the page and the command line show of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from semsearch.explore.changes import Changes, Line, read_changes, read_lines
from semsearch.explore.endings import Endings, Month
from semsearch.search.query_head import note_in_use
from semsearch.store.store import Store

_EVALUATIONS = 40


@dataclass(frozen=True, slots=True)
class Health:
    """All that is shown. `changes` is None before the first run that computes it, and the oldest line comes
    first.

    `learned` is what is known of the head for queries in use (`semsearch.search.query_head`); None without
    one.
    """

    changes: Changes | None
    lines: Sequence[Line]
    searches: Sequence[Month]
    is_counting: bool
    evaluations: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    learned: Mapping[str, Any] | None = None


class LibraryHealth:
    """Reads how a library changes. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, endings: Endings) -> None:
        self._store = store
        self._endings = endings

    def now(self) -> Health:
        """What is known now."""
        return Health(
            read_changes(self._store),
            read_lines(self._store),
            self._endings.by_month(),
            self._endings.is_on,
            self._store.runs.evaluations(_EVALUATIONS),
            note_in_use(self._store),
        )
