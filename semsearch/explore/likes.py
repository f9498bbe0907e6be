"""What a person likes and wants less of, by the hash of the content: so it survives moves and rebuilds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from semsearch.api.said import VALUES
from semsearch.errors import QueryError
from semsearch.explore.saved import seconds_of
from semsearch.message import say
from semsearch.store.by_content import records_with
from semsearch.store.mine import LIKES, LIKES_SHOWN
from semsearch.store.store import Store

LIKE, LESS = VALUES["like"], VALUES["less"]
# The most documents that are marked, and the most that were passed over and are not proposed again.
MOST, MOST_SHOWN = 5000, 5000


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
        return _read(self._store.mine.get(LIKES))

    def mark(self, docs: Iterable[str], value: int) -> int:
        """Mark documents with LIKE or LESS, or with 0 take their marks away. Returns their number.

        Raises NotFoundError when one does not exist, and QueryError when too many are marked.
        """
        contents = [self._store.ledger.get(doc).sha256 for doc in docs]
        if any(not sha256 for sha256 in contents):
            raise QueryError(say("A document that has not been read cannot be marked."))
        if not value:
            self._store.mine.drop(LIKES, contents)
            return len(contents)
        new = set(contents).difference(self._store.mine.some(LIKES, contents))
        if new and self._store.mine.size(LIKES) + len(new) > MOST:
            raise QueryError(say("{most} documents are marked already: forget some.", most=MOST))
        now = f"{time.time():.0f}"
        self._store.mine.put(LIKES, {sha256: f"{value} {now}" for sha256 in contents})
        return len(contents)

    def forget(self) -> None:
        """Take all marks away."""
        self._store.mine.forget(LIKES)
        self._store.mine.forget(LIKES_SHOWN)

    def has_liked(self) -> bool:
        """Whether anything is liked, be it gone by now."""
        return any(mark.value == LIKE for mark in self.all().values())

    def marked(self) -> dict[str, int]:
        """The ids of the marked documents, copies too, each with LIKE or LESS."""
        marks = self.all()
        found = records_with(self._store, marks)
        return {record.doc: marks[content].value for content, each in found.items() for record in each}

    def marks_of(self, docs: Sequence[str]) -> dict[str, int]:
        """The marks of documents, each LIKE or LESS; those without one are left out."""
        contents = self._contents(docs)
        marks = _read(self._store.mine.some(LIKES, list(dict.fromkeys(contents.values()))))
        return {doc: marks[content].value for doc, content in contents.items() if content in marks}

    def shown(self) -> set[str]:
        """The hashes of contents that are not to be proposed again."""
        return set(self._store.mine.get(LIKES_SHOWN))

    def has_passed_over(self) -> bool:
        """Whether something is not to be proposed again."""
        return self._store.mine.size(LIKES_SHOWN) > 0

    def see(self, docs: Sequence[str]) -> None:
        """Propose these documents no more; of all that were passed over, the latest are known."""
        now = f"{time.time():.3f}"
        self._store.mine.put(LIKES_SHOWN, dict.fromkeys(self._contents(docs).values(), now))
        if self._store.mine.size(LIKES_SHOWN) > MOST_SHOWN:
            kept = self._store.mine.get(LIKES_SHOWN)
            oldest = sorted(kept, key=lambda content: seconds_of(kept[content], 0.0))
            self._store.mine.drop(LIKES_SHOWN, oldest[:-MOST_SHOWN])

    def show_again(self) -> None:
        """Propose everything again."""
        self._store.mine.forget(LIKES_SHOWN)

    def _contents(self, docs: Sequence[str]) -> dict[str, str]:
        """The hashes of the contents of documents, by id; unknown documents are left out."""
        rows = zip(docs, self._store.ledger.fields(docs, ["sha256"]), strict=True)
        return {doc: content.decode() for doc, (content,) in rows if content}


def values(marks: Mapping[str, Mark], value: int) -> list[str]:
    """The contents with this mark, the latest first."""
    found = [sha256 for sha256, mark in marks.items() if mark.value == value]
    return sorted(found, key=lambda sha256: -marks[sha256].when)


def _read(kept: Mapping[str, str]) -> dict[str, Mark]:
    """The marks in the fields of a hash, such as "1 1764133200". What cannot be read is left out."""
    known = {str(each): each for each in (LIKE, LESS)}
    found = {}
    for sha256, text in kept.items():
        value, _, when = text.partition(" ")
        if value in known and (seconds := seconds_of(when or "0", nan)) == seconds:
            found[sha256] = Mark(known[value], seconds)
    return found
