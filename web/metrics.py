"""Metrics for Prometheus: requests are counted as they happen, the library when Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from semsearch.errors import ForbiddenError, SemsearchError
from web.library import Library
from web.library_metrics import LibraryFigures
from web.quantiles import Latency, latency
from web.waiting_room import REASONS, WaitingRoom

# The name of the latency of whole searches, and their stages in order.
SEARCH, STAGES = "search", ("embed", "retrieve", "rank", "page")
_STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one application. Two applications in one process share nothing."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._searches = Histogram(
            "semsearch_search_seconds",
            "Time to answer a request that searches",
            registry=self._registry,
            buckets=_STAGE_BUCKETS,
        )
        self._requests = Counter(
            "semsearch_requests_total", "Requests answered", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "semsearch_request_seconds", "Time to answer a request", ("route",), registry=self._registry
        )
        self._stages = Histogram(
            "semsearch_stage_seconds",
            "Time that a stage of a request took",
            ("stage",),
            registry=self._registry,
            buckets=_STAGE_BUCKETS,
        )
        self._library = LibraryFigures()
        self._registry.register(self._library)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def observe_search(self, seconds: float) -> None:
        self._searches.observe(seconds)

    def observe_stage(self, stage: str, seconds: float) -> None:
        self._stages.labels(stage).observe(seconds)

    def latencies(self) -> list[Latency]:
        """How long searches took since the server began, and then each of their stages that ran."""
        (searches,), (stages,) = self._searches.collect(), self._stages.collect()
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in (SEARCH, *STAGES)}
        for sample in [*searches.samples, *stages.samples]:
            if sample.name.endswith("_bucket"):
                name = sample.labels.get("stage", SEARCH)
                found.setdefault(name, []).append((float(sample.labels["le"]), sample.value))
        return [each for name, buckets in found.items() if (each := latency(name, buckets)) is not None]

    def watch(self, rooms: Mapping[str, WaitingRoom]) -> None:
        """Add the figures of the waiting rooms, by their names."""
        self._registry.register(_Rooms(rooms))

    def exposition(self, library: Library) -> bytes:
        """All metrics in the text format of Prometheus. Those of the library are left out without Redis.

        Raises ForbiddenError when the caller may not see the counts of the library.
        """
        try:
            self._library.overview = library.overview()
        except ForbiddenError:
            raise
        except SemsearchError:
            self._library.overview = None
        return generate_latest(self._registry)


class _Rooms(Collector):
    """The figures of the waiting rooms, read when Prometheus asks."""

    def __init__(self, rooms: Mapping[str, WaitingRoom]) -> None:
        self._gates = rooms

    def collect(self) -> Iterator[Metric]:
        running = GaugeMetricFamily("semsearch_turns_running", "Requests that have a turn", labels=("room",))
        waiting = GaugeMetricFamily("semsearch_turns_waiting", "Requests that wait", labels=("room",))
        refused = CounterMetricFamily(
            "semsearch_turns_refused",
            "Requests refused: no place, a greedy address, no turn in time, or a client that had gone",
            labels=("room", "reason"),
        )
        for name, room in self._gates.items():
            running.add_metric([name], room.running)
            waiting.add_metric([name], room.waiting)
            for reason in REASONS:
                refused.add_metric([name, reason], room.refused[reason])
        yield from (running, waiting, refused)
