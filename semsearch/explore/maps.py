"""Keep the maps of a library up to date: place new documents, and fit a map anew when a fifth is new."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

from semsearch.errors import RedisError
from semsearch.explore.fit import Fit
from semsearch.explore.growth import is_outgrown
from semsearch.explore.packed import unpack_json
from semsearch.explore.shared_space import share_space
from semsearch.explore.vectors import LOOKS, MEANING, TEXTS, DocumentVectors, LibraryVectors, read_vectors
from semsearch.query import MapName
from semsearch.records import Kind
from semsearch.store import on_maps
from semsearch.store.codec import space_of
from semsearch.store.explored import COORDINATES
from semsearch.store.generation import Generation
from semsearch.store.schema import IMAGE, TEXT
from semsearch.store.store import Store

# The vectors that each map shows, by kinds.
SIGHTS = {MapName.TEXTS: (TEXTS,), MapName.PICTURES: (LOOKS,), MapName.TOGETHER: (TEXTS, MEANING)}
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Fitted:
    """When a map was fitted (seconds since 1970), to how many documents, and to the vectors of which models.

    `added` documents were placed since.
    """

    at: float
    documents: int
    models: str
    added: int = 0

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Fitted:
        return cls(float(kept["at"]), int(kept["documents"]), str(kept["models"]), int(kept["added"]))


@dataclass(frozen=True, slots=True)
class MapState:
    """How many documents have a place on a map, and when it was fitted to how many."""

    name: MapName
    placed: int
    fitted: Fitted


def keep_maps(store: Store, vectors: LibraryVectors) -> None:
    """Place new documents, and fit each map that needs it: a step of a run. Raises RedisError.

    A map that there cannot be any more is forgotten.
    """
    generations = store.generations.in_use()
    for on in MapName:
        if models := _models(on, generations):
            _keep(store, vectors, on, models)
        elif store.kept.get(_state_key(on)) is not None:
            _forget(store, on)


def fit_maps(store: Store, vectors: LibraryVectors) -> None:
    """Fit all maps anew, whatever has changed. Raises RedisError."""
    generations = store.generations.in_use()
    for on in MapName:
        if models := _models(on, generations):
            _fit(store, vectors, on, models)


def states(store: Store) -> list[MapState]:
    """The maps that there are. Raises RedisError."""
    fitted = [(on, found) for on in MapName if (found := _fitted(store, on)) is not None]
    counts = store.ask([on_maps.count_placed(on) for on, _ in fitted])
    return [MapState(on, count or 0, each) for (on, each), count in zip(fitted, counts, strict=True)]


def placed(store: Store, on: MapName) -> list[str]:
    """The documents that have a place on a map, in order. Raises RedisError."""
    parts = store.ask(on_maps.placed(on))
    if None in parts:
        raise RedisError(f"Redis at {store.address} did not list the map in time: try again")
    return sorted({*chain.from_iterable(parts)})


def _models(on: MapName, generations: Mapping[str, Generation]) -> str:
    """The models whose vectors a map shows; "" where there cannot be this map."""
    if on is MapName.TOGETHER and not share_space(generations.get(TEXT), generations.get(IMAGE)):
        return ""
    spaces = map(space_of, on.kinds)
    return " ".join(generations[each].fingerprint.model for each in spaces if each in generations)


def _keep(store: Store, vectors: LibraryVectors, on: MapName, models: str) -> None:
    known = _fitted(store, on)
    if known is None or known.models != models:
        _fit(store, vectors, on, models)
        return
    new = {
        kind: read_vectors(store, kind, docs, field)
        for kind, field in SIGHTS[on]
        if (docs := list(_unplaced(store, on, kind)))
    }
    if not (number := sum(map(len, new.values()))):
        return
    (number_placed,) = store.ask([on_maps.count_placed(on)])
    is_anew = is_outgrown(known.added + number, (number_placed or 0) + number)
    fit = None if is_anew else Fit.unpacked(store.kept.get(_model_key(on)))
    if fit is None:
        _fit(store, vectors, on, models)
    else:
        _place(store, on, fit, new)
        _remember(store, on, Fitted(known.at, known.documents, models, known.added + number))


def _unplaced(store: Store, on: MapName, kind: Kind) -> Iterator[str]:
    start = 0
    while True:
        (page,) = store.ask([on_maps.unplaced(on, kind, start, _BATCH)])
        if page is None:
            raise RedisError(f"Redis at {store.address} did not find new documents in time: try again")
        yield from page
        if len(page) < _BATCH:
            return
        start += _BATCH


def _fit(store: Store, vectors: LibraryVectors, on: MapName, models: str) -> None:
    if not all(map(store.count, on.kinds)):
        return
    found: dict[Kind, DocumentVectors] = {}
    for which in SIGHTS[on]:
        found[which.kind] = vectors.of(which)
        if not len(found[which.kind]):  # such as of texts that are all empty, beside many pictures
            return
    docs = {kind: each.docs for kind, each in found.items()}
    former = dict(_places(store, on, [doc for each in docs.values() for doc in each]))
    fit = Fit.of(docs, {kind: each.vectors for kind, each in found.items()}, former)
    if known := _fitted(store, on):  # if this run is killed, the next one fits the map anew
        _remember(store, on, replace(known, models=""))
    _put(store, on, zip(fit.docs, fit.places.tolist(), strict=True))
    store.kept.put(_model_key(on), fit.packed())
    _remember(store, on, Fitted(time.time(), len(fit.docs), models))


def _forget(store: Store, on: MapName) -> None:
    """Take the places of a map from the documents, and forget it."""
    store.explored.put((doc, dict.fromkeys(COORDINATES[on])) for doc in placed(store, on))
    store.kept.forget(_model_key(on))
    store.kept.forget(_state_key(on))


def _place(store: Store, on: MapName, fit: Fit, new: Mapping[Kind, DocumentVectors]) -> None:
    for kind, each in new.items():
        if len(each):
            _put(store, on, zip(each.docs, fit.place(kind, each.vectors).tolist(), strict=True))


def _places(store: Store, on: MapName, docs: list[str]) -> Iterator[tuple[str, tuple[float, float]]]:
    """The places of those of these documents that have one."""
    for doc, (x, y) in zip(docs, store.ledger.fields(docs, COORDINATES[on]), strict=True):
        if x is not None and y is not None:
            yield doc, (float(x), float(y))


def _put(store: Store, on: MapName, places: Any) -> None:
    x, y = COORDINATES[on]
    store.explored.put((doc, {x: round(place[0], 5), y: round(place[1], 5)}) for doc, place in places)


def _fitted(store: Store, on: MapName) -> Fitted | None:
    return unpack_json(store.kept.get(_state_key(on)), Fitted.read)


def _remember(store: Store, on: MapName, fitted: Fitted) -> None:
    store.kept.put(_state_key(on), json.dumps(asdict(fitted)).encode())


def _model_key(on: MapName) -> str:
    return f"map.{on}.fit"


def _state_key(on: MapName) -> str:
    return f"map.{on}"
