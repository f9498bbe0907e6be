"""One run that compares the whole library: it finds copies, what does not fit, and what has changed."""

from __future__ import annotations

from ingest.indexes import followed
from ingest.progress import Observer, reported
from semsearch.explore.steps import renew_findings
from semsearch.models.loaded import Models
from semsearch.progress import Phase
from semsearch.search.in_use import settled
from semsearch.settings import Settings
from semsearch.store.store import Store


def find_anew(settings: Settings, store: Store, models: Models, observer: Observer) -> bool:
    """Find anew what documents that changed have made old. Raises RedisError and FingerprintError.

    Returns whether all is up to date then. Nothing is done while Redis is full, or has lost something.
    """
    with store.lease.alone(settings.home), reported(store, observer) as progress:
        models = settled(followed(store, models), store)
        if store.is_full() or not store.is_whole(models.text_id, models.image_id):
            return False
        progress.begin(Phase.EXPLORE)
        return renew_findings(store, models)
