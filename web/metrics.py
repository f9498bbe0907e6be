"""Metrics for Prometheus: requests are counted as they happen, documents when Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from semsearch.errors import ForbiddenError, SemsearchError
from semsearch.records import State
from web.library import Library


class Metrics:
    """The metrics of one application. Two applications in one process share nothing."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter(
            "semsearch_requests_total", "Requests answered", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "semsearch_request_seconds", "Time to answer a request", ("route",), registry=self._registry
        )
        self._documents = Gauge(
            "semsearch_documents", "Documents by state", ("state",), registry=self._registry
        )
        self._redis_up = Gauge("semsearch_redis_up", "1 when Redis answers", registry=self._registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self, library: Library) -> bytes:
        """All metrics in the text format of Prometheus. The documents are left out while Redis is down.

        Raises ForbiddenError when the caller may not see the counts of the library.
        """
        try:
            documents = library.status().documents
        except ForbiddenError:
            raise
        except SemsearchError:
            self._redis_up.set(0)
            self._documents.clear()
        else:
            self._redis_up.set(1)
            for state in State:
                self._documents.labels(state.value).set(documents.get(state, 0))
        return generate_latest(self._registry)
