"""The run that goes on, and the results of past runs: of ingestion, and of each evaluated collection."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any, cast

import redis

from semsearch.overview import PastRun
from semsearch.progress import Activity, Phase, RunProgress
from semsearch.store import keys
from semsearch.store.codec import as_bytes
from semsearch.store.failures import maps_errors
from semsearch.store.schema import DOC
from semsearch.store.transactions import Transactions
from semsearch.store.waiting import impatient

# The entries that a stream keeps: enough for years of nightly runs.
_KEPT = 1000
# Entries in one reply.
_BATCH = 50
# The field of an entry that marks a run over single paths.
_OF_PATHS = "of_paths"
# Redis forgets the progress after this time, in seconds, if no run writes it again. A run writes it once a
# second, but it may have to wait for a processor, or for a Redis that is busy.
_ALIVE = 10


@maps_errors
class Runs:
    """Keeps the progress of the run, and the results of past runs. Every method raises RedisError.

    What keeps the progress does not wait for Redis.
    """

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        # A report of progress is not worth a wait: another one comes in a second.
        self._impatient = impatient(client)

    def log(self, counts: Iterable[tuple[str, int | float]], *, whole: bool = True) -> None:
        """Append the counts of a run of ingestion over `whole` folders, or over single paths."""
        self._append(keys.RUNS, dict(counts) | ({} if whole else {_OF_PATHS: 1}))

    def last(self) -> dict[str, str]:
        """The counts of the latest run over whole folders, as strings; empty before the first one."""
        entry = next((entry for _, entry in self._entries() if not _is_of_paths(entry)), {})
        return {name.decode(): value.decode() for name, value in entry.items()}

    def ended(self) -> float:
        """When the latest run over whole folders ended, in seconds since 1970 by the clock of Redis.

        0 before the first one.
        """
        return next((_moment(key) for key, entry in self._entries() if not _is_of_paths(entry)), 0.0)

    def past(self, most: int) -> list[PastRun]:
        """The latest runs that changed something, or after which other files failed, the latest first."""
        found, failed = [], 0
        for run in reversed([_past(key, entry) for key, entry in self._entries()]):
            # A run over whole folders also counts the files that had failed before.
            if run.changed or run.failed != (failed if run.is_whole else 0):
                found.append(run)
            failed = run.failed if run.is_whole else failed + run.failed
        return found[::-1][:most]

    def _entries(self) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
        """The entries of all runs, the latest first. Reads no more of them than are taken."""
        last = "+"
        while entries := cast(Any, self._client.xrevrange(keys.RUNS, max=last, count=_BATCH)):
            yield from entries
            last = f"({entries[-1][0].decode()}"

    def keep_evaluation(self, dataset: str, figures: Mapping[str, Any]) -> None:
        """Append the figures of an evaluation on a judged collection."""
        self._append(keys.evals_key(dataset), {"figures": json.dumps(figures)})
        self._transactions.run(lambda pipe: pipe.hset(keys.EVALUATED, dataset, time.time()))

    def evaluations(self, most: int) -> dict[str, list[dict[str, Any]]]:
        """The figures of the latest evaluations of each collection, the oldest first, by its name."""
        names: Any = self._client.hgetall(keys.EVALUATED)
        found = {}
        for name in sorted(name.decode("utf-8", "surrogateescape") for name in names):
            entries: Any = self._client.xrevrange(keys.evals_key(name), count=most)
            found[name] = [json.loads(entry[b"figures"]) for _, entry in reversed(entries)]
        return found

    def last_evaluation(self, dataset: str) -> dict[str, Any] | None:
        """The figures of the latest evaluation; None before the first."""
        entries: Any = self._client.xrevrange(keys.evals_key(dataset), count=1)
        return json.loads(entries[0][1][b"figures"]) if entries else None

    def keep_progress(self, progress: RunProgress) -> None:
        """Keep the progress of the run that goes on. It is forgotten if it is not kept again soon."""
        values = {name: "" if value is None else value for name, value in asdict(progress).items()}
        pipe = self._impatient.pipeline()
        pipe.hset(keys.PROGRESS, mapping=as_bytes(values))
        pipe.expire(keys.PROGRESS, _ALIVE)
        pipe.execute()

    def end_progress(self) -> None:
        """Forget the progress, because the run has ended."""
        self._impatient.unlink(keys.PROGRESS)

    def activity(self) -> Activity:
        """The progress of the run that goes on, and the revision of the documents."""
        pipe = self._client.pipeline(transaction=False)
        pipe.hgetall(keys.PROGRESS)
        pipe.hget(keys.meta_key(DOC), keys.REVISION)
        stored, revision = pipe.execute()
        return Activity(_progress(stored), int(revision or 0))

    def revision(self) -> int:
        """The revision of the documents: a number that grows when something is written, moved or removed."""
        found: Any = self._client.hget(keys.meta_key(DOC), keys.REVISION)
        return int(found or 0)

    def _append(self, stream: str, entry: Any) -> None:
        self._transactions.run(lambda pipe: pipe.xadd(stream, entry, maxlen=_KEPT, approximate=True))


def _is_of_paths(entry: Mapping[bytes, bytes]) -> bool:
    return _OF_PATHS.encode() in entry


def _moment(key: bytes) -> float:
    """When an entry of a stream was made, in seconds since 1970."""
    return int(key.partition(b"-")[0]) / 1000


def _past(key: bytes, entry: Mapping[bytes, bytes]) -> PastRun:
    counts: dict[str, float] = {}
    for name, value in entry.items():
        with suppress(ValueError):
            counts[name.decode()] = float(value)
    return PastRun(_moment(key), counts, not _is_of_paths(entry))


def _progress(stored: Mapping[bytes, bytes]) -> RunProgress | None:
    """The progress as it was kept; None if there is none that can be read."""
    text = {name.decode(): value.decode() for name, value in stored.items()}
    try:
        return RunProgress(
            phase=Phase(text["phase"]),
            files=int(text["files"]),
            found=int(text["found"]),
            bytes=int(text["bytes"]),
            total_bytes=int(text["total_bytes"]),
            passages=int(text["passages"]),
            due=int(text["due"]),
            files_per_second=float(text["files_per_second"]),
            passages_per_second=float(text["passages_per_second"]),
            seconds_left=float(text["seconds_left"]) if text["seconds_left"] else None,
            started=float(text["started"]),
            updated=float(text["updated"]),
            worker=text["worker"],
            waits_for=text["waits_for"],
        )
    except (KeyError, ValueError):
        return None
