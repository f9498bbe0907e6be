"""An engine for runs of ingestion with workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.workers import cut, queue, sharing
from semsearch.settings import Settings
from semsearch.store.engine import engine
from tests.engines import at
from tests.workers import short_silence, small_batches


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An engine of its own. Batches are small, and a worker that is silent for three seconds is dead."""
    for name in ("_FILES", "_PASSAGES", "_PICTURES", "_FOR_EACH"):
        monkeypatch.setattr(cut, name, getattr(cut, name))
    monkeypatch.setattr(queue, "SILENT_SECONDS", queue.SILENT_SECONDS)
    small_batches()
    short_silence()
    monkeypatch.setattr(sharing, "_LOST", 8.0)
    monkeypatch.setattr(sharing, "_BACKOFF", (0.1, 0.1))
    settings = at(tmp_path / "home").model_copy(update={"ocr": False})
    engine.ensure_running(settings)
    yield settings
    engine.stop(settings)
