"""Figures of a judged collection, through the search that everybody uses."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from semsearch.evaluation.datasets import Dataset
from semsearch.search import MAX_CHARACTERS, MAX_LIMIT, Searcher
from semsearch.types import Mode, Query

# Each is the mean over the queries: https://ir-measur.es/en/latest/measures.html
MEASURES = ("nDCG@10", "AP", "R@10", "R@100", "RR@10", "P@10")
MODES = (Mode.WORDS, Mode.MEANING, Mode.HYBRID)

Run = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one mode reaches: `measures` by name, and milliseconds a query. `incomplete` queries were cut
    short by Redis."""

    measures: Mapping[str, float]
    p50_ms: float
    p95_ms: float
    incomplete: int = 0


def measure(dataset: Dataset, searcher: Searcher, watch: Callable[[int, int], None]) -> dict[Mode, Figures]:
    """Put all queries in all modes. `watch` is told how many of how many are done.

    Raises ModelError, FingerprintError and RedisError, as searching does.
    """
    total = len(dataset.queries) * len(MODES)
    found: dict[Mode, Figures] = {}
    for mode in MODES:
        run: dict[str, dict[str, float]] = {}
        times, incomplete = [], 0
        for query, text in dataset.queries.items():
            results = searcher.search(Query(text[:MAX_CHARACTERS], mode=mode, limit=MAX_LIMIT, copies=True))
            hits = [dataset.document_of(hit.path) for hit in results.hits]
            run[query] = {doc: float(-rank) for rank, doc in reversed([*enumerate(hits)])}
            times.append(results.took_ms)
            incomplete += not results.complete
            watch(len(found) * len(dataset.queries) + len(times), total)
        found[mode] = Figures(score(dataset, run), statistics.median(times), _p95(times), incomplete)
    return found


def score(dataset: Dataset, run: Run) -> dict[str, float]:
    """The measures of a run: query id to {document: score}."""
    import ir_measures

    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = {query: dataset.judged[query] for query in dataset.queries}
    found = ir_measures.calc_aggregate(wanted, judged, run)
    return {str(name): float(found[name]) for name in wanted}


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]
