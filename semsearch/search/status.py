"""The state of the library, the models and Redis, for the status page and `semsearch status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from semsearch.errors import ModelError
from semsearch.message import say
from semsearch.models.loaded import Models
from semsearch.overview import Status
from semsearch.records import NO_MODEL, DocumentRecord, Due, Kind, State
from semsearch.search.health import Health
from semsearch.search.in_use import settled
from semsearch.search.languages import outgrown
from semsearch.store import aggregations
from semsearch.store.aggregations import Counted
from semsearch.store.store import Store

# The states of files that are not indexed, the worst first, and the most files of each that are listed.
TROUBLED = (State.FAILED, State.WAITING, State.SKIPPED)
_LISTED = 1000


def status(store: Store, models: Models, health: Health) -> Status:
    """Counts, models, indexes, files that failed or wait, and what is missing. Raises RedisError.

    A model that is not available is described by the message of its error.
    """
    return status_of(store.lookup.counts(), store, models, health)


def status_of(counts: Sequence[Counted], store: Store, models: Models, health: Health) -> Status:
    """The status of a library with these counts of documents. Otherwise like `status`."""
    hint = outgrown(store, models)
    documents: Counter[State] = Counter(dict.fromkeys(State, 0))
    kinds: Counter[Kind] = Counter(dict.fromkeys((kind for kind in Kind if kind is not Kind.OTHER), 0))
    for each in counts:
        documents[each.state] += each.number
        if each.state is State.INDEXED and each.kind in kinds:
            kinds[each.kind] += each.number
    models = settled(models, store)
    return Status(
        redis=store.address,
        engine=store.server_version(),
        documents=documents,
        kinds=kinds,
        roots=tuple(sorted({each.root for each in counts})),
        indexes=tuple(store.index_status()),
        text_model=_id_or_error(lambda: models.text_id),
        image_model=_id_or_error(lambda: models.image_id),
        problems=tuple(_troubled(store)),
        last_run=store.runs.last(),
        missing=health.missing(),
        run=store.runs.activity().run,
        away=store.away(),
        workers=_workers(store),
        hints=(hint,) if hint else (),
        without_model=_without_model(counts, store),
    )


def _without_model(counts: Sequence[Counted], store: Store) -> int:
    """The number of pictures that wait for a picture model, and not only for the run that reads them."""
    if not any(each.state is State.WAITING and each.kind is Kind.IMAGE for each in counts):
        return 0
    reasons = store.groups("@reason", where=aggregations.waiting_pictures())
    return sum(number for (reason,), number in reasons if reason == NO_MODEL)


def _workers(store: Store) -> tuple[str, ...]:
    lines = [worker.line for worker in store.jobs.workers()]
    if not store.jobs.is_paused():
        return tuple(lines)
    return tuple(say("{worker}, and all are paused", worker=line) for line in lines)


def _troubled(store: Store) -> list[DocumentRecord]:
    """The files that failed, that wait for a model, and that are not read, without those that are due."""
    docs = [
        doc
        for found in store.ask([aggregations.docs_in_state(each, _LISTED) for each in TROUBLED])
        for doc in found or ()
    ]
    return [record for record in store.ledger.get_many(docs) if record.due is Due.NONE]


def _id_or_error(model_id: Callable[[], str]) -> str:
    try:
        return model_id()
    except ModelError as error:
        return error.message
