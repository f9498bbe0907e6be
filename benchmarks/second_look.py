"""Does a second look find more? The query's vector moves towards its best hits, and Redis is asked again.

    python -m benchmarks.second_look FOLDER... [--share .3] [--tune NAME=VALUE ...]     (BEIR layout)

The collections are indexed and kept as by benchmarks.fusion, and the similarities are exact. The vector of
the second look is the query's vector plus `share` times the mean of three passages, divided by its length:
the three passages that are nearest to the query, or the nearest passage of each of the first three hits of
the hybrid. Prints the nDCG@10 without a second look, with one for every query, and with one only for queries
whose first three hits are clear matches by their similarity.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.fusion import Asked, Order, by_score, print_figures, ranked
from semsearch.evaluation.datasets import load
from semsearch.records import Kind
from semsearch.search.relevance import is_clear
from semsearch.search.tuning import Tuning

_PASSAGES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--share", type=float, action="append", default=[])
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    tuning = Tuning.changed(options.tune)
    orders: dict[str, Callable[[Asked], Order]] = {
        "meaning": lambda asked: by_score(asked.similarity),
        "hybrid": lambda asked: ranked(asked, tuning),
    }
    for share in options.share or (0.15, 0.3):
        orders |= {
            f"meaning, second look {share}": lambda asked, share=share: by_score(
                _again(asked, _nearest(asked), share).similarity
            ),
            f"hybrid, second look {share}": lambda asked, share=share: ranked(
                _again(asked, _nearest(asked), share), tuning
            ),
            f"hybrid, {share}, first hits": lambda asked, share=share: ranked(
                _again(asked, _of_hits(asked, tuning), share), tuning
            ),
            f"hybrid, {share}, where clear": lambda asked, share=share: ranked(
                _again(asked, _nearest(asked), share) if _is_clear(asked, tuning) else asked, tuning
            ),
            f"hybrid, {share}, first hits, where clear": lambda asked, share=share: ranked(
                _again(asked, _of_hits(asked, tuning), share) if _is_clear(asked, tuning) else asked, tuning
            ),
        }
    print_figures([load(folder) for folder in options.folders], orders)


def _nearest(asked: Asked) -> Sequence[int]:
    """The passages that are nearest to the query."""
    return by_score((asked.passages.vectors @ asked.vector).astype(np.float64))[:_PASSAGES]


def _of_hits(asked: Asked, tuning: Tuning) -> Sequence[int]:
    """The nearest passage of each of the first hits of the hybrid."""
    near = asked.passages.vectors @ asked.vector
    owned = [np.flatnonzero(asked.passages.owners == hit) for hit in ranked(asked, tuning)[:_PASSAGES]]
    return [int(passages[np.argmax(near[passages])]) for passages in owned]


def _is_clear(asked: Asked, tuning: Tuning) -> bool:
    """Whether the first hits of the hybrid are clear matches by their similarity."""
    first = ranked(asked, tuning)[:_PASSAGES]
    return all(is_clear(asked.scales.spreads(Kind.TEXT, asked.similarity[hit]), tuning) for hit in first)


def _again(asked: Asked, passages: Sequence[int], share: float) -> Asked:
    """The query with its moved vector. The scale is that of the query as typed."""
    moved = asked.vector + share * asked.passages.vectors[list(passages)].mean(axis=0)
    moved /= np.linalg.norm(moved)
    return replace(asked, vector=moved, similarity=asked.passages.similarity(moved))


if __name__ == "__main__":
    main()
