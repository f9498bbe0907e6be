"""How well is found what does not fit: documents of another collection, and files in a wrong folder?

    python -m benchmarks.odd_ones VECTORS

VECTORS is the folder that benchmarks/explored_vectors.py has filled. Documents of CISI and of TIME, 1 % of
all, are mixed into SciFact: printed is the area under the ROC curve of the distance by which documents are
ranked, and of the local outlier factor and the distance to the tenth neighbour for comparison. Then 2 % of
the documents of a library are moved to another folder, drawn by chance: printed is the share of them among
the first 5 % of the ranking, and the share of moved ones among those that the page shows. The libraries are
Caltech's photos by class, and SciFact, CISI and TIME as three folders. Each is done five times.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.explored_vectors import Collection, read
from semsearch.explore.neighbours import Neighbours, neighbours
from semsearch.explore.odd import COUNTED, Floats, fit, misfiled, own_ones, remoteness
from semsearch.records import Vectors

_TIMES = 5
_MIXED, _MOVED, _FIRST = 0.01, 0.02, 0.05
_TENTH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path)
    vectors: Path = parser.parse_args().vectors
    texts = {name: read(vectors, name) for name in ("scifact", "cisi", "time")}
    for name in ("cisi", "time"):
        _strangers(texts["scifact"].vectors, name, texts[name].vectors)
    _strangers(texts["cisi"].vectors, "scifact into CISI", texts["scifact"].vectors)
    for kind in ("looks", "meaning"):
        photos = read(vectors, f"caltech.{kind}")
        _moved(f"Caltech by {kind}", photos.vectors, photos.labels)
    together = np.concatenate([each.vectors for each in texts.values()])
    _moved("three collections of texts", together, _named(texts))


def _named(texts: dict[str, Collection]) -> npt.NDArray[np.str_]:
    return np.concatenate([np.full(len(each.vectors), name) for name, each in texts.items()])


def _strangers(own: Vectors, name: str, others: Vectors) -> None:
    scores: dict[str, Callable[[Vectors, Neighbours], Floats]] = {
        "distance to a fiftieth of the library": lambda vectors, _: remoteness(vectors),
        "distance to the tenth neighbour": lambda _, near: -near.cosines[:, -1].astype(np.float64),
        "local outlier factor": lambda _, near: _outlier_factors(near),
    }
    areas: dict[str, list[float]] = {name: [] for name in scores}
    for seed in range(_TIMES):
        count = round(_MIXED * len(own))
        chosen = np.random.default_rng(seed).permutation(len(others))[:count]
        vectors = np.concatenate([own, others[chosen]])
        is_strange = np.arange(len(vectors)) >= len(own)
        near = neighbours(vectors, _TENTH)
        for what, score in scores.items():
            areas[what].append(_area(score(vectors, near), is_strange))
    print(f"{count} documents of {name} mixed into {len(own):,}: area under the ROC curve")
    for what, each in areas.items():
        print(f"  {what:40} {np.mean(each):.3f} ({min(each):.3f} to {max(each):.3f})")


def _outlier_factors(near: Neighbours) -> Floats:
    """The local outlier factor (Breunig, Kriegel, Ng and Sander, 2000)."""
    apart = near.distances.astype(np.float64)
    reach = np.maximum(apart, apart[:, -1][near.rows])
    density = 1.0 / np.maximum(reach.mean(axis=1), 1e-9)
    factors: Floats = density[near.rows].mean(axis=1) / density
    return factors


def _area(scores: Floats, is_wanted: npt.NDArray[np.bool_]) -> float:
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    wanted = int(is_wanted.sum())
    beaten = ranks[is_wanted].sum() - wanted * (wanted + 1) / 2
    return float(beaten / wanted / (len(scores) - wanted))


def _moved(name: str, vectors: Vectors, labels: npt.NDArray[np.str_]) -> None:
    near = neighbours(vectors, COUNTED)
    names, own = np.unique(labels, return_inverse=True)
    found, shown, right, told = [], [], [], []
    for seed in range(_TIMES):
        drawn = np.random.default_rng(seed)
        moved = drawn.permutation(len(own))[: round(_MOVED * len(own))]
        folders = own.copy()
        # Another folder, each with the same chance.
        folders[moved] = (own[moved] + drawn.integers(1, len(names), len(moved))) % len(names)
        is_own = own_ones(near, folders, [("/library", str(each)) for each in names])
        fits = fit(near, folders, is_own, np.ones_like(near.rows, dtype=bool))
        first = np.argsort(-fits.score, kind="stable")[: round(_FIRST * len(own))]
        listed = misfiled(fits)
        found.append(np.isin(moved, first).mean())
        shown.append(len(listed) / len(own))
        right.append(np.isin(listed, moved).mean())
        told.append((fits.folder[moved] == own[moved]).mean())
    print(f"{len(moved)} of {len(own):,} documents moved, {name}, {len(names)} folders:")
    print(f"  in the first {_FIRST:.0%}: {np.mean(found):.3f} ({min(found):.3f} to {max(found):.3f})")
    print(f"  the folder that is named is the right one: {np.mean(told):.3f}")
    print(f"  listed: {np.mean(shown):.1%} of the library, of which moved: {np.mean(right):.2f}")


if __name__ == "__main__":
    main()
