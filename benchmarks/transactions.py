"""What does it cost to apply a transaction exactly once?

    python -m benchmarks.transactions [--turns 1000]

Writes made-up documents to an embedded engine with indexes, in three ways in alternation: with MULTI and EXEC
alone, with a turn, and with a turn on the basis of the stored records. Prints the median of each, in
milliseconds.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.hybrid_speed import made_up
from benchmarks.running import median, timed
from semsearch.evaluation.homes import free_port
from semsearch.settings import Settings
from semsearch.store.codec import piece_ids
from semsearch.store.engine import engine
from semsearch.store.entries import Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.hashes import put_piece, put_record
from semsearch.store.keys import piece_key
from semsearch.store.layout import Layout
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store
from semsearch.store.versions import update

_DIMS = 384
_LAYOUTS = {TEXT: Layout()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port())
        try:
            store = Store.open(settings)
            store.prepare_index(DOC)
            store.prepare_index(TEXT, Fingerprint.of_texts("made-up", _DIMS))
            for passages in (4, 20, 200):
                _measure(store, passages, max(10, options.turns // passages))
        finally:
            engine.stop(settings)


def _measure(store: Store, passages: int, turns: int) -> None:
    sentences = [f"Sentence number {n} of the library." for n in range(1000)]
    entries = made_up(_DIMS, sentences, passages)
    docs = [entry.record.doc for entry in entries]
    alone, once, based = [], [], []
    for _ in range(turns):
        alone.append(timed(lambda: _put(store._client.pipeline(), entries).execute()))
        once.append(timed(lambda: store._transactions.run(lambda pipe: _put(pipe, entries))))
        based.append(timed(lambda: update(store._transactions, docs, lambda pipe, _: _put(pipe, entries))))
    times = ", ".join(f"{1000 * median(each):.2f}" for each in (alone, once, based))
    print(f"{len(entries)} documents with {passages} passages: {times} ms")


def _put(pipe: Any, entries: list[Entry]) -> Any:
    for entry in entries:
        record = entry.counted
        put_record(pipe, record, entry.parts[0].terms)
        for (space, n), piece in zip(piece_ids(record), entry.all_pieces, strict=True):
            put_piece(pipe, piece_key(space, record.doc, n), record, n, piece, _LAYOUTS)
    return pipe


if __name__ == "__main__":
    main()
