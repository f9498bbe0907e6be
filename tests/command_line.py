"""Commands of semsearch in the process of the test: what they print, and their exit code.

To start a process takes a second, and to load a model another one. Tests of what only a process has, such as
its signals and its priority, start one: see `process` in tests/integration/cli/conftest.py.
"""

from __future__ import annotations

import functools
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from semsearch.cli.main import main
from semsearch.models import catalogue
from semsearch.models.protocol import TextEmbedder
from semsearch.settings import PREFIX, Settings

_load_text_model = catalogue.text_model


@functools.cache
def _built_in() -> TextEmbedder:
    return _load_text_model(Settings())


def _text_model(settings: Settings) -> TextEmbedder:
    """The text model of these settings. The built-in one is loaded once for all commands."""
    is_built_in = settings.text_model == Settings.model_fields["text_model"].default
    return _built_in() if is_built_in else _load_text_model(settings)


def run(
    *arguments: str | Path, environment: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command. `environment` has its variables, and `given` is what it reads from stdin."""
    printed, told = io.StringIO(), io.StringIO()
    command = ["semsearch", *map(str, arguments)]
    with _as_process(command, environment, given), redirect_stdout(printed), redirect_stderr(told):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(command, code, printed.getvalue(), told.getvalue())


@contextmanager
def _as_process(command: list[str], environment: Mapping[str, str], given: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith(PREFIX)]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", command)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), newline=""))
        patch.setattr(catalogue, "text_model", _text_model)
        # Its priority is that of the test.
        patch.setattr(os, "nice", lambda _: 0)
        yield
