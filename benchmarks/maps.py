"""How well a map keeps neighbours, against umap-learn's defaults, and how long large maps take.

    python -m benchmarks.maps VECTORS            # quality; pip install umap-learn
    python -m benchmarks.maps --made 100000      # time and memory

VECTORS has what benchmarks/explored_vectors.py writes. Each set is projected by `semsearch.explore` and
by umap-learn. Trustworthiness (Venna and Kaski 2001) is 1 where the 15 nearest on the map are near in the
vectors too; "kept" is the share of the 15 nearest by vectors that are among the 15 nearest on the map. Both
are by Euclidean distance of the unit vectors, over a sample of 3,000 points. Then a tenth of the documents is
placed on a map of the others. --made times made-up vectors of 300 groups in 384 dimensions: the components
and the projection, and then 1,000 more.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.explored_vectors import read
from semsearch.explore.fit import Fit
from semsearch.models.vectors import unit
from semsearch.records import Kind, Vectors

_NEIGHBOURS, _SAMPLE, _SETS = 15, 3000, (("scifact", "cisi"), ("caltech.looks",))
Ranks = npt.NDArray[np.intp]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path, nargs="?")
    parser.add_argument("--made", type=int, default=0, help="time this many made-up vectors")
    arguments = parser.parse_args()
    if arguments.vectors:
        for names in _SETS:
            vectors = np.concatenate([read(arguments.vectors, name).vectors for name in names])
            _compare(" + ".join(names), vectors)
    if arguments.made:
        _time(arguments.made)


def _compare(name: str, vectors: Vectors) -> None:
    import umap

    started, cpu = time.perf_counter(), time.process_time()
    ours = _fitted(vectors).places
    print(f"{name}, {len(vectors):,} documents: {_quality(vectors, ours)}{_took(started, cpu)}", flush=True)
    started, cpu = time.perf_counter(), time.process_time()
    theirs = umap.UMAP(random_state=0).fit_transform(vectors)
    print(f"{name}, umap-learn: {_quality(vectors, theirs)}{_took(started, cpu)}", flush=True)
    is_new = np.arange(len(vectors)) % 10 == 0
    fit = _fitted(vectors[~is_new])
    places = np.empty_like(ours)
    places[~is_new], places[is_new] = fit.places, fit.place(Kind.TEXT, vectors[is_new])
    new = np.flatnonzero(is_new)
    print(f"{name}, a tenth of them placed later: {_quality(vectors, places, new)} for these", flush=True)


def _fitted(vectors: Vectors) -> Fit:
    docs = [f"{n:016x}" for n in range(len(vectors))]
    return Fit.of({Kind.TEXT: docs}, {Kind.TEXT: vectors}, {})


def _quality(vectors: Vectors, places: Vectors, rows: Ranks | None = None) -> str:
    """Trustworthiness, and the share of neighbours kept, over a sample of rows."""
    n, k = len(vectors), _NEIGHBOURS
    if rows is None:
        rows = np.random.default_rng(0).permutation(n)[:_SAMPLE]
    penalty, kept = 0, 0
    for row in rows:
        far = np.square(vectors - vectors[row]).sum(axis=1)
        near = np.square(places - places[row]).sum(axis=1)
        far[row] = near[row] = -1  # each is its own nearest
        ranks = np.empty(n, np.intp)
        ranks[np.argsort(far, kind="stable")] = np.arange(n)
        on_map = np.argpartition(near, k)[: k + 1]
        on_map = ranks[on_map[on_map != row]][:k]
        penalty += int(np.maximum(on_map - k, 0).sum())
        kept += int((on_map <= k).sum())
    trust = 1 - 2 * penalty / (len(rows) * k * (2 * n - 3 * k - 1))
    return f"trustworthiness {trust:.4f}, kept {kept / (len(rows) * k):.3f}"


def _time(number: int) -> None:
    drawn = np.random.default_rng(1)
    middles = drawn.normal(size=(300, 384)).astype(np.float32)
    vectors = np.empty((number + 1000, 384), np.float32)
    for start in range(0, len(vectors), 10_000):
        part = vectors[start : start + 10_000]
        noise = drawn.normal(size=part.shape) * drawn.uniform(0.5, 1.5, size=(len(part), 1))
        part[:] = unit((middles[drawn.integers(0, 300, len(part))] + noise).astype(np.float32))
    started, cpu = time.perf_counter(), time.process_time()
    fit = _fitted(vectors[:number])
    print(
        f"{number:,} made-up vectors: first map{_took(started, cpu)}; {_memory():.2f} GB at most", flush=True
    )
    started, cpu = time.perf_counter(), time.process_time()
    kept = fit.packed()
    print(f"kept in {len(kept) / 1e6:.1f} MB{_took(started, cpu)}", flush=True)
    started, cpu = time.perf_counter(), time.process_time()
    again = Fit.unpacked(kept)
    assert again is not None
    again.place(Kind.TEXT, vectors[number:])
    print(f"1,000 more placed{_took(started, cpu)}", flush=True)


def _took(started: float, cpu: float) -> str:
    return f" in {time.perf_counter() - started:.1f} s ({time.process_time() - cpu:.1f} s of processor)"


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


if __name__ == "__main__":
    main()
