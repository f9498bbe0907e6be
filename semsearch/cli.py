"""The command line: the one place that knows all packages, and the one that exits.

Everything heavy is imported inside the commands, so that `semsearch --help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from semsearch.errors import FileError, SemsearchError, SettingsError

if TYPE_CHECKING:
    from ingest.run import Options
    from ingest.summary import Summary
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings
    from semsearch.store.store import Store

SOME_FAILED = 1
COULD_NOT_RUN = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Search by meaning over a folder of texts and pictures.",
    epilog="Settings come from SEMSEARCH_... variables: see docs/settings.md",
)
redis_app = typer.Typer(no_args_is_help=True, help="Start, stop and look into the embedded engine.")
app.add_typer(redis_app, name="redis")

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on. [default: SEMSEARCH_HOST]")]
Port = Annotated[int | None, typer.Option(help="Port to listen on. [default: SEMSEARCH_PORT]")]


@app.command()
def up(
    folder: Annotated[Path | None, typer.Argument(help="Folder to ingest.", show_default=False)] = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Everything: start the engine, ingest a folder, serve the page."""
    settings = _settings(host=host, port=port)
    store, models = _open(settings)
    with _serving(settings, store, models) as (url, wait):
        out.print(f"Search at {url} (Ctrl-C ends it; what is indexed stays)", highlight=False)
        if folder is not None:
            _report(_ingest([folder], settings, store, models))
        wait()


@app.command()
def ingest(
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders.", show_default=False)] = None,
    as_json: AsJson = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try files again that failed before.")] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Remove the documents of a folder that is missing or empty.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Index all known folders again, with the models now set.")
    ] = False,
) -> None:
    """Bring the index up to date with folders.

    Exit code 0: all indexed; 1: some files failed; 2: could not run.
    """
    from ingest.run import Options

    if not folders and not rebuild:
        raise typer.BadParameter("name at least one folder", param_hint="FOLDERS")
    settings = _settings()
    store, models = _open(settings)
    options = Options(retry=retry, allow_empty=allow_empty, rebuild=rebuild)
    summary = _ingest(folders or [], settings, store, models, options, quiet=as_json)
    if as_json:
        _print_json(summary.as_json())
    else:
        _report(summary)
    if summary.failures or summary.problems:
        raise typer.Exit(SOME_FAILED)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)] = "",
    image: Annotated[Path | None, typer.Option(help="A picture to find the likes of.")] = None,
    kind: Annotated[str, typer.Option(help="all, text or image.")] = "all",
    path: Annotated[str, typer.Option(help="Only below this path.")] = "",
    limit: Annotated[int, typer.Option("-k", help="How many documents.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find passages and pictures by meaning."""
    from semsearch.payloads import of_results
    from semsearch.search import Searcher
    from semsearch.types import Filters, Kind, Query

    if kind not in ("all", "text", "image"):
        raise typer.BadParameter(f"{kind!r} is none of all, text, image", param_hint="--kind")
    filters = Filters(kind=None if kind == "all" else Kind(kind), path=path)
    asked = Query(text=query, image=_picture(image), filters=filters, limit=limit)
    results = Searcher(*_open(_settings())).search(asked)
    if as_json:
        _print_json(of_results(query, results))
    else:
        from semsearch.console import print_results

        print_results(out, results)


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the search page and the JSON API."""
    settings = _settings(host=host, port=port)
    store, models = _open(settings)
    with _serving(settings, store, models) as (url, wait):
        out.print(f"Search at {url} (Ctrl-C ends it)", highlight=False)
        wait()


@app.command()
def status(as_json: AsJson = False) -> None:
    """Counts, models, index state, and the files that failed or wait."""
    from semsearch.console import print_status
    from semsearch.payloads import of_status
    from semsearch.search import Searcher

    found = Searcher(*_open(_settings())).status()
    if as_json:
        _print_json(of_status(found))
    else:
        print_status(out, found)


@app.command("train-pictures")
def train_pictures(
    folder: Annotated[Path, typer.Argument(help="Pictures, with captions.jsonl or text files beside them.")],
    base: Annotated[str, typer.Option(help="Model to start from.")] = "minilook",
    output: Annotated[Path | None, typer.Option(help="Folder of the new model.", show_default=False)] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Rounds of training.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Teach a picture model your own kind of pictures by their captions."""
    from semsearch import train_pictures as training
    from semsearch.train_report import of_trained, print_trained, watching

    with watching(err) as watch:
        trained = training.train_pictures(_settings(), folder, base, output, epochs, watch)
    if as_json:
        _print_json(of_trained(trained))
    else:
        print_trained(out, trained)


@redis_app.command("start")
def redis_start() -> None:
    """Start the embedded engine, and leave it running."""
    from semsearch.store import engine

    info = engine.start(_embedded())
    out.print(f"{info.server} {info.version} at {info.url}, data in {info.data}", highlight=False)


@redis_app.command("stop")
def redis_stop() -> None:
    """Stop the embedded engine; its data stay."""
    from semsearch.store import engine

    out.print("stopped" if engine.stop(_embedded()) else "was not running")


@redis_app.command("info")
def redis_info(as_json: AsJson = False) -> None:
    """Where the embedded engine runs, and where its data are."""
    from dataclasses import asdict

    from semsearch.store import engine

    values = asdict(engine.info(_embedded()))
    if as_json:
        _print_json(
            {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}
        )
    else:
        for name, value in values.items():
            out.print(f"{name:10} {value}", highlight=False, markup=False)


@redis_app.command("cli", context_settings={"ignore_unknown_options": True})
def redis_cli(
    arguments: Annotated[list[str] | None, typer.Argument(help="Arguments for redis-cli.")] = None,
) -> None:
    """Open redis-cli on the Redis in use, or run one command: semsearch redis cli FT._LIST"""
    from semsearch.store import engine

    settings = _settings()
    url = settings.redis_url or engine.ensure_running(settings)
    command, secret = engine.cli_command(url, arguments or [])
    os.execvpe(command[0], command, os.environ | secret)  # its exit code and its terminal are ours


def main() -> None:
    """Run the command line; what semsearch raises becomes a sentence and exit code 2."""
    try:
        app()
    except SemsearchError as error:
        err.print(f"semsearch: {error}", style="red", highlight=False, markup=False)
        sys.exit(COULD_NOT_RUN)


def _settings(**overrides: object) -> Settings:
    from semsearch.settings import Settings

    return Settings.from_env(**overrides)


def _embedded() -> Settings:
    settings = _settings()
    if settings.redis_url:
        raise SettingsError("SEMSEARCH_REDIS_URL is set, so there is no embedded engine: unset it to use one")
    return settings


def _open(settings: Settings) -> tuple[Store, Models]:
    from semsearch.models.loaded import Models
    from semsearch.store.store import Store

    return Store.open(settings), Models(settings)


def _ingest(
    folders: list[Path],
    settings: Settings,
    store: Store,
    models: Models,
    options: Options | None = None,
    *,
    quiet: bool = False,
) -> Summary:
    from ingest.report import Bar, Silent
    from ingest.run import Options, ingest

    with Bar(err) if err.is_terminal and not quiet else Silent() as progress:
        return ingest(folders, settings, store, models, progress, options or Options())


def _report(summary: Summary) -> None:
    from ingest.report import print_summary

    print_summary(out, summary)


@contextmanager
def _serving(settings: Settings, store: Store, models: Models) -> Iterator[tuple[str, Callable[[], None]]]:
    """The web server, in a thread of its own: its address, and a function that waits for its end."""
    from semsearch.search import Searcher
    from web.app import create_app
    from web.server import bind

    server = bind(create_app(settings, Searcher(store, models)), settings.host, settings.port)
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{server.effective_host}:{server.effective_port}", thread.join
    except KeyboardInterrupt:
        err.print("stopped")
    finally:
        server.close()


def _picture(path: Path | None) -> bytes | None:
    try:
        return None if path is None else path.expanduser().read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2))  # noqa: T201 (rich would wrap it)
