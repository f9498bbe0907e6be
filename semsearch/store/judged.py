"""Judged pairs: a query, and the content that answers it, as people said with "This is it"."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from math import isfinite

from semsearch.store.mine import JUDGED, Mine


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """The words of a query, the hash of the content that answers it, and when that was said, in seconds."""

    query: str
    sha256: str
    at: float

    @property
    def field(self) -> str:
        """The field of the hash that keeps it."""
        return json.dumps([self.query, self.sha256], ensure_ascii=False)


class Judged:
    """The judged pairs of a library. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine

    def all(self) -> list[JudgedPair]:
        """All pairs, the latest first."""
        kept = (_read(field, at) for field, at in self._mine.get(JUDGED).items())
        pairs = [pair for pair in kept if pair is not None]
        return sorted(pairs, key=lambda pair: (-pair.at, pair.field))

    def has(self, query: str, sha256: str) -> bool:
        """Whether this content was said to answer this query."""
        return bool(self._mine.some(JUDGED, [JudgedPair(query, sha256, 0.0).field]))

    def count(self) -> int:
        """The number of pairs."""
        return self._mine.size(JUDGED)

    def keep(self, query: str, sha256: str) -> JudgedPair:
        """Say that this content answers this query."""
        pair = JudgedPair(query, sha256, time.time())
        self._mine.put(JUDGED, {pair.field: f"{pair.at:.3f}"})
        return pair

    def drop(self, query: str, sha256: str) -> bool:
        """Say it no more. Returns whether it was said."""
        return bool(self._mine.drop(JUDGED, [JudgedPair(query, sha256, 0.0).field]))


def _read(field: str, at: str) -> JudgedPair | None:
    """The pair in a field and its value; None if there is none, as an import may have brought."""
    try:
        (query, sha256), when = json.loads(field), float(at)
        query.encode(), sha256.encode()  # half a character is no text
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return JudgedPair(query, sha256, when) if isfinite(when) else None
