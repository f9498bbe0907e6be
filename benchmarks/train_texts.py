"""Measure what `semsearch train-texts` gains: learn from half of a collection's queries, search the others.

    python -m benchmarks.train_texts UNRELATED FOLDER...   (BEIR layout: corpus.jsonl, queries.jsonl, qrels)

Each FOLDER becomes a library of its own. The queries with odd numbers are learned from by the command, and
those with even ones measured with the search that users have, before and after; then the other way round.
False alarms are the queries of UNRELATED, another collection, for which a clear match is found by meaning.
Kept are the measured queries with a clear match by meaning, among ten, that answers them. Both say whether
the line of relevance holds.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.running import Installation, installation
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.measure import measure
from semsearch.models.loaded import Models
from semsearch.query import MAX_CHARACTERS, Mode, Query
from semsearch.results import CLEAR, Hit, Results
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store

_UNRELATED = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("unrelated", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    arguments = parser.parse_args()
    unrelated = list(load(arguments.unrelated).queries.values())[:_UNRELATED]
    for folder in arguments.folders:
        collection = load(folder)
        with tempfile.TemporaryDirectory() as work:
            files = Path(work, "files")
            collection.write(files)
            with installation(Path(work), SEMSEARCH_OCR="off", SEMSEARCH_EXPLORE="off") as installed:
                installed.run("ingest", str(files))
                _measure(installed, collection, unrelated, Path(work, "pairs.csv"))


def _measure(installed: Installation, collection: Dataset, unrelated: list[str], pairs: Path) -> None:
    odd, even = (
        _part(collection, [query for query in collection.queries if int(query) % 2 == rest])
        for rest in (1, 0)
    )
    for name, taught, asked in (("odd to even", odd, even), ("even to odd", even, odd)):
        before = _figures(installed, asked, unrelated)
        _write(taught, pairs)
        seconds, output = installed.run("train-texts", str(pairs), "--json")
        learned = json.loads(output)
        after = _figures(installed, asked, unrelated)
        installed.run("train-texts", "--forget")
        kept = "kept" if learned["head"] else "not kept"
        print(
            f"{collection.name}, {name}: {learned['queries']} queries with {learned['pairs']} answers, "
            f"{seconds:.1f} s\n"
            f"  held out: {learned['before']:.4f} to {learned['after']:.4f} "
            f"(error of the gain {learned['error']:.4f}), {kept}",
            flush=True,
        )
        for figure, was in before.items():
            print(f"  {figure:24} {was:.4f} {after[figure]:.4f}  {after[figure] - was:+.4f}", flush=True)


def _part(collection: Dataset, queries: list[str]) -> Dataset:
    return replace(
        collection,
        queries={query: collection.queries[query] for query in queries},
        judged={query: collection.judged[query] for query in queries},
    )


def _write(collection: Dataset, file: Path) -> None:
    """The judgements as rows of a query and a path."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        for query, grades in collection.judged.items():
            for doc, grade in grades.items():
                if grade > 0:
                    rows.writerow([collection.queries[query], f"{doc}.txt"])


def _figures(installed: Installation, asked: Dataset, unrelated: list[str]) -> dict[str, float]:
    store, models = Store.open(installed.settings), Models(installed.settings)
    found = measure(asked, store, models, lambda *_: None)
    figures = {f"nDCG@10, {mode}": each.measures["nDCG@10"] for mode, each in found.items()}
    searcher = Searcher(store, models)

    def search(text: str) -> Results:
        return searcher.search(Query(text[:MAX_CHARACTERS], mode=Mode.MEANING, limit=10))

    def clear(text: str) -> list[Hit]:
        return [hit for hit in search(text).hits if (hit.relevance or 0.0) >= CLEAR]

    alarms = [bool(clear(text)) for text in unrelated]
    kept = []
    for query, text in asked.queries.items():
        answers = asked.judged[query]
        kept.append(any(answers.get(asked.document_of(hit.path), 0) > 0 for hit in clear(text)))
    store.close()
    return figures | {"false alarms": sum(alarms) / len(alarms), "kept": sum(kept) / len(kept)}


if __name__ == "__main__":
    main()
