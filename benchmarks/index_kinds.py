"""From how many vectors on is an approximate index (HNSW) better than an exact one (FLAT)?

    python -m benchmarks.index_kinds [--sizes 10000 50000 100000 200000] [--type float32]

The vectors are made up: 384 numbers, in clusters. For each size and kind of index it prints the time to
build it on stored hashes, its memory, the median and the 95th percentile of the time of a search for 200
neighbours, without a filter and in folders that hold 10 % and 1 % of the passages, and its recall of the 10
nearest neighbours with EF_RUNTIME 200. For HNSW it also prints the time from the start of the engine until it
has the index.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.running import timed
from semsearch.evaluation.homes import free_port
from semsearch.query import Filters
from semsearch.records import Vector
from semsearch.settings import Settings
from semsearch.store import filters, queries
from semsearch.store.engine import engine
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Algorithm, Generation
from semsearch.store.keys import piece_key
from semsearch.store.layout import Datatype, Layout
from semsearch.store.places import places
from semsearch.store.schema import TEXT, VECTOR
from semsearch.store.store import Store

DIMS, CLUSTERS = 384, 500
_BATCH, _SEARCHES, _DEPTH, _FIRST, _REACH = 500, 60, 200, 10, 200
_FILTERS = {"all": Filters(), "10 %": Filters(path=("tenth/",)), "1 %": Filters(path=("hundredth/",))}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 50_000, 100_000, 200_000])
    parser.add_argument("--type", default="float32", choices=list(Datatype))
    options = parser.parse_args()
    layout = Layout(datatype=Datatype(options.type))
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
            settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port())
            try:
                _measure(settings, size, Generation(Fingerprint.of_texts("made-up", DIMS), layout))
            finally:
                engine.stop(settings)


def _measure(settings: Settings, size: int, flat: Generation) -> None:
    store = Store.open(settings)
    dice = np.random.default_rng(7)
    centres = dice.normal(size=(CLUSTERS, DIMS)).astype(np.float32)
    _fill(store, flat.layout, _vectors(dice, centres, size))
    searches = list(_vectors(dice, centres, _SEARCHES))
    hnsw = replace(flat, algorithm=Algorithm.HNSW, reach=_REACH)
    exact: list[set[str]] = []
    for generation in (flat, hnsw):
        built = timed(lambda generation=generation: store.generations.create_index(TEXT, generation))
        memory = store.generations.memory_mb(generation.index_name(TEXT)) or 0.0
        times = {name: _times(store, generation, searches, where) for name, where in _FILTERS.items()}
        found = [_first(store, generation, vector) for vector in searches]
        exact = exact or found
        recall = np.mean([len(one & other) / _FIRST for one, other in zip(exact, found, strict=True)])
        if generation is hnsw:
            store.generations.drop_index(TEXT, flat)
        restart = restarted(settings, store, generation.index_name(TEXT)) if generation is hnsw else 0.0
        shown = ", ".join(f"{name} {half:.1f} and {most:.1f} ms" for name, (half, most) in times.items())
        print(
            f"{size:>7,} {generation.algorithm:4} built in {built:.1f} s, {memory:.0f} MB; "
            f"median and p95: {shown}; recall {recall:.3f}"
            + (f"; restart {restart:.1f} s" if restart else ""),
            flush=True,
        )


def _vectors(dice: np.random.Generator, centres: Vector, number: int) -> Iterator[Vector]:
    for _ in range(number):
        vector = centres[dice.integers(CLUSTERS)] + dice.normal(size=DIMS) * 1.2
        yield (vector / np.linalg.norm(vector)).astype(np.float32)


def _fill(store: Store, layout: Layout, vectors: Iterator[Vector]) -> None:
    """Write passages. One in ten is in the folder `tenth`, one in a hundred in `hundredth`."""
    client = store._client
    pipe = client.pipeline(transaction=False)
    for n, vector in enumerate(vectors):
        folder = "hundredth" if n % 100 == 1 else "tenth" if n % 10 == 0 else "other"
        place = places("/library", f"{folder}/{n}.txt")
        doc = f"{n:016x}"
        fields = {"doc": doc, "n": 0, "kind": "text", "place": place, "size": 1000, "date": n}
        pipe.hset(piece_key(TEXT, doc, 0), mapping=fields | layout.encoded({VECTOR: vector}))  # type: ignore[arg-type]
        if n % _BATCH == 0:
            pipe.execute()
    pipe.execute()


def _times(
    store: Store, generation: Generation, searches: list[Vector], where: Filters
) -> tuple[float, float]:
    condition, index = filters.condition(where), generation.index_name(TEXT)
    times = []
    for vector in searches:
        command = queries.nearest(TEXT, VECTOR, vector, _DEPTH, condition, generation, index=index)
        times.append(timed(lambda command=command: store.ask([command])) * 1000)
    return float(np.median(times)), float(np.percentile(times, 95))


def _first(store: Store, generation: Generation, vector: Vector) -> set[str]:
    index, everything = generation.index_name(TEXT), filters.everything()
    command = queries.nearest(TEXT, VECTOR, vector, _FIRST, everything, generation, index=index)
    (found,) = store.ask([command])
    return {candidate.doc for candidate in found or ()}


def restarted(settings: Settings, store: Store, index: str) -> float:
    """Stop the engine and start it. Returns the seconds until it has the whole index again."""
    store.close()
    engine.stop(settings)
    started = time.perf_counter()
    # The server answers before it has built an index of its hashes again.
    client = Store.open(settings)._client
    while int(client.ft(index).info()["indexing"]):
        time.sleep(0.05)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
