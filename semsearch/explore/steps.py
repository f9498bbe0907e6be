"""What a run of ingestion does at its end, so that maps, topics and the like stay up to date.

A step does little when little has changed. It reads vectors and keeps what it finds: no document is embedded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from semsearch.errors import SemsearchError
from semsearch.explore import copies_found, odd_found
from semsearch.explore.changes import CHANGES
from semsearch.explore.changes_step import note_changes
from semsearch.explore.label_step import apply_labels
from semsearch.explore.maps import keep_maps
from semsearch.explore.news import ask_saved_searches
from semsearch.explore.topics import make_topics
from semsearch.explore.vectors import LibraryVectors
from semsearch.models.loaded import Models
from semsearch.store.store import Store

_By = TypeVar("_By", LibraryVectors, Models)

log = logging.getLogger("semsearch.explore")

_Steps = tuple[Callable[[Store, LibraryVectors], object], ...]
# In their order. A step may use what those before it have kept. These give new documents what they lack.
STEPS: _Steps = (make_topics, keep_maps, apply_labels)
# What is found by comparing the whole library, as soon as any document has changed. It comes last: to write
# values of documents makes another revision of them.
FINDINGS: _Steps = (note_changes, copies_found.step, odd_found.step)


def explore(store: Store, models: Models, *, findings: bool = True) -> None:
    """Take all steps, and then ask the saved searches, whose filters use what the steps found.

    Without `findings`, nothing compares the whole library. What fails is logged, and the others are taken.
    Raises RedisError.
    """
    vectors = LibraryVectors(store, models)
    for step in (*STEPS, *(FINDINGS if findings else ())):
        _take(step, store, vectors)
    _take(ask_saved_searches, store, models)


def renew_findings(store: Store, models: Models) -> bool:
    """Find anew what runs without findings have left. Raises RedisError.

    Returns whether all is up to date then: what takes long is not found anew soon.
    """
    vectors = LibraryVectors(store, models)
    for step in FINDINGS:
        _take(step, store, vectors)
    return not any(shelf.is_old(store) for shelf in (CHANGES, copies_found.SHELF, odd_found.SHELF))


def _take(step: Callable[[Store, _By], object], store: Store, by: _By) -> None:
    try:
        step(store, by)
    except SemsearchError:
        raise
    except Exception:
        log.exception("a step at the end of the run failed: %s.%s", step.__module__, step.__name__)
