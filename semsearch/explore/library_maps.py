"""The maps of a library as the page and the command line show them."""

from __future__ import annotations

from functools import partial

from semsearch.explore.map_points import MapPoints
from semsearch.explore.maps import MapState, placed, states
from semsearch.explore.renewed import Renewed
from semsearch.query import MapName
from semsearch.store.explored import COORDINATES
from semsearch.store.store import Store

# Documents whose facts are read together.
_BATCH = 1000


class LibraryMaps:
    """Reads maps. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read = {name: Renewed(store.runs.revision, partial(self._points, name)) for name in MapName}

    def states(self) -> list[MapState]:
        """The maps that there are."""
        return [each for each in states(self._store) if each.placed]

    def points(self, on: MapName) -> MapPoints:
        """All points of a map, as they are or were a moment ago (Renewed)."""
        return self._read[on].get()

    def _points(self, on: MapName) -> MapPoints:
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
