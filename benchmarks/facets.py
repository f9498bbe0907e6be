"""How much time do counts take, without and with filters in use? Hybrid search among 100,000 passages.

    python -m benchmarks.facets FOLDER [--passages 100000]     (BEIR layout)

The library is that of benchmarks.hybrid_speed, in 100 folders and from 20 years. Each query is asked with
words that are new to the search, in all cases in turn. A filter in use takes a search of its own for the
counts of its group. Prints milliseconds as the search measures them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.hybrid_speed import fill, made_up
from benchmarks.running import median, percentile
from semsearch.evaluation.datasets import load
from semsearch.evaluation.homes import free_port
from semsearch.language import dates
from semsearch.models.loaded import Models
from semsearch.query import Filters, Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.entries import Entry
from semsearch.store.store import Store

_YEARS = 20
_CASES = {
    "without counts": Query(),
    "counts": Query(facets=True),
    "counts, one folder": Query(facets=True, filters=Filters(path=("7/",))),
    "counts, two folders and a year": Query(
        facets=True, filters=Filters(path=("7/", "8/"), when=(dates.read("2019"),))
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    options = parser.parse_args()
    dataset = load(options.folder)
    sentences = [text for _, text in dataset.corpus.values()]
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        settings = Settings(home=Path(temporary), redis_url="", redis_port=free_port(), image_model="")
        try:
            store, models = Store.open(settings), Models(settings)
            fill(store, models, list(_dated(made_up(models.text().dims, sentences, options.passages))))
            _measure(Searcher(store, models), list(dataset.queries.values()))
        finally:
            engine.stop(settings)


def _dated(entries: Sequence[Entry]) -> Iterator[Entry]:
    for n, entry in enumerate(entries):
        moment = datetime(2005 + n % _YEARS, 1 + n % 12, 1).timestamp()
        yield replace(entry, record=replace(entry.record, mtime_ns=int(moment * 1e9)))


def _measure(searcher: Searcher, texts: list[str]) -> None:
    warm = len(texts) // 2
    for text in texts[:warm]:
        searcher.search(Query(text))
    took: dict[str, list[float]] = {name: [] for name in _CASES}
    for n, text in enumerate(texts[warm:]):
        name = list(_CASES)[n % len(_CASES)]
        took[name].append(searcher.search(replace(_CASES[name], text=text)).took_ms)
    for name, times in took.items():
        print(
            f"{name:31} p50 {median(times):6.1f} ms   p95 {percentile(times, 95):6.1f} ms   of {len(times)}"
        )


if __name__ == "__main__":
    main()
