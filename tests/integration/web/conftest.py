"""A server that answers over the library of the integration tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from tests.e2e.serving import running
from web.app import create_app


@pytest.fixture
def address(
    settings: Settings,
    library: Path,  # noqa: ARG001 (it is what is searched)
    searcher: Searcher,
) -> Iterator[str]:
    """The address of the server."""
    with running(create_app(settings, searcher)) as address:
        yield address
