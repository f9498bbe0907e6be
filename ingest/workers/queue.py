"""The queue of batches, which Dramatiq keeps in Redis.

A worker takes one batch at a time, and the queue keeps it until the worker has finished it. When a worker has
shown no sign of life for some seconds, the next one that asks for work gets its batch. Whether a failed batch
is tried again, the run decides (ingest/workers/shared.py): the queue tries nothing again by itself.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.worker import Worker

from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store import queue as connections
from semsearch.store.keys import JOBS

# Batches of a worker that was silent for so long are given to another one. A worker shows signs of life while
# it carries out a batch, too.
SILENT_SECONDS = 20
# The most time between two looks at an empty queue. Each takes the engine some microseconds.
_LOOKS_MS = 100
# Dramatiq looks for dead workers in this share of its commands, in millionths: with each.
_ALWAYS = 1_000_000
_ACTOR = "batch"

Take = Callable[[str, Mapping[str, Any], int], None]


class Queue:
    """The batches for workers of one version with the same models. `take` carries out one of them."""

    def __init__(self, settings: Settings, name: str, take: Take | None = None) -> None:
        """A run only sends, and gives no `take`. Raises RedisError, also when the user has not the rights."""
        logging.getLogger("dramatiq").setLevel(logging.WARNING)
        self.name = name
        self._client = connections.connect_patiently(settings)
        self._broker = _broker(self._client)
        with connections.permitted(self._client):
            self._broker.do_qsize(name)
        self._consuming = connections.connect(settings)
        self._worker = None if take is None else _worker(self._consuming, name, take)

    def send(self, run: str, batch: Mapping[str, Any], text_limit: int, delay: float = 0.0) -> None:
        """Add a batch to the end of the queue, or do so after `delay` seconds. Raises RedisError."""
        message = dramatiq.Message[None](self.name, _ACTOR, (run, batch, text_limit), {}, {})
        with connections.permitted(self._client):
            self._broker.enqueue(message, delay=round(delay * 1000) or None)

    def clear(self) -> None:
        """Remove all batches that no worker has finished. Raises RedisError."""
        with connections.permitted(self._client):
            self._broker.flush(self.name)

    def start(self) -> None:
        """Begin to take batches, one at a time, in another thread."""
        if self._worker is not None:
            self._worker.start()

    def stop(self, seconds: float) -> None:
        """Finish the batch at hand, for up to some seconds, and take no other."""
        if self._worker is not None:
            self._worker.stop(timeout=round(seconds * 1000))

    def close(self) -> None:
        self._client.close()
        self._consuming.close()


def _broker(client: Any) -> RedisBroker:
    return RedisBroker(
        client=client,
        namespace=JOBS,
        heartbeat_timeout=SILENT_SECONDS * 1000,
        maintenance_chance=_ALWAYS,
        middleware=[],
    )


def _worker(client: Any, name: str, take: Take) -> Worker:
    broker = _broker(client)
    dramatiq.actor(broker=broker, queue_name=name, actor_name=_ACTOR)(take)
    worker = Worker(broker, worker_threads=1, worker_timeout=_LOOKS_MS)
    worker.queue_prefetch = 1  # what a worker held in advance, idle ones could not have
    return worker


def name_for(models: Models) -> str:
    """The name of the queue for this version of semsearch and these models. Raises ModelError."""
    text = "\0".join((version("semsearch"), models.text_id, models.image_id))
    return f"batches-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
