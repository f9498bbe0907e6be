"""What a person likes and wants less of, by the hash of the content: so it survives moves and rebuilds."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from semsearch.errors import QueryError
from semsearch.message import say
from semsearch.store import filters, queries
from semsearch.store.store import Store

LIKES, SHOWN = "likes", "likes_shown"
LIKE, LESS = 1, -1
# The most documents that are marked, and how many of them one question to Redis names.
MOST = 5000
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """What was said of a content: LIKE or LESS, and when, in seconds since 1970."""

    value: int
    when: float


class Likes:
    """The marks of a library. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, Mark]:
        """All marks, by the hash of the content."""
        found = {}
        for sha256, text in self._store.mine.get(LIKES).items():
            if (mark := _read(text)) is not None:
                found[sha256] = mark
        return found

    def mark(self, docs: Iterable[str], value: int) -> int:
        """Mark documents with LIKE or LESS, or with 0 take their marks away. Returns their number.

        Raises NotFoundError when one does not exist, and QueryError when too many are marked.
        """
        contents = [self._store.ledger.get(doc).sha256 for doc in docs]
        if any(not sha256 for sha256 in contents):
            raise QueryError(say("A document that has not been read cannot be marked."))
        if not value:
            self._store.mine.drop(LIKES, *contents) if contents else None
            return len(contents)
        if len(self.all().keys() | set(contents)) > MOST:
            raise QueryError(say("{most} documents are marked already: forget some.", most=MOST))
        now = f"{time.time():.0f}"
        self._store.mine.put(LIKES, {sha256: f"{value} {now}" for sha256 in contents})
        return len(contents)

    def forget(self) -> None:
        """Take all marks away."""
        self._store.mine.drop(LIKES)
        self._store.mine.drop(SHOWN)

    def marked(self) -> dict[str, int]:
        """The ids of the marked documents, copies too, each with LIKE or LESS."""
        marks = self.all()
        return {
            doc: value
            for value in (LIKE, LESS)
            for doc in self.having([sha256 for sha256, mark in marks.items() if mark.value == value])
        }

    def having(self, contents: Sequence[str]) -> list[str]:
        """The documents that a search can show and whose content has one of these hashes."""
        commands = [
            queries.doc_ids(MOST, filters.with_content(*contents[start : start + _TOGETHER]))
            for start in range(0, len(contents), _TOGETHER)
        ]
        return [doc for docs in self._store.ask(commands) for doc in docs or ()] if commands else []

    def shown(self) -> set[str]:
        """The hashes of contents that are not to be proposed again."""
        return set(self._store.mine.get(SHOWN))

    def see(self, contents: Collection[str]) -> None:
        """Propose these contents no more."""
        now = f"{time.time():.0f}"
        self._store.mine.put(SHOWN, dict.fromkeys(contents, now))

    def show_again(self) -> None:
        """Propose everything again."""
        self._store.mine.drop(SHOWN)


def _read(text: str) -> Mark | None:
    """The mark in a text such as "1 1764133200"; None if it is none, as an import may have brought."""
    value, _, when = text.partition(" ")
    try:
        seconds = float(when or 0)
    except ValueError:
        return None
    known = {str(each): each for each in (LIKE, LESS)}
    return Mark(known[value], seconds) if value in known and isfinite(seconds) else None


def values(marks: Mapping[str, Mark], value: int) -> list[str]:
    """The contents with this mark, the latest first."""
    found = [sha256 for sha256, mark in marks.items() if mark.value == value]
    return sorted(found, key=lambda sha256: -marks[sha256].when)
