"""What runs and workers tell each other: which workers there are, and what became of each batch.

Batches themselves go through the queue of `ingest/workers`, with a user of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from typing import Any

import redis

from semsearch.errors import LeaseError, SettingsError
from semsearch.progress import WorkerStatus
from semsearch.store.failures import maps_errors
from semsearch.store.keys import PAUSED, WORKERS, batch_key, news_key, worker_key
from semsearch.store.slots import Command
from semsearch.store.transactions import Row, Transactions
from semsearch.store.waiting import impatient

# Redis forgets a worker this many seconds after its latest word. It gives one each second.
ALIVE_SECONDS = 10
# A run forgets what it was told when it ends. What a killed run leaves goes after this time, in seconds.
_KEPT = 86_400
# Pieces of news in one reply.
_BATCH = 1000
_FACTS = frozenset(each.name for each in fields(WorkerStatus))


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to carry out a batch: a guard of transactions.

    It ends when another worker begins the batch, and when the run does it itself.
    """

    batch: str
    worker: str
    tries: int

    @property
    def key(self) -> str:
        return batch_key(self.batch)

    @property
    def read(self) -> Command:
        return "HMGET", self.key, "worker", "tries", "done"

    def check(self, reply: Row) -> None:
        """Raise LeaseError if a later claim was made. A server may have lost this one, or the last ones."""
        worker, tries, done = reply
        latest = int(tries or 0)
        if done or latest > self.tries or (latest == self.tries and worker != self.worker.encode()):
            raise LeaseError("another worker has taken over this batch, because this one was silent")


@maps_errors
class Jobs:
    """Knows workers and batches. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        # What a worker does is told each second: one that cannot be told is not worth a wait.
        self._impatient = impatient(client)

    def check_server(self) -> None:
        """Raise SettingsError on a cluster, where no transaction could check a claim."""
        if self._transactions.in_slots:
            raise SettingsError(
                f"Redis at {self.address} is a cluster, on which a run works by itself: it has no use for "
                "workers. Use a single server, or Sentinel"
            )

    def announce(self, worker: WorkerStatus) -> None:
        """Keep what a worker is and does. It is forgotten if it is not kept again soon."""
        pipe = self._impatient.pipeline()
        facts = {name: value for name, value in asdict(worker).items() if name != "does"}
        pipe.hset(WORKERS, worker.id, json.dumps(facts))
        pipe.set(worker_key(worker.id), worker.does, ex=ALIVE_SECONDS)
        pipe.execute()

    def leave(self, worker: WorkerStatus) -> None:
        """Forget a worker that ends."""
        pipe = self._impatient.pipeline()
        pipe.unlink(worker_key(worker.id))
        pipe.hdel(WORKERS, worker.id)
        pipe.execute()

    def workers(self) -> tuple[WorkerStatus, ...]:
        """The workers that are alive, by host and process."""
        known: Any = self._client.hgetall(WORKERS)
        ids = [worker.decode() for worker in known]
        pipe = self._client.pipeline(transaction=False)
        for worker in ids:
            pipe.get(worker_key(worker))
        alive = dict(zip(ids, pipe.execute() if ids else [], strict=True))
        found = [
            status
            for worker, facts in known.items()
            if (does := alive[worker.decode()]) is not None and (status := _status(facts, does)) is not None
        ]
        return tuple(sorted(found, key=lambda each: (each.host, each.pid)))

    def bury(self) -> None:
        """Forget workers that have died."""
        known: Any = self._client.hgetall(WORKERS)
        alive = {worker.id for worker in self.workers()}
        if dead := [worker for worker in known if worker.decode() not in alive]:
            self._client.hdel(WORKERS, *dead)

    def pause(self) -> None:
        """Let workers take no further batch."""
        self._client.set(PAUSED, "1")

    def resume(self) -> None:
        """Let workers go on."""
        self._client.unlink(PAUSED)

    def is_paused(self) -> bool:
        """Whether workers take no batch."""
        return self._client.get(PAUSED) is not None

    def claim(self, batch: str, worker: str) -> Claim | None:
        """Let a worker begin a batch. None if it is done, or if another live worker carries it out."""
        found: list[Claim] = []

        def build(pipe: Any, rows: list[Row]) -> None:
            found.clear()
            tries, by, done = rows[0]
            if done or (by and by.decode() != worker and self._is_at(by.decode(), batch)):
                return
            found.append(Claim(batch, worker, int(tries or 0) + 1))
            pipe.hset(found[0].key, mapping={"tries": found[0].tries, "worker": worker})
            pipe.expire(found[0].key, _KEPT)
            pipe.set(worker_key(worker), batch, ex=ALIVE_SECONDS)

        self._transactions.update([batch_key(batch)], ("tries", "worker", "done"), build)
        return found[0] if found else None

    def _is_at(self, worker: str, batch: str) -> bool:
        return bool(self._client.get(worker_key(worker)) == batch.encode())

    def carrying(self, claim: Claim) -> AbstractContextManager[None]:
        """In this block, writes raise LeaseError when the claim is not the latest one any more."""
        return self._transactions.guarded(claim)

    def conclude(self, run: str, claim: Claim, news: Mapping[str, Any], *, done: bool) -> None:
        """Tell a run what became of a batch. If it is `done`, no worker begins it again; else any may.

        Raises LeaseError when the claim is not the latest.
        """

        def build(pipe: Any) -> None:
            pipe.hset(claim.key, mapping={"done": 1} if done else {"worker": ""})
            _tell(pipe, run, news)

        self._transactions.run(build)

    def withdraw(self, batch: str) -> None:
        """Let no worker begin a batch, or go on with it: the run does it itself."""

        def build(pipe: Any) -> None:
            pipe.hset(batch_key(batch), "done", 1)
            pipe.expire(batch_key(batch), _KEPT)

        self._transactions.run(build)

    def tell(self, run: str, news: Mapping[str, Any]) -> None:
        """Tell a run how far one of its batches is."""
        pipe = self._impatient.pipeline()
        _tell(pipe, run, news)
        pipe.execute()

    def told(self, run: str, after: str, seconds: float) -> tuple[str, list[dict[str, Any]]]:
        """The news of a run after the place `after`, "0" at first, and the place of the last of them.

        Waits up to `seconds` for some.
        """
        stream = {news_key(run): after}
        reply: Any = self._client.xread(stream, count=_BATCH, block=round(seconds * 1000))  # type: ignore[arg-type]
        entries = [entry for _, found in reply or () for entry in found]
        place = entries[-1][0].decode() if entries else after
        return place, [json.loads(entry[b"news"]) for _, entry in entries]

    def forget(self, run: str) -> None:
        """Forget the news of a run, of which a stage has ended."""
        self._client.unlink(news_key(run))


def _tell(pipe: Any, run: str, news: Mapping[str, Any]) -> None:
    pipe.xadd(news_key(run), {"news": json.dumps(news)})
    pipe.expire(news_key(run), _KEPT)


def _status(facts: bytes, does: bytes) -> WorkerStatus | None:
    """The status of a worker; None if its version tells other things of itself, and does no batch of ours."""
    try:
        told = {name: value for name, value in json.loads(facts).items() if name in _FACTS}
        return WorkerStatus(**told, does=does.decode())
    except (TypeError, ValueError):
        return None
