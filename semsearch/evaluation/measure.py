"""Measure a judged collection with the search that users have."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from semsearch.evaluation.datasets import Dataset
from semsearch.models.loaded import Models
from semsearch.query import MAX_CHARACTERS, MAX_LIMIT, Mode, Query
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import TUNING, Tuning
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.schema import TEXT
from semsearch.store.store import Store

# Each measure is a mean over the queries: https://ir-measur.es/en/latest/measures.html
MEASURES = ("nDCG@10", "AP", "R@10", "R@100", "RR@10", "P@10")
# Where a query has one answer, the share of queries whose first hit it is says more than the precision.
MEASURES_OF_PAIRS = (*MEASURES[:-1], "Success@1")
MODES = (Mode.WORDS, Mode.MEANING, Mode.HYBRID)
# The name for meaning with an approximate index.
APPROXIMATE = "approximate"

_FIRST = 10

Run = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Figures:
    """The results of one mode: `measures` by name, and the milliseconds for a query.

    `incomplete` counts the queries that Redis answered in part. `recall` is the share of the exact index's
    first ten documents that the approximate index has among its first ten.
    """

    measures: Mapping[str, float]
    p50_ms: float
    p95_ms: float
    incomplete: int = 0
    recall: float | None = None


def measure(
    dataset: Dataset,
    store: Store,
    models: Models,
    watch: Callable[[int, int], None],
    *,
    approximate: bool = False,
    tuning: Tuning = TUNING,
) -> dict[str, Figures]:
    """Put all queries in all modes; with `approximate`, to an approximate index too, which is built for it.

    `watch` is called with the queries done and their total. Raises ModelError,
    FingerprintError and RedisError.
    """
    total = len(dataset.queries) * (len(MODES) + approximate)
    found: dict[str, Figures] = {}
    runs: dict[str, Run] = {}

    def put(name: str, mode: Mode) -> None:
        before = len(found) * len(dataset.queries)
        # A searcher caches the vectors of queries and document frequencies, so each mode gets a new one.
        searcher = Searcher(store, models, tuning)
        runs[name], found[name] = _run(dataset, searcher, mode, lambda done: watch(before + done, total))

    if approximate:
        # An evaluation that was killed may have left an approximate index in use.
        model = models.text()
        store.prepare_index(TEXT, Fingerprint.of_texts(model.id, model.dims))
        store.statistics.wait_for_collector()
    for mode in MODES:
        put(mode.value, mode)
    if approximate:
        with store.approximated(TEXT):
            put(APPROXIMATE, Mode.MEANING)
        recall = _recall(runs[Mode.MEANING.value], runs[APPROXIMATE])
        found[APPROXIMATE] = replace(found[APPROXIMATE], recall=recall)
    return found


def _run(
    dataset: Dataset, searcher: Searcher, mode: Mode, watch: Callable[[int], None]
) -> tuple[Run, Figures]:
    """Search for all queries in one mode. `watch` is called with the queries done."""
    run: dict[str, dict[str, float]] = {}
    times, incomplete = [], 0
    for query, text in dataset.queries.items():
        results = searcher.search(Query(text[:MAX_CHARACTERS], mode=mode, limit=MAX_LIMIT, copies=True))
        hits = [dataset.document_of(hit.path, hit.root) for hit in results.hits]
        run[query] = {doc: float(-rank) for rank, doc in reversed([*enumerate(hits)])}
        times.append(results.took_ms)
        incomplete += not results.complete
        watch(len(times))
    return run, Figures(score(dataset, run), statistics.median(times), _p95(times), incomplete)


def _recall(exact: Run, approximate: Run) -> float:
    first = [({*_first(exact[query])}, {*_first(approximate[query])}) for query in exact]
    return statistics.mean(len(wanted & got) / max(1, len(wanted)) for wanted, got in first)


def _first(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=scores.__getitem__, reverse=True)[:_FIRST]


def score(dataset: Dataset, run: Run) -> dict[str, float]:
    """The measures of a run: query id to {document: score}."""
    import ir_measures

    wanted = [ir_measures.parse_measure(name) for name in (*MEASURES, MEASURES_OF_PAIRS[-1])]
    judged = {query: dataset.judged[query] for query in dataset.queries}
    found = ir_measures.calc_aggregate(wanted, judged, run)
    return {str(name): float(found[name]) for name in wanted}


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]
