"""One run of ingestion for some paths only: those that a watcher has seen change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.run import Progress
from ingest.summary import Summary
from semsearch.models.loaded import Models
from semsearch.settings import Settings
from semsearch.store.store import Store


def ingest_paths(
    paths: Sequence[str],
    is_sound: Callable[[], bool],
    settings: Settings,
    store: Store,
    models: Models,
    progress: Progress,
) -> Summary | None:
    """Bring the index up to date with these paths."""
    return None
