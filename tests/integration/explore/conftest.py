"""An application over the whole library, with its pages about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from semsearch.explore.explorer import Explorer
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.redis_client import as_role
from web.app import create_app


@pytest.fixture
def explorer(settings: Settings, searcher: Searcher) -> Iterator[Explorer]:
    """The views as the web server has them, with its rights and no others."""
    store = Store.open(as_role(settings, Role.WEB), Role.WEB)
    yield Explorer(store, searcher)
    store.close()


@pytest.fixture
def client(
    settings: Settings,
    searcher: Searcher,
    explorer: Explorer,
    models: FakeModels,  # noqa: ARG001
) -> FlaskClient:
    return create_app(settings, searcher, explorer).test_client()


@pytest.fixture
def exploring(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with which a run explores at its end."""
    monkeypatch.setenv("SEMSEARCH_EXPLORE", "on")
    return settings.model_copy(update={"explore": True})
