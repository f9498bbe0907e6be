"""How much time do words cost? Hybrid search against meaning alone, among 100,000 passages.

    python -m benchmarks.hybrid_speed FOLDER [--passages 100000]     (BEIR layout)

The library is generated. Its documents have four passages each, made of random sentences from the
collection's documents, with random vectors (exact KNN takes the same time for any vectors). Half of the
collection's queries warm the search up, because a server caches document frequencies. The other queries are
used once each, in the two modes in turn. Prints milliseconds as the search measures them, the median of each
stage of hybrid search, and the memory that the engine takes for each passage. Where other programs take the
processor, the processor time of this process says more: it leaves out the engine's.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.running import median, percentile
from semsearch import stages
from semsearch.evaluation.datasets import load
from semsearch.evaluation.homes import free_port
from semsearch.models.loaded import Models
from semsearch.query import Mode, Query
from semsearch.records import DocumentRecord, Kind, Passage, State
from semsearch.search.searcher import Searcher
from semsearch.search.term_weights import count_common
from semsearch.search.tuning import Tuning
from semsearch.settings import Settings
from semsearch.store.codec import passage_piece
from semsearch.store.engine import engine
from semsearch.store.entries import Entry
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.keys import doc_id
from semsearch.store.schema import DOC, TEXT
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms

_PASSAGES = 4
_SENTENCES = 5
_BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    dataset = load(options.folder)
    sentences = [
        sentence
        for _, text in dataset.corpus.values()
        for sentence in re.split(r"(?<=[.!?]) ", text)
        if sentence
    ]
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port(), image_model="")
        try:
            store, models = Store.open(settings), Models(settings)
            fill(store, models, made_up(models.text().dims, sentences, options.passages))
            memory = (engine.info(settings).memory_mb or 0) * 2**20 / options.passages
            print(f"memory of the engine: {memory / 1000:.1f} kB a passage")
            _measure(Searcher(store, models, Tuning.changed(options.tune)), list(dataset.queries.values()))
        finally:
            engine.stop(settings)


def fill(store: Store, models: Models, entries: Sequence[Entry]) -> None:
    """Write these documents, and wait until they are indexed."""
    store.prepare_index(DOC)
    model = models.text()
    store.prepare_index(TEXT, Fingerprint.of_texts(model.id, model.dims))
    for start in range(0, len(entries), _BATCH):
        store.documents.replace(entries[start : start + _BATCH], {})
    # Indexing in the background must not affect the measurement.
    while any(index.percent_indexed < 100 for index in store.index_status()):
        time.sleep(0.5)
    count_common(store)


def made_up(dims: int, sentences: Sequence[str], passages: int) -> list[Entry]:
    """Documents of four passages each, made of these sentences, with random vectors."""
    return list(_entries(dims, sentences, passages // _PASSAGES))


def _entries(dims: int, sentences: Sequence[str], documents: int) -> Iterator[Entry]:
    chance, vectors = random.Random(0), np.random.default_rng(0)
    for number in range(documents):
        contents = [" ".join(chance.choices(sentences, k=_SENTENCES)) for _ in range(_PASSAGES)]
        passages = [
            Passage(n, content, n * 10_000, n * 10_000 + len(content)) for n, content in enumerate(contents)
        ]
        rows = vectors.normal(size=(_PASSAGES, dims)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        path = f"{number % 100}/{number}.txt"
        record = DocumentRecord(
            doc=doc_id("/made-up", path),
            root="/made-up",
            path=path,
            kind=Kind.TEXT,
            media_type="text/plain",
            size=sum(map(len, contents)),
            mtime_ns=0,
            sha256=str(number),
            title="",
            state=State.INDEXED,
        )
        yield Entry(record, tuple(map(passage_piece, passages, rows)), passage_terms(passages))


def _measure(searcher: Searcher, texts: list[str]) -> None:
    random.Random(0).shuffle(texts)
    warm = len(texts) // 2
    for text in texts[:warm]:
        searcher.search(Query(text))
    took: dict[Mode, list[float]] = {Mode.MEANING: [], Mode.HYBRID: []}
    worked: dict[Mode, list[float]] = {Mode.MEANING: [], Mode.HYBRID: []}
    in_stages: list[dict[str, float]] = []
    for n, text in enumerate(texts[warm:]):
        # Each query in one mode only, so that its vector is not cached by the other.
        mode = (Mode.MEANING, Mode.HYBRID)[n % 2]
        spent: defaultdict[str, float] = defaultdict(float)
        stages.watch(partial(_add, spent))
        started = time.process_time()
        took[mode].append(searcher.search(Query(text, mode=mode)).took_ms)
        worked[mode].append((time.process_time() - started) * 1000)
        if mode is Mode.HYBRID:
            in_stages.append(spent)
    stages.watch(None)
    for mode, times in took.items():
        print(
            f"{mode:8} p50 {median(times):6.1f} ms   p95 {percentile(times, 95):6.1f} ms   of {len(times)}, "
            f"processor {median(worked[mode]):.1f} ms"
        )
    names = ("embed", "retrieve", "rank", "page")
    print("hybrid:", *(f"{name} {median([each[name] for each in in_stages]):.1f} ms" for name in names))
    print(f"hybrid / meaning: {median(took[Mode.HYBRID]) / median(took[Mode.MEANING]):.2f}")


def _add(spent: dict[str, float], name: str, seconds: float) -> None:
    spent[name] += seconds * 1000


if __name__ == "__main__":
    main()
