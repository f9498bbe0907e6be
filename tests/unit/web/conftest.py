"""The folders of the tests count as ingested on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.folders import remember_folders


@pytest.fixture(autouse=True)
def ingested(tmp_path: Path) -> None:
    """List the folder of the test in the homes that tests use."""
    for home in (tmp_path / "home", tmp_path):
        remember_folders(home, [str(tmp_path)])
