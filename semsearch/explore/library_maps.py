"""The maps of a library as the page and the command line show them."""

from __future__ import annotations

from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING

from semsearch.errors import RedisError
from semsearch.explore.maps import MapState, states
from semsearch.query import MapName
from semsearch.search.searcher import Searcher
from semsearch.store import on_maps
from semsearch.store.explored import COORDINATES
from semsearch.store.store import Store

if TYPE_CHECKING:
    from semsearch.explore.map_points import MapPoints


class LibraryMaps:
    """Reads maps. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, searcher: Searcher) -> None:
        self._store = store
        self._searcher = searcher
        self._lock = Lock()
        self._read: dict[MapName, tuple[int, MapPoints]] = {}

    def states(self) -> list[MapState]:
        """The maps that there are."""
        return [each for each in states(self._store) if each.placed]

    def points(self, on: MapName) -> MapPoints:
        """All points of a map; they are kept until the documents change."""
        with self._lock:
            revision = self._searcher.activity().revision
            known = self._read.get(on)
            if known is None or known[0] != revision:
                self._read[on] = known = revision, self._points(on)
            return known[1]

    def _points(self, on: MapName) -> MapPoints:
        from semsearch.explore.map_points import MapPoints

        parts = self._store.ask(on_maps.placed(on))
        if None in parts:
            raise RedisError(f"Redis at {self._store.address} did not list the map in time: try again")
        docs = sorted({*chain.from_iterable(parts)})
        places = dict(zip(docs, self._store.explored.read(docs, COORDINATES[on]), strict=True))
        facts = self._store.ledger.facts(docs)
        there = [doc for doc in docs if doc in facts and None not in places[doc]]
        at = [(float(places[doc][0] or 0), float(places[doc][1] or 0)) for doc in there]
        return MapPoints.of(on, there, at, [facts[doc] for doc in there])
