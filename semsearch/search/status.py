"""The state of the library, the models and Redis, for the status page and `semsearch status`."""

from __future__ import annotations

from collections.abc import Callable

from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.records import Kind, State
from semsearch.results import Status
from semsearch.search.health import Health
from semsearch.store.store import Store


def status(store: Store, models: Models, health: Health) -> Status:
    """Counts, models, indexes, files that failed or wait, and what is missing. Raises RedisError.

    A model that is not available is described by the message of its error.
    """
    counts = store.count_documents()
    return Status(
        redis=store.address,
        engine=store.server_version(),
        documents={state: sum(counts.get((state, kind), 0) for kind in Kind) for state in State},
        kinds={kind: counts.get((State.INDEXED, kind), 0) for kind in Kind if kind is not Kind.OTHER},
        roots=store.roots(),
        indexes=tuple(store.index_status()),
        text_model=_id_or_error(lambda: models.text_id),
        image_model=_id_or_error(lambda: models.image_id),
        problems=tuple(store.troubled()),
        last_run=store.runs.last(),
        missing=health.missing(),
        run=store.runs.activity().run,
        away=store.away(),
    )


def _id_or_error(model_id: Callable[[], str]) -> str:
    try:
        return model_id()
    except ModelError as error:
        return str(error)
