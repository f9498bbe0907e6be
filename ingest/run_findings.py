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


def find_anew(settings: Settings, store: Store, models: Models, observer: Observer) -> None:
    """Find anew what documents that changed have made old. Raises RedisError and FingerprintError."""
    with store.lease.alone(settings.home), reported(store, observer) as progress:
        models = settled(followed(store, models), store)
        progress.begin(Phase.EXPLORE)
        renew_findings(store, models)
