"""Bring the labels of documents up to date outside of a run of ingestion."""

from __future__ import annotations

from pathlib import Path

from semsearch.errors import FingerprintError, ModelError, SemsearchError
from semsearch.explore.label_step import Applied, apply_labels
from semsearch.explore.marks import MarkBook
from semsearch.explore.presets import Presets
from semsearch.explore.vectors import LibraryVectors
from semsearch.models.loaded import Models
from semsearch.search.in_use import models_for
from semsearch.store.schema import TEXT
from semsearch.store.store import Store


def relabel(store: Store, models: Models | None, home: Path) -> Applied:
    """Give the documents the labels that all marks say. The model is loaded for a new preset alone; without
    `models`, no preset is made ready.

    Waits for the run of ingestion that goes on. Raises RedisError, and at the end, when the other labels are
    given, ModelError or FingerprintError for a preset whose model cannot be loaded or is another one.
    """
    failed: SemsearchError | None = None
    with store.lease.alone(home):
        presets = {marks.preset.partition("/")[0] for marks in MarkBook(store.mine).all() if marks.preset}
        generations = store.generations.in_use()
        if presets and models is not None and TEXT in generations:
            in_use = models_for(models, generations)[0]
            for preset in sorted(presets):
                try:
                    Presets(store).prepare(preset, in_use.text)
                except (ModelError, FingerprintError) as error:
                    failed = failed or error
        applied = apply_labels(store, LibraryVectors(store))
    if failed is not None:
        raise failed
    return applied
