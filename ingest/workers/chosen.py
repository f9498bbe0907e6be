"""Choose who carries out the stages of a run: its workers, or its own process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from ingest import stages
from ingest.stages import Stages
from semsearch.models.loaded import Models
from semsearch.progress import WorkerStatus
from semsearch.settings import Settings
from semsearch.store.store import Store

# How long a run waits for workers that follow its library to take its text model, and the time between two
# looks at them, in seconds. A worker looks once a second.
_PATIENCE, _LOOK = 5.0, 0.1


@contextmanager
def stages_for(
    run: str, settings: Settings, store: Store, models: Models, *, by_itself: bool
) -> Iterator[Stages]:
    """The stages with workers if there are any for these models, otherwise in this process.

    `run` is the token of the run's lease; "" on a cluster, where it works by itself. Raises RedisError.
    """
    workers = () if by_itself or not run else _workers(store, models)
    if not workers:
        yield stages
        return
    # Dramatiq is loaded only where it is needed.
    from ingest.workers.queue import Queue, name_for
    from ingest.workers.shared import SharedStages

    name = name_for(models)
    if not any(worker.queue == name for worker in workers):
        yield stages
        return
    queue = Queue(settings, name)
    try:
        yield SharedStages(run, queue, settings.text_limit, store)
    finally:
        queue.close()
        store.jobs.forget(run)


def _workers(store: Store, models: Models) -> tuple[WorkerStatus, ...]:
    """The workers that are alive, when those that follow the library have taken its text model."""
    until = time.monotonic() + _PATIENCE
    while True:
        found = store.jobs.workers()
        behind = [
            each
            for each in found
            if each.follows and each.version == version("semsearch") and each.text_model != models.text_id
        ]
        if not behind or time.monotonic() >= until:
            return found
        time.sleep(_LOOK)
