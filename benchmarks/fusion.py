"""Compare ways to combine similarity and words, on judged collections and with the same scores.

    python -m benchmarks.fusion FOLDER... [--tune NAME=VALUE ...]     (BEIR layout)

Each collection is indexed in the same way as by `semsearch eval`, and stays indexed below SEMSEARCH_HOME. The
similarities are exact. Redis computes BM25 over the terms of whole documents. The benchmark prints the
nDCG@10 of ways from the literature, and of the ranking of semsearch with several values of its Tuning. A leg
has 1,000 candidates unless the row gives another depth.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.run import ingest
from semsearch.cli.show_ingest import Silent
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.homes import home_of
from semsearch.evaluation.measure import score
from semsearch.language.query_syntax import read
from semsearch.models.loaded import Models
from semsearch.query import LegName
from semsearch.records import Kind, State, Vector
from semsearch.search.rank import CoveredDocument, Ranking, rank
from semsearch.search.relevance import Scales, scales_of_words
from semsearch.search.term_weights import TermWeights, Weighed
from semsearch.search.tuning import Tuning
from semsearch.settings import Settings
from semsearch.store import filters, queries
from semsearch.store.replies import Candidate
from semsearch.store.schema import TEXT
from semsearch.store.store import Store
from semsearch.store.word_filters import Sought

Scores = npt.NDArray[np.float64]
# Documents, best first, as positions in the list of all documents.
Order = Sequence[int]

_SHOWN = 100
_DEPTH = 1000


@dataclass(frozen=True)
class Passages:
    """The vectors of all passages. `owners` has the place of the document of each one, among `documents`."""

    vectors: npt.NDArray[np.float32]
    owners: npt.NDArray[np.int64]
    documents: int

    def similarity(self, vector: Vector) -> Scores:
        """The similarity of the nearest passage of each document."""
        found = np.full(self.documents, -math.inf)
        np.maximum.at(found, self.owners, (self.vectors @ vector).astype(np.float64))
        return found


@dataclass(frozen=True)
class Asked:
    """One query, with the similarity of the nearest passage and the BM25 score of each document."""

    query: str
    vector: Vector
    passages: Passages
    similarity: Scores
    bm25: Scores
    weighed: Weighed
    scales: Scales


def by_score(scores: Scores) -> Order:
    return [int(place) for place in np.argsort(-scores, kind="stable")]


def minmax(scores: Scores, depth: int = 200) -> Scores:
    best = np.sort(scores)[-depth:]
    return np.clip((scores - best[0]) / (best[-1] - best[0] + 1e-9), 0, 1)


def reciprocal_rank(scores: Scores) -> Scores:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
    return 1 / (60 + ranks)


def ranked(asked: Asked, tuning: Tuning, depth: int = _DEPTH) -> Order:
    """The ranking of semsearch, with `depth` candidates in each leg."""
    near = by_score(asked.similarity)[:depth]
    candidates = [
        Candidate(str(place), Kind.TEXT, TEXT, 0, 1 - float(asked.similarity[place])) for place in near
    ]
    covered = {
        str(place): CoveredDocument(Kind.TEXT, asked.weighed.coverage(float(asked.bm25[place])))
        for place in by_score(asked.bm25)[:depth]
        if asked.bm25[place] > 0
    }
    more = len(near) < len(asked.similarity)
    rankings = [Ranking(LegName.MEANING, Kind.TEXT, candidates, more)]
    return [int(document.doc) for document in rank(rankings, covered, asked.scales, tuning)]


def ways(tuning: Tuning) -> dict[str, Callable[[Asked], Order]]:
    """The ways to add similarity and words, by what the table calls them."""
    summed = replace(tuning, clear_first=0)
    return {
        "meaning alone": lambda asked: by_score(asked.similarity),
        "words alone": lambda asked: by_score(asked.bm25),
        "reciprocal ranks, 60": lambda asked: by_score(
            reciprocal_rank(asked.similarity) + reciprocal_rank(asked.bm25)
        ),
        "min-max sum, 200 deep": lambda asked: by_score(minmax(asked.similarity) + minmax(asked.bm25)),
        **{
            f"spreads + {weight} x coverage": lambda asked, weight=weight: ranked(
                asked, replace(summed, words_weight=weight, words_power=1)
            )
            for weight in (6, 10, 14)
        },
        **{
            f"spreads + {weight} x root of coverage": lambda asked, weight=weight: ranked(
                asked, replace(summed, words_weight=weight)
            )
            for weight in (6, 8, 10, 12, 14)
        },
        "as in use: clear matches first": lambda asked: ranked(asked, tuning),
        **{
            f"as in use, {depth} deep": lambda asked, depth=depth: ranked(asked, tuning, depth)
            for depth in (50, tuning.depth)
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    datasets = [load(folder) for folder in options.folders]
    orders = ways(Tuning.changed(options.tune))
    print_figures(datasets, orders)


def print_figures(datasets: Sequence[Dataset], orders: dict[str, Callable[[Asked], Order]]) -> None:
    """Print the nDCG@10 of each way for each collection, and the mean of the collections."""
    columns = [_figures(dataset, orders) for dataset in datasets]
    print(f"{'nDCG@10':36}" + "".join(f"{dataset.name:>10}" for dataset in datasets) + "      mean")
    for way in orders:
        values = [column[way] for column in columns]
        print(f"{way:36}" + "".join(f"{value:10.4f}" for value in [*values, sum(values) / len(values)]))


def _figures(dataset: Dataset, orders: dict[str, Callable[[Asked], Order]]) -> dict[str, float]:
    settings = Settings()
    with home_of(dataset, settings) as (own, files):
        store, models = Store.open(own), Models(own)
        ingest([files], own, store, models, Silent())
        store.statistics.wait_for_collector()
        documents, rows = _index(dataset, store, models)
    found: dict[str, float] = {}
    for way, order in orders.items():
        run = {}
        for asked in rows:
            best = order(asked)[:_SHOWN]
            run[asked.query] = {documents[place]: float(-n) for n, place in enumerate(best)}
        found[way] = score(dataset, run)["nDCG@10"]
    return found


def _index(dataset: Dataset, store: Store, models: Models) -> tuple[list[str], list[Asked]]:
    records = [record for record in store.ledger if record.state is State.INDEXED]
    places = {record.doc: place for place, record in enumerate(records)}
    vectors = [store.ledger.vectors(record) for record in records]
    owners = np.repeat(np.arange(len(records)), [len(each) for each in vectors])
    passages = Passages(np.concatenate([np.stack(each) for each in vectors]), owners, len(records))
    asked = _asked(dataset, store, models, places, passages)
    return [dataset.document_of(record.path) for record in records], list(asked)


def _asked(
    dataset: Dataset,
    store: Store,
    models: Models,
    places: dict[str, int],
    passages: Passages,
) -> Iterator[Asked]:
    weights, calibrations = TermWeights(store), store.statistics.calibrations()
    for query, text in dataset.queries.items():
        wording = read(text[:2000])
        vector, bm25 = models.text().embed([wording.text], query=True)[0], np.zeros(len(places))
        weighed = weights.weigh(wording.terms)
        command = queries.matching(tuple(map(Sought, weighed.terms)), len(places), filters.everything())
        for match in store.ask([command])[0].best:
            bm25[places[match.doc]] = match.score
        scales = scales_of_words(calibrations, {Kind.TEXT: vector}, wording.text)
        yield Asked(query, vector, passages, passages.similarity(vector), bm25, weighed, scales)


if __name__ == "__main__":
    main()
