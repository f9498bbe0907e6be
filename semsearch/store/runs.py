"""The results of past runs: a stream for runs of ingestion, and one for each evaluated collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import redis

from semsearch.store import keys
from semsearch.store.failures import maps_errors

# The entries that a stream keeps: enough for years of nightly runs.
_KEPT = 1000


@maps_errors
class Runs:
    """Appends to the streams and reads their latest entries. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def log(self, counts: Iterable[tuple[str, int | float]]) -> None:
        """Append the counts of a run of ingestion."""
        self._append(keys.RUNS, dict(counts))

    def last(self) -> dict[str, str]:
        """The counts of the latest run of ingestion, as strings; empty before the first run."""
        entries: Any = self._client.xrevrange(keys.RUNS, count=1)
        return {name.decode(): value.decode() for _, entry in entries for name, value in entry.items()}

    def keep_evaluation(self, dataset: str, figures: Mapping[str, Any]) -> None:
        """Append the figures of an evaluation on a judged collection."""
        self._append(keys.evals_key(dataset), {"figures": json.dumps(figures)})

    def last_evaluation(self, dataset: str) -> dict[str, Any] | None:
        """The figures of the latest evaluation; None before the first."""
        entries: Any = self._client.xrevrange(keys.evals_key(dataset), count=1)
        return json.loads(entries[0][1][b"figures"]) if entries else None

    def _append(self, stream: str, entry: Any) -> None:
        self._client.xadd(stream, entry, maxlen=_KEPT, approximate=True)
