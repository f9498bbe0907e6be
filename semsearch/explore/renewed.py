"""Values that are read from a library and kept in memory until its documents have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

# To read again may take this share of the time, however often a run of ingestion changes documents.
_SHARE = 0.1


def is_rested(at: float, took: float) -> bool:
    """Whether it is time to read again what was read at a time of `monotonic`, and took so many seconds."""
    return monotonic() - at > took / _SHARE


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    """A value, the revision of the documents and the source it is of, and when and how long it was read."""

    value: T
    revision: int
    source: object
    at: float
    took: float

    def is_old(self, revision: int, source: object) -> bool:
        return self.source != source or (self.revision != revision and is_rested(self.at, self.took))


class Renewed(Generic[T]):
    """A value of a library. Safe to share between threads."""

    def __init__(self, revision: Callable[[], int], read: Callable[[], T]) -> None:
        """`revision` is that of the documents now, and `read` reads the value."""
        self._revision = revision
        self._read = read
        self._reading = Lock()
        self._known: _Known[T] | None = None

    def get(self, source: object = None) -> T:
        """The value, read again if documents have changed, or if it comes from another source.

        While documents change, it may be older by ten times as long as it takes to read it. While one thread
        reads it again, the others have the old one. Raises RedisError.
        """
        revision, known = self._revision(), self._known
        if known is not None and not known.is_old(revision, source):
            return known.value
        is_usable = known is not None and known.source == source
        if not self._reading.acquire(blocking=not is_usable) and known is not None:
            return known.value
        try:
            known = self._known  # another thread may have read it meanwhile
            if known is None or known.is_old(revision, source):
                started = monotonic()
                value, ended = self._read(), monotonic()
                self._known = known = _Known(value, revision, source, ended, ended - started)
            return known.value
        finally:
            self._reading.release()
