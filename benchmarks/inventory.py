"""What does it cost to look for what Redis has lost, among 100,000 passages?

    python -m benchmarks.inventory [--passages 100000]

The library is made up, as in benchmarks/hybrid_speed. Prints the time that each search takes to compare the
counts, and the time that a run of ingestion takes to count the ledger, and to hold it against all keys.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.hybrid_speed import made_up
from benchmarks.running import median, timed
from semsearch.evaluation.homes import free_port
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store

_DIMS = 384
_BATCH = 200
_TIMES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port())
        try:
            store = Store.open(settings)
            _fill(store, options.passages)
            census = store.inventory.census()
            search = median([timed(store.inventory.shortages) for _ in range(_TIMES)])
            ledger = median([timed(store.inventory.census) for _ in range(3)])
            run = median([timed(lambda: store.inventory.sweep(census)) for _ in range(3)])
            print(f"a search: {search * 1000:.2f} ms")
            print(f"a run: {ledger:.2f} s for the census, {run:.2f} s for the keys")
        finally:
            engine.stop(settings)


def _fill(store: Store, passages: int) -> None:
    store.prepare_index(DOC)
    store.prepare_index(TEXT, Fingerprint.of_texts("made-up", _DIMS))
    entries = made_up(_DIMS, [f"Sentence number {n} of the library." for n in range(1000)], passages)
    for start in range(0, len(entries), _BATCH):
        store.documents.replace(entries[start : start + _BATCH], {})


if __name__ == "__main__":
    main()
