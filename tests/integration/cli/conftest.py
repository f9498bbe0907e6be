"""The command line, in this process or as one of its own, and a folder of two texts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from semsearch.settings import Settings
from tests import command_line

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "SEMSEARCH_HOME": str(settings.home),
        "SEMSEARCH_REDIS_URL": settings.redis_url,
        "COLUMNS": "300",
    }


@pytest.fixture
def semsearch(environment: dict[str, str]) -> Command:
    """Commands that run in this process: see tests/command_line.py."""

    def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return command_line.run(*arguments, environment=environment | more)

    return run


@pytest.fixture
def process(environment: dict[str, str]) -> Command:
    """Commands that are processes of their own."""

    def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "semsearch", *map(str, arguments)]
        return subprocess.run(
            command, env=environment | more, capture_output=True, text=True, check=False, timeout=120
        )

    return run


@pytest.fixture
def notes(folder: Path) -> Path:
    (folder / "owls.md").write_text("# Owls\n\nOwls hunt mice at night.")
    (folder / "tax.txt").write_text("The tax return is due in May.")
    return folder
