"""Measure the drift that is told of new documents: by chance alone, and with a part about something else.

    python -m benchmarks.drift VECTORS

VECTORS is the folder of benchmarks/explored_vectors. A tenth of a collection is taken for new. Then a share
of these is replaced by documents of another collection. Each row is the mean of twenty draws, with the share
of draws in which the page says that the new documents are about other things.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from benchmarks.explored_vectors import read
from semsearch.explore.changes import KindDrift
from semsearch.explore.drift import moved
from semsearch.explore.drift_words import is_elsewhere
from semsearch.records import Vectors

_DRAWS = 20
_SHARES = (0.0, 0.05, 0.1, 0.2, 0.5)
_PAIRS = (("scifact", "cisi"), ("cisi", "time"), ("caltech.looks", "flickr.looks"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path)
    folder = parser.parse_args().vectors
    for name, other in _PAIRS:
        vectors, others = read(folder, name).vectors, read(folder, other).vectors
        for share in _SHARES:
            started = time.perf_counter()
            spreads, far, told = _figures(vectors, others, share)
            seconds = (time.perf_counter() - started) / _DRAWS
            print(
                f"{name:14} {share:4.0%} of {other:13} spreads {spreads:6.1f}  far {far:4.0%}  "
                f"told {told:4.0%}  {seconds:.2f} s"
            )


def _figures(vectors: Vectors, others: Vectors, share: float) -> tuple[float, float, float]:
    found = []
    for seed in range(_DRAWS):
        chance = np.random.default_rng(seed)
        order = chance.permutation(len(vectors))
        new = vectors[order[: len(vectors) // 10]].copy()
        replaced = round(share * len(new))
        new[:replaced] = others[chance.choice(len(others), replaced, replace=False)]
        old = vectors[order[len(vectors) // 10 :]]
        apart = moved(old, new)
        drift = KindDrift(len(new), len(old), apart.spreads, apart.far)
        found.append((apart.spreads, apart.far, float(is_elsewhere(drift))))
    spreads, far, told = (statistics.mean(each) for each in zip(*found, strict=True))
    return spreads, far, told


if __name__ == "__main__":
    main()
