"""An engine for each test, with a home and a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch.settings import Settings
from semsearch.store.engine import engine
from tests.engines import at


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Settings]:
    settings = at(tmp_path / "home")
    yield settings
    engine.stop(settings)
