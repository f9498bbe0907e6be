"""An application over the library of the test, whose folders count as ingested on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from semsearch.folders import remember_folders
from semsearch.settings import Settings
from tests.memory_library import MemoryLibrary
from web.app import create_app


@pytest.fixture(autouse=True)
def ingested(tmp_path: Path) -> None:
    """List the folder of the test in the homes that tests use."""
    for home in (tmp_path / "home", tmp_path):
        remember_folders(home, [str(tmp_path)])


@pytest.fixture
def app(library: MemoryLibrary, tmp_path: Path) -> Flask:
    return create_app(Settings(home=tmp_path / "home"), library)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
