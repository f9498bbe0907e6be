"""`semsearch redis`: start, stop, inspect and repair the embedded engine."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.settings import Settings
    from semsearch.store.engine.repair import Repaired

redis_app = typer.Typer(no_args_is_help=True, help="Start, stop, inspect and repair the embedded engine.")


@redis_app.command("start")
def redis_start() -> None:
    """Start the embedded engine and leave it running."""
    from semsearch.store.engine import engine

    info = engine.start(_embedded())
    out.print(f"{info.version} at {info.socket} and {info.url}, data in {info.data}", highlight=False)


@redis_app.command("stop")
def redis_stop() -> None:
    """Stop the embedded engine. Its data are kept."""
    from semsearch.store.engine import engine

    out.print("stopped" if engine.stop(_embedded()) else "was not running")


@redis_app.command("info")
def redis_info(as_json: AsJson = False) -> None:
    """Show where the embedded engine listens and where its data are."""
    from dataclasses import asdict

    from semsearch.store.engine import engine

    values = asdict(engine.info(_embedded()))
    if as_json:
        print_json({name: str(value) if isinstance(value, Path) else value for name, value in values.items()})
    else:
        for name, value in values.items():
            shown = f"{value:.1f}" if isinstance(value, float) else "-" if value in (None, "") else value
            out.print(f"{name:10} {shown}", highlight=False, markup=False)


@redis_app.command("repair")
def redis_repair() -> None:
    """Mend the data of an engine that does not start. A copy is kept."""
    from semsearch.folders import known_folders
    from semsearch.store.engine import repair
    from semsearch.store.store import Store

    settings = _embedded()
    done = repair.repair(settings)
    if done.copy is not None and not done.is_empty:
        # What is left may look whole: the counts were cut off with the documents.
        Store.open(settings).inventory.doubt(known_folders(settings.home))
    _report(done, settings)


@redis_app.command("password")
def redis_password() -> None:
    """Print the password of the embedded engine, for a redis-cli of your own on its port."""
    from semsearch.store.engine import engine, password

    settings = _embedded()
    engine.ensure_running(settings)
    out.print(password.read(settings), highlight=False, markup=False)


@redis_app.command("cli", context_settings={"ignore_unknown_options": True})
def redis_cli(
    arguments: Annotated[list[str] | None, typer.Argument(help="Arguments for redis-cli.")] = None,
) -> None:
    """Open redis-cli on the Redis in use, or run one command: semsearch redis cli FT._LIST"""
    from semsearch.store.endpoint import Endpoint
    from semsearch.store.engine import engine, redis_cli

    settings = settings_now()
    url = settings.redis_url
    endpoint = Endpoint.of_url(url) if url else engine.ensure_running(settings)
    command, secret = redis_cli.command(endpoint, arguments or [])
    os.execvpe(
        command[0], command, os.environ | secret
    )  # redis-cli takes over the terminal, and its exit code is the command's


def _report(done: Repaired, settings: Settings) -> None:
    from semsearch.folders import known_folders

    lines = [f"{done.unlocked} files could not be read, and can be now"] if done.unlocked else []
    if done.copy is None:
        lines.append("the engine runs: its data are not damaged")
    else:
        lines.append(f"the data as they were: {done.copy}")
        if done.is_empty:
            lines.append("nothing could be mended: the engine runs, and holds nothing")
        else:
            if done.listed_anew:
                lines.append(
                    "the list of the data files was lost, and was made anew from those that are there"
                )
            lines.append(f"the engine runs: {done.cut_off} bytes were cut off at the damage")
        folders = shlex.join(known_folders(settings.home)) or "FOLDER"
        lines.append(f"what is lost comes back with: semsearch ingest {folders}")
    for line in lines:
        out.print(line, highlight=False, markup=False)


def _embedded() -> Settings:
    settings = settings_now()
    if settings.redis_url:
        raise SettingsError("SEMSEARCH_REDIS_URL is set, so there is no embedded engine: unset it to use one")
    return settings
