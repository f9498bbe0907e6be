"""The state of the whole, for the status page and `semsearch status`."""

from __future__ import annotations

from collections.abc import Callable

from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.records import Kind, State
from semsearch.results import Status
from semsearch.store.store import Store


def status(store: Store, models: Models) -> Status:
    """Counts, models, indexes and troubled files, as Redis has them now. Raises RedisError.

    A model that cannot be had is shown by the message of its error.
    """
    counts = store.count_documents()
    return Status(
        redis=store.address,
        engine=store.server_version(),
        documents={state: sum(counts.get((state, kind), 0) for kind in Kind) for state in State},
        kinds={kind: counts.get((State.INDEXED, kind), 0) for kind in Kind if kind is not Kind.OTHER},
        roots=store.roots(),
        indexes=tuple(store.index_status()),
        text_model=_named(lambda: models.text_id),
        image_model=_named(lambda: models.image_id),
        problems=tuple(store.troubled()),
        last_run=store.runs.last(),
    )


def _named(model_id: Callable[[], str]) -> str:
    try:
        return model_id()
    except ModelError as error:
        return str(error)
