"""What does a write cost on a cluster, against a single server?

    python -m benchmarks.cluster [--turns 100]

Starts three nodes of the embedded server as a cluster, and one as a single server, both without indexes. Puts
batches of made-up documents into both in turns, and prints the median time of a batch in milliseconds. On the
single server a batch is one transaction; on the cluster, each document is one, and takes a part for what is
due and one for the counts.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.hybrid_speed import made_up
from benchmarks.running import median, timed
from semsearch.settings import Settings
from semsearch.store.store import Store
from tests.clusters import Node, cluster

_DIMS = 384


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        folder = Path(temporary)
        alone = Node(folder / "alone", "--save", "", "--appendonly", "yes")
        try:
            (folder / "nodes").mkdir()
            with cluster(folder / "nodes") as nodes:
                _measure(folder, alone.port, nodes[0].port, options.turns)
        finally:
            alone.close()


def _measure(folder: Path, alone: int, node: int, turns: int) -> None:
    sentences = [f"Sentence number {n} of the library." for n in range(1000)]
    urls = [f"redis://127.0.0.1:{port}/0" for port in (alone, node)]
    with (
        closing(Store.open(Settings(home=folder, redis_url=urls[0]))) as single,
        closing(Store.open(Settings(home=folder, redis_url=urls[1]))) as spread,
    ):
        for passages in (4, 20, 200):
            entries = made_up(_DIMS, sentences, passages)
            times = [
                [timed(partial(store.documents.replace, entries, {})) for store in (single, spread)]
                for _ in range(turns)
            ]
            one, three = (1000 * median(list(each)) for each in zip(*times, strict=True))
            print(f"{len(entries)} documents with {passages} passages: {one:.2f}, {three:.2f} ms")


if __name__ == "__main__":
    main()
