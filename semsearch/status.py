"""How everything is doing, for the status page and `semsearch status`."""

from __future__ import annotations

from semsearch.models.loaded import Models
from semsearch.store.store import Store
from semsearch.types import Kind, State, Status


def status(store: Store, models: Models) -> Status:
    """Counts, models, indexes and troubled files, as Redis has them now. Raises RedisError.

    The models are named by their ids and not loaded.
    """
    with store.mapped():
        counts = store.count_documents()
        return Status(
            redis=store.address,
            engine=store.server_version(),
            documents={state: sum(counts.get((state, kind), 0) for kind in Kind) for state in State},
            kinds={kind: counts.get((State.INDEXED, kind), 0) for kind in Kind if kind is not Kind.OTHER},
            roots=store.roots(),
            indexes=tuple(store.index_status()),
            text_model=models.text_id,
            image_model=models.image_id,
            problems=tuple(store.troubled()),
            last_run=store.last_run(),
        )
