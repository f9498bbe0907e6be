"""Choose who carries out the stages of a run: its workers, or its own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest import stages
from ingest.stages import Stages
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.store import Store


@contextmanager
def stages_for(
    run: str, settings: Settings, store: Store, models: Models, *, by_itself: bool
) -> Iterator[Stages]:
    """The stages with workers if there are any for these models, otherwise in this process.

    `run` is the token of the run's lease; "" on a cluster, where it works by itself. Raises RedisError.
    """
    workers = () if by_itself or not run else store.jobs.workers()
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
