"""How should similarity and words be added? Several ways, on judged collections, all from the same scores.

    python -m benchmarks.fusion FOLDER...     (BEIR layout)

Each collection is indexed as `semsearch eval` does it, and stays indexed below SEMSEARCH_HOME. Similarities
are exact; BM25 is Redis's, over whole documents, in semsearch's terms. Prints nDCG@10 of each way, and what
is lost by looking only so deep as a search does.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from semsearch.records import Kind, State
from semsearch.search.relevance import Calibration, by_words, is_clear
from semsearch.search.term_weights import Counts
from semsearch.settings import Settings
from semsearch.store import filters, queries
from semsearch.store.store import Store

Scores = npt.NDArray[np.float64]
_SHOWN = 100
_FAR = 1000.0


@dataclass(frozen=True)
class Asked:
    """One query: each document's similarity, of its nearest passage, and BM25; the most BM25 there can be."""

    query: str
    similarity: Scores
    bm25: Scores
    most: float
    calibration: Calibration

    @property
    def coverage(self) -> Scores:
        return np.minimum(1, self.bm25 / self.most) if self.most else self.bm25

    @property
    def near(self) -> Scores:
        """Similarity in spreads above what chance finds, as semsearch adds it."""
        scale = self.calibration.similarity
        return (self.similarity - scale.middle) / scale.spread


def minmax(scores: Scores, depth: int = 200) -> Scores:
    best = np.sort(scores)[-depth:]
    return np.clip((scores - best[0]) / (best[-1] - best[0] + 1e-9), 0, 1)


def by_rank(scores: Scores) -> Scores:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
    return 1 / (60 + ranks)


def cut(scores: Scores, depth: int) -> Scores:
    """What is known when a leg returns `depth` documents: for others, the score of the last."""
    if len(scores) <= depth:
        return scores
    return np.maximum(scores, np.partition(scores, -depth)[-depth])


def added(asked: Asked, weight: float, power: float = 0.5) -> Scores:
    return np.maximum(asked.near, 0) + weight * asked.coverage**power


def clear_first(asked: Asked) -> Scores:
    """As a search does it: by words and similarity together, but first what clearly matches by either."""
    standing = np.maximum(asked.near, [by_words(part) if part else -math.inf for part in asked.coverage])
    return added(asked, 10) + _FAR * np.array([is_clear(each) for each in standing])


WAYS: dict[str, Callable[[Asked], Scores]] = {
    "meaning alone": lambda asked: asked.similarity,
    "words alone": lambda asked: asked.bm25,
    "reciprocal ranks, 60": lambda asked: by_rank(asked.similarity) + by_rank(asked.bm25),
    "min-max sum, 200 deep": lambda asked: minmax(asked.similarity) + minmax(asked.bm25),
    **{
        f"spreads + {weight} x coverage": lambda asked, weight=weight: added(asked, weight, 1)
        for weight in (6, 10, 14)
    },
    **{
        f"spreads + {weight} x root of coverage": lambda asked, weight=weight: added(asked, weight)
        for weight in (6, 8, 10, 12, 14)
    },
    "... clear matches first": clear_first,
    **{
        f"... {depth} deep": lambda asked, depth=depth: (
            np.maximum(cut(asked.near, depth), 0)
            + 10 * np.sqrt(np.where(asked.bm25 >= cut(asked.bm25, depth).min(), asked.coverage, 0))
        )
        for depth in (50, 200)
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    datasets = [load(folder) for folder in parser.parse_args().folders]
    columns = [_figures(dataset) for dataset in datasets]
    print(f"{'nDCG@10':36}" + "".join(f"{dataset.name:>10}" for dataset in datasets) + "      mean")
    for way in WAYS:
        values = [column[way] for column in columns]
        print(f"{way:36}" + "".join(f"{value:10.4f}" for value in [*values, sum(values) / len(values)]))


def _figures(dataset: Dataset) -> dict[str, float]:
    settings = Settings()
    with home_of(dataset, settings) as (own, files):
        store, models = Store.open(own), Models(own)
        ingest([files], own, store, models, Silent())
        documents, rows = _index(dataset, store, models)
    found: dict[str, float] = {}
    for way, fuse in WAYS.items():
        run = {}
        for asked in rows:
            scores = fuse(asked)
            best = np.argsort(-scores, kind="stable")[:_SHOWN]
            run[asked.query] = {documents[place]: float(-rank) for rank, place in enumerate(best)}
        found[way] = score(dataset, run)["nDCG@10"]
    return found


def _index(dataset: Dataset, store: Store, models: Models) -> tuple[list[str], list[Asked]]:
    records = [record for record in store.ledger if record.state is State.INDEXED]
    places = {record.doc: place for place, record in enumerate(records)}
    vectors = [store.ledger.vectors(record) for record in records]
    owners = np.repeat(np.arange(len(records)), [len(each) for each in vectors])
    matrix = np.concatenate([np.stack(each) for each in vectors])
    return [dataset.document_of(record.path) for record in records], list(
        _asked(dataset, store, models, places, owners, matrix)
    )


def _asked(
    dataset: Dataset,
    store: Store,
    models: Models,
    places: dict[str, int],
    owners: npt.NDArray[np.int64],
    matrix: npt.NDArray[np.float32],
) -> Iterator[Asked]:
    counts, calibration = Counts(store), store.calibrations()[Kind.TEXT]
    for query, text in dataset.queries.items():
        wording = read(text[:2000])
        similarity, bm25 = np.full(len(places), -math.inf), np.zeros(len(places))
        vector = models.text().embed([wording.text], query=True)[0]
        np.maximum.at(similarity, owners, (matrix @ vector).astype(np.float64))
        weighed = counts.weigh(wording.terms)
        command = queries.matching(weighed.terms, len(places), filters.everything())
        for match in queries.ask(store.client, [command])[0].best:
            bm25[places[match.doc]] = match.score
        yield Asked(query, similarity, bm25, weighed.most, calibration.for_question(vector))


if __name__ == "__main__":
    main()
