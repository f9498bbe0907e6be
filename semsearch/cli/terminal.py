"""The parts that all commands share: the terminal, the option --json, and the settings."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from semsearch.settings import Settings

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def settings_now(**overrides: object) -> Settings:
    from semsearch.settings import PREFIX, Settings

    settings = Settings.from_env(**overrides)
    # Child processes inherit the environment, and have no use for the password.
    os.environ.pop(f"{PREFIX}PASSWORD", None)
    return settings


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2))  # noqa: T201 (rich would wrap it)
