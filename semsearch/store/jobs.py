"""What runs and workers tell each other: which workers there are, and what became of each batch.

Batches themselves go through the queue of `ingest/workers`, with a user of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import redis

from semsearch.progress import WorkerStatus
from semsearch.store.failures import maps_errors
from semsearch.store.keys import PAUSED, WORKERS, news_key, tries_key, worker_key
from semsearch.store.waiting import impatient

# Redis forgets a worker this many seconds after its latest word. It gives one each second.
ALIVE_SECONDS = 10
# A run forgets what it was told when it ends. What a killed run leaves goes after this time, in seconds.
_KEPT = 86_400
# Pieces of news in one reply.
_BATCH = 1000


@maps_errors
class Jobs:
    """Knows workers and batches. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address
        # What a worker does is told each second: one that cannot be told is not worth a wait.
        self._impatient = impatient(client)

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
            WorkerStatus(**json.loads(facts), does=does.decode())
            for worker, facts in known.items()
            if (does := alive[worker.decode()]) is not None
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

    def begin(self, run: str, batch: str) -> int:
        """Count a try of a batch. Returns how often it has been tried."""
        pipe = self._client.pipeline()
        pipe.hincrby(tries_key(run), batch, 1)
        pipe.expire(tries_key(run), _KEPT)
        return int(pipe.execute()[0])

    def tell(self, run: str, news: Mapping[str, Any]) -> None:
        """Tell a run about one of its batches."""
        pipe = self._client.pipeline()
        pipe.xadd(news_key(run), {"news": json.dumps(news)})
        pipe.expire(news_key(run), _KEPT)
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
        """Forget the news and tries of a run that has ended."""
        self._client.unlink(news_key(run), tries_key(run))
