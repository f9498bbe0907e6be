"""The vectors of a library in the memory of the web server, for views that are computed for each request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from semsearch.explore.vectors import DocumentVectors, read_vectors
from semsearch.records import Kind
from semsearch.store.store import Store

# The documents of each kind that are kept: 30 MB of vectors with 384 numbers. A larger library is known by so
# many of its documents, drawn at random.
MOST = 20_000
# Reading again may take this share of the time, however often a run of ingestion changes documents.
_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """Vectors as they were at a revision of the documents, when they were read, and how long that took."""

    vectors: DocumentVectors
    revision: int
    at: float
    took: float


class KeptVectors:
    """Vectors by revision of the documents. Safe to share between threads. Methods raise RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = threading.Lock()
        self._read: dict[tuple[Kind, str], _Read] = {}

    def of(self, which: tuple[Kind, str]) -> DocumentVectors:
        """The vectors of TEXTS, LOOKS or MEANING: of all documents, or of MOST of them.

        While documents change, they may be older by ten times as long as it takes to read them.
        """
        revision = self._store.runs.revision()
        with self._reading:  # one reads, and the others have what it read
            known = self._read.get(which)
            now = time.monotonic()
            if known is None or (known.revision != revision and now - known.at > known.took / _SHARE):
                kind, field = which
                docs = sorted(self._store.lookup.sample(kind, MOST))
                vectors = read_vectors(self._store, kind, docs, field)
                ended = time.monotonic()
                known = self._read[which] = _Read(vectors, revision, ended, ended - now)
            return known.vectors
