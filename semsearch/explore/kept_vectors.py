"""The vectors of a library in the memory of the web server, for views that are computed for each request."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from semsearch.explore.renewed import is_rested
from semsearch.explore.vectors import LOOKS, MEANING, TEXTS, DocumentVectors, Sight, read_vectors
from semsearch.store.codec import space_of
from semsearch.store.generation import Generation
from semsearch.store.store import Store

# The documents of each kind that are kept: 30 MB of vectors with 384 numbers. A larger library is known by so
# many of its documents, drawn at random.
MOST = 20_000
# A request reads vectors for this time in seconds, and so many documents together. The next one goes on.
_PATIENCE, _BATCH = 0.5, 250


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """Vectors as they were at a revision of the documents, and the documents that are still to be read.

    `generation` tells which model has made them.

    `at` is when the latest ones were read, and `took` how long all took, in seconds.
    """

    revision: int
    generation: Generation | None
    left: tuple[str, ...]
    vectors: DocumentVectors
    at: float = 0.0
    took: float = 0.0

    def more(self, store: Store, which: Sight) -> _Read:
        """The same with some more of them: at least one batch."""
        started, left = time.monotonic(), self.left
        found = [self.vectors]
        while left and (len(found) == 1 or time.monotonic() - started < _PATIENCE):
            found.append(read_vectors(store, which.kind, left[:_BATCH], which.field))
            left = left[_BATCH:]
        ended = time.monotonic()
        return replace(self, left=left, vectors=_joined(found), at=ended, took=self.took + ended - started)


class KeptVectors:
    """Vectors by revision of the documents. Safe to share between threads. Methods raise RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = {which: Lock() for which in (TEXTS, LOOKS, MEANING)}
        self._read: dict[Sight, _Read] = {}
        # Those of a later revision, until they are all there.
        self._coming: dict[Sight, _Read] = {}

    def of(self, which: Sight) -> DocumentVectors:
        """The vectors of TEXTS, LOOKS or MEANING: of all documents, or of MOST of them.

        The first requests have fewer of a large library, a random sample: each reads on for half a second.
        While documents change, they may be older by ten times as long as it takes to read them.
        """
        generation = self._store.generations.in_use().get(space_of(which.kind))
        known = _made_by(generation, self._read.get(which))
        if not self._reading[which].acquire(blocking=known is None) and known is not None:
            return known.vectors  # another one reads on
        try:
            return self._more(which, generation)
        finally:
            self._reading[which].release()

    def _more(self, which: Sight, generation: Generation | None) -> DocumentVectors:
        revision = self._store.runs.revision()
        known = _made_by(generation, self._read.get(which))
        coming = _made_by(generation, self._coming.pop(which, None))
        if known is not None and known.left:
            coming = known
        elif coming is None and (known is None or self._is_old(known, revision)):
            docs = tuple(sorted(self._store.lookup.sample(which.kind, MOST)))
            coming = _Read(revision, generation, docs, DocumentVectors((), np.zeros((0, 0), np.float32)))
        if coming is not None:
            coming = coming.more(self._store, which)
            if coming.left and known is not None and not known.left:
                self._coming[which] = coming
                return known.vectors
            known = self._read[which] = coming
        assert known is not None
        return known.vectors

    def _is_old(self, known: _Read, revision: int) -> bool:
        return known.revision != revision and is_rested(known.at, known.took)


def _made_by(generation: Generation | None, read: _Read | None) -> _Read | None:
    """What was read, unless another model has been put to use since."""
    return read if read is not None and read.generation == generation else None


def _joined(parts: list[DocumentVectors]) -> DocumentVectors:
    some = [part for part in parts if len(part)]
    if not some:
        return parts[0]
    docs = tuple(doc for part in some for doc in part.docs)
    return DocumentVectors(docs, np.concatenate([part.vectors for part in some]))
