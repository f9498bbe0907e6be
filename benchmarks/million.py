"""A million vectors: how fast is a search, how long does an index take to build, and a restart?

    python -m benchmarks.million [--vectors 1000000] [--only flat hnsw] [--type float16]

The vectors are made up: 384 numbers, in clusters, a passage for each. Prints for each kind of index: the time
to build it over the stored passages, the memory of the engine, the median and the 95th percentile of the time
of a search for the 10 nearest and for 200, the recall of the 10 nearest, and the time from the start of the
engine until the index is whole. For an approximate index EF_RUNTIME grows until the recall is enough.
`--links` and `--effort` are M and EF_CONSTRUCTION of HNSW. Quiet machine, 8 GB of free memory.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.index_kinds import CLUSTERS, DIMS, restarted
from benchmarks.running import percentile, timed
from semsearch.evaluation.homes import free_port
from semsearch.records import Vector, Vectors
from semsearch.settings import Settings
from semsearch.store import filters, indexes, queries
from semsearch.store.engine import engine
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Algorithm, Generation
from semsearch.store.keys import piece_key
from semsearch.store.layout import Datatype, Layout
from semsearch.store.schema import TEXT, VECTOR
from semsearch.store.store import Store

_BATCH, _SEARCHES, _FIRST, _DEEP = 1000, 200, 10, 200
_REACHES = (10, 20, 50, 100, 200, 400, 800)
# The bars: recall of the 10 nearest, milliseconds of a search, seconds of a restart.
_RECALL, _MOST_MS, _MOST_RESTART = 0.98, 15, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", default=list(Algorithm), choices=list(Algorithm))
    parser.add_argument("--type", default=Datatype.FLOAT16, choices=list(Datatype))
    parser.add_argument("--links", type=int, default=16)
    parser.add_argument("--effort", type=int, default=200)
    options = parser.parse_args()
    indexes.ALGORITHMS[Algorithm.HNSW] |= {"m": options.links, "ef_construction": options.effort}
    print(f"bars: {_MOST_MS} ms at a recall of {_RECALL}, {_MOST_RESTART} s for a restart")
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port())
        try:
            layout = Layout(datatype=Datatype(options.type))
            _measure(settings, options.vectors, layout, [Algorithm(name) for name in options.only])
        finally:
            engine.stop(settings)


def _measure(settings: Settings, size: int, layout: Layout, algorithms: Sequence[Algorithm]) -> None:
    store = Store.open(settings)
    dice = np.random.default_rng(7)
    centres = dice.normal(size=(CLUSTERS, DIMS)).astype(np.float32)
    searches = _vectors(dice, centres, _SEARCHES)
    nearest = _Nearest(searches)
    filled = timed(lambda: _fill(store, layout, dice, centres, size, nearest))
    print(f"{size:,} passages written in {filled:.0f} s, {_memory(store):,.0f} MB", flush=True)
    store.close()
    for algorithm in algorithms:
        generation = Generation(Fingerprint.of_texts("made-up", DIMS), layout, algorithm)
        _measure_index(settings, generation, searches, nearest.docs())


def _measure_index(
    settings: Settings, generation: Generation, searches: Vectors, exact: list[set[str]]
) -> None:
    store = Store.open(settings)
    built = timed(lambda: store.generations.create_index(TEXT, generation))
    print(f"{generation.algorithm}: built in {built:.0f} s, {_memory(store):,.0f} MB", flush=True)
    for reach in _REACHES if generation.algorithm is Algorithm.HNSW else (0,):
        if _report(store, replace(generation, reach=reach), searches, exact) >= _RECALL:
            break
    print(f"  restart {restarted(settings, store, generation.index_name(TEXT)):.0f} s", flush=True)
    store = Store.open(settings)
    store.generations.drop_index(TEXT, generation)
    store.close()


class _Nearest:
    """Finds the 10 nearest of all vectors exactly, batch by batch."""

    def __init__(self, searches: Vectors) -> None:
        self._searches = searches
        self._best = np.full((len(searches), _FIRST), -2.0, np.float32)
        self._numbers = np.zeros((len(searches), _FIRST), np.int64)

    def see(self, first: int, vectors: Vectors) -> None:
        """Take vectors whose passages are numbered from `first` on."""
        similar = np.hstack([self._best, self._searches @ vectors.T])
        shape = (len(self._searches), len(vectors))
        numbers = np.hstack([self._numbers, np.broadcast_to(np.arange(shape[1]) + first, shape)])
        order = np.argsort(-similar, axis=1)[:, :_FIRST]
        self._best = np.take_along_axis(similar, order, axis=1)
        self._numbers = np.take_along_axis(numbers, order, axis=1)

    def docs(self) -> list[set[str]]:
        return [{_doc(number) for number in row} for row in self._numbers.tolist()]


def _vectors(dice: np.random.Generator, centres: Vectors, number: int) -> Vectors:
    noise = dice.normal(size=(number, DIMS)).astype(np.float32)
    rows = centres[dice.integers(CLUSTERS, size=number)] + noise * np.float32(1.2)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _fill(
    store: Store, layout: Layout, dice: np.random.Generator, centres: Vectors, size: int, nearest: _Nearest
) -> None:
    client = store._client
    for first in range(0, size, _BATCH):
        vectors = _vectors(dice, centres, min(_BATCH, size - first))
        nearest.see(first, vectors)
        pipe = client.pipeline(transaction=False)
        for number, vector in enumerate(vectors, start=first):
            fields = {"doc": _doc(number), "n": 0, "kind": "text", "size": 1000, "date": number}
            pipe.hset(piece_key(TEXT, _doc(number), 0), mapping=fields | layout.encoded({VECTOR: vector}))  # type: ignore[arg-type]
        pipe.execute()


def _doc(number: int) -> str:
    return f"{number:016x}"


def _report(store: Store, generation: Generation, searches: Vectors, exact: list[set[str]]) -> float:
    """Print the times of searches, and return the recall of the 10 nearest."""
    few, many, found = [], [], []
    for vector in searches:
        seconds, docs = _searched(store, generation, vector, _FIRST)
        few.append(seconds * 1000)
        found.append(docs)
        many.append(_searched(store, generation, vector, _DEEP)[0] * 1000)
    recall = float(np.mean([len(one & other) / _FIRST for one, other in zip(exact, found, strict=True)]))
    times = ", ".join(
        f"{count} nearest {percentile(times, 50):.1f} and {percentile(times, 95):.1f} ms"
        for count, times in ((_FIRST, few), (_DEEP, many))
    )
    reach = f"EF_RUNTIME {generation.reach}: " if generation.reach else ""
    print(f"  {reach}recall {recall:.3f}, median and p95: {times}", flush=True)
    return recall


def _searched(store: Store, generation: Generation, vector: Vector, k: int) -> tuple[float, set[str]]:
    index = generation.index_name(TEXT)
    command = queries.nearest(TEXT, VECTOR, vector, k, filters.everything(), generation, index=index)
    started = time.perf_counter()
    (found,) = store.ask([command])
    return time.perf_counter() - started, {candidate.doc for candidate in found or ()}


def _memory(store: Store) -> float:
    return float(store._client.info("memory")["used_memory"]) / 2**20


if __name__ == "__main__":
    main()
