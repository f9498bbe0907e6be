"""The maps of a library as the page and the command line show them."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from semsearch.explore.maps import MapState, placed, states
from semsearch.query import MapName
from semsearch.search.searcher import Searcher
from semsearch.store.explored import COORDINATES
from semsearch.store.store import Store

if TYPE_CHECKING:
    from semsearch.explore.map_points import MapPoints

# Each write makes another revision, and a run writes for minutes: a map is read again after so many seconds.
_AGE = 30.0
# Documents whose facts are read together.
_BATCH = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """The points of a map, at which revision of the documents they were read, and when."""

    revision: int
    at: float
    points: MapPoints


class LibraryMaps:
    """Reads maps. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, searcher: Searcher) -> None:
        self._store = store
        self._searcher = searcher
        self._lock = Lock()
        self._read: dict[MapName, _Read] = {}

    def states(self) -> list[MapState]:
        """The maps that there are."""
        return [each for each in states(self._store) if each.placed]

    def points(self, on: MapName) -> MapPoints:
        """All points of a map, as they are or were less than half a minute ago."""
        with self._lock:
            revision = self._searcher.activity().revision
            known = self._read.get(on)
            if known is None or (known.revision != revision and monotonic() - known.at >= _AGE):
                self._read[on] = known = _Read(revision, monotonic(), self._points(on))
            return known.points

    def _points(self, on: MapName) -> MapPoints:
        from semsearch.explore.map_points import MapPoints

        docs = placed(self._store, on)
        places = dict(zip(docs, self._store.ledger.fields(docs, COORDINATES[on]), strict=True))
        facts = {
            doc: each
            for start in range(0, len(docs), _BATCH)
            for doc, each in self._store.ledger.facts(docs[start : start + _BATCH]).items()
        }
        there = [doc for doc in docs if doc in facts and None not in places[doc]]
        at = [(float(places[doc][0] or 0), float(places[doc][1] or 0)) for doc in there]
        return MapPoints.of(on, there, at, [facts[doc] for doc in there])
