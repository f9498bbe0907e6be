"""Keep the indexes as they should be: of the models that are set, and of a type that fits their size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ingest.build import Builder
from ingest.summary import Summary
from ingest.wanted import Wanted
from semsearch.errors import SettingsError
from semsearch.models.loaded import Models
from semsearch.search.in_use import models_for
from semsearch.store.fingerprint import is_retrained
from semsearch.store.generation import Algorithm, Generation, Stage
from semsearch.store.schema import IMAGE, SPACES, TEXT
from semsearch.store.store import Store
from semsearch.store.unread import as_unread

# From this number of vectors on, an index searches approximately; below half of it, exactly again. At half of
# it both take the same time, and the approximate one is built again at each start. -- benchmarks/index_kinds
CROSSOVER = 200_000
# Records in one transaction.
_RECORDS = 250


def followed(store: Store, models: Models) -> Models:
    """The models of the indexes in use, which may have been switched since these models were set."""
    return models_for(models, store.generations.in_use())[0]


def rebuild(store: Store, models: Models) -> None:
    """Let the next run read all files again. Indexes of other models are replaced."""
    replace_indexes(SPACES, store, models)
    records = (
        as_unread(each, pieces=each.pieces, texts=each.texts, words=each.words) for each in store.ledger
    )
    while batch := list(islice(records, _RECORDS)):
        store.documents.replace_records(batch)


def of_former_versions(store: Store, models: Models) -> list[str]:
    """The spaces whose index was filled by another version of these models."""
    ids = {TEXT: models.text_id, IMAGE: models.image_id}
    in_use = store.generations.in_use()
    return [
        space for space, each in in_use.items() if ids[space] and is_retrained(each.fingerprint, ids[space])
    ]


def replace_indexes(spaces: Sequence[str], store: Store, models: Models) -> None:
    """Replace the indexes of these spaces, where another model filled them."""
    builder = Builder(store, models)
    if builder.build(Wanted(spaces=spaces)).swapped:
        builder.release(Stage.KEPT)


def settle(setting: str, store: Store, models: Models, summary: Summary) -> None:
    """Note which settings name the models, choose how the indexes search, and have words count right at once.

    `setting` is SEMSEARCH_INDEX.
    """
    store.generations.note_source(TEXT, models.text_source)
    if models.image_source:
        store.generations.note_source(IMAGE, models.image_source, models.text_source)
    sizes = store.inventory.sizes()
    for space, in_use in store.generations.in_use().items():
        wanted = chosen(setting, sizes[space], in_use)
        if wanted is in_use.algorithm or store.generations.other(space) is not None:
            continue
        builder = Builder(store, models)
        try:
            if builder.build(Wanted(wanted, spaces=[space])).swapped:
                builder.release(Stage.KEPT)
        except SettingsError as error:
            builder.release(Stage.BUILDING)
            store.generations.note_exact(space, sizes[space])
            summary.trouble(f"the index of {space}", str(error))
    if not store.is_full():
        store.statistics.renew_average()
    store.statistics.collect_garbage()


def chosen(setting: str, vectors: int, in_use: Generation) -> Algorithm:
    """How an index of this many vectors should search."""
    if setting != "auto":
        return Algorithm(setting)
    if vectors >= max(CROSSOVER, 2 * in_use.exact_at):
        return Algorithm.HNSW
    return Algorithm.FLAT if vectors < CROSSOVER / 2 else in_use.algorithm
