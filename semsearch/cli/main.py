"""The command line: the only module that imports all packages, and the only one that exits.

Heavy modules are imported inside the commands, so that `semsearch --help` answers at once.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.access import password, token_app
from semsearch.cli.archive import export, import_
from semsearch.cli.ask import ask
from semsearch.cli.completion import PROGRAM, answer_shells, completion
from semsearch.cli.copies import copies
from semsearch.cli.engine import redis_app
from semsearch.cli.evaluate import evaluate
from semsearch.cli.folders import folders_app
from semsearch.cli.health import health
from semsearch.cli.index import index_app
from semsearch.cli.ingest import ingest, up
from semsearch.cli.label import label_app
from semsearch.cli.likes import for_you, like
from semsearch.cli.map import map_
from semsearch.cli.mcp import mcp
from semsearch.cli.odd import odd
from semsearch.cli.query_words import QueryCommand
from semsearch.cli.saved import saved_app
from semsearch.cli.search import search, searcher_for
from semsearch.cli.serving import Host, Port, serving, settings_to_serve
from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now
from semsearch.cli.topics import topics
from semsearch.cli.train_texts import train_texts
from semsearch.cli.worker import worker_app
from semsearch.errors import SemsearchError

SOME_MISSING = 1
COULD_NOT_RUN = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    epilog="Settings are environment variables, SEMSEARCH_...: see docs/settings.md",
)
# How `semsearch --help` groups the commands.
_DAILY, _EXPLORE, _PROGRAMS = "Every day", "The library as a whole", "For browsers and programs"
_DATA, _MODELS = "The data", "Models and measures"

app.command(rich_help_panel=_DAILY)(up)
app.command(rich_help_panel=_DAILY)(ingest)
app.command(cls=QueryCommand, rich_help_panel=_DAILY)(search)
app.command(cls=QueryCommand, rich_help_panel=_DAILY)(ask)
app.add_typer(folders_app, name="folders", rich_help_panel=_DAILY)
app.command("map", rich_help_panel=_EXPLORE)(map_)
app.command(rich_help_panel=_EXPLORE)(topics)
app.command(rich_help_panel=_EXPLORE)(copies)
app.command(rich_help_panel=_EXPLORE)(odd)
app.add_typer(label_app, name="label", rich_help_panel=_EXPLORE)
app.command(rich_help_panel=_EXPLORE)(like)
app.command("for-you", rich_help_panel=_EXPLORE)(for_you)
app.add_typer(saved_app, name="saved", rich_help_panel=_EXPLORE)
app.command(rich_help_panel=_EXPLORE)(health)
app.command(rich_help_panel=_PROGRAMS)(mcp)
app.command(rich_help_panel=_PROGRAMS)(password)
app.add_typer(token_app, name="token", rich_help_panel=_PROGRAMS)
app.command(rich_help_panel=_PROGRAMS)(completion)
app.add_typer(redis_app, name="redis", rich_help_panel=_DATA)
app.command(rich_help_panel=_DATA)(export)
app.command("import", rich_help_panel=_DATA)(import_)
app.add_typer(worker_app, name="worker", rich_help_panel=_DATA)
app.command("eval", rich_help_panel=_MODELS)(evaluate)
app.add_typer(index_app, name="index", rich_help_panel=_MODELS)


def _print_version(asked: bool) -> None:
    if asked:
        out.print(f"semsearch {version('semsearch')}", highlight=False)
        raise typer.Exit


@app.callback()
def semsearch(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Search by meaning over a folder of texts and pictures."""


@app.command(rich_help_panel=_PROGRAMS)
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the search page and the JSON API."""
    from semsearch.models.loaded import Models

    settings = settings_to_serve(host, port)
    with serving(settings, Models(settings)) as (url, wait):
        out.print(f"Search at {url} (Ctrl-C ends it)", highlight=False)
        wait(None)


@app.command(rich_help_panel=_DAILY)
def status(
    as_json: AsJson = False,
    why: Annotated[
        Path | None,
        typer.Option("--why", help="Say what became of this file or folder, and why.", show_default=False),
    ] = None,
) -> None:
    """Show counts, models, indexes, the files that failed or wait, and what Redis has lost.

    The exit code is 0, 1 if something is missing in Redis, and 2 if Redis does not answer.
    """
    from semsearch.api.payloads import of_status
    from semsearch.cli.explain import explain
    from semsearch.cli.show_status import print_status
    from semsearch.store.access import Role
    from semsearch.store.store import Store

    settings = settings_now()
    if why is not None:
        explain(why, settings, Store.open(settings, Role.WEB), as_json=as_json)
        return
    found = searcher_for(settings).status()
    if as_json:
        print_json(of_status(found))
    else:
        print_status(out, found)
    if found.missing:
        raise typer.Exit(SOME_MISSING)


app.command("train-texts", rich_help_panel=_MODELS)(train_texts)


@app.command("train-pictures", rich_help_panel=_MODELS)
def train_pictures(
    folder: Annotated[
        Path, typer.Argument(help="Folder of pictures, with captions.jsonl or text files beside them.")
    ],
    base: Annotated[str, typer.Option(help="Model to start from.")] = "minilook",
    output: Annotated[
        Path | None,
        typer.Option(help="Folder of the new model, by default below SEMSEARCH_HOME.", show_default=False),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Number of training epochs.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a picture model on your own pictures and their captions."""
    from semsearch.cli.show_training import of_trained, print_trained, watching
    from semsearch.finetune import train_pictures as training

    with watching(err) as watch:
        trained = training.train_pictures(settings_now(), folder, base, output, epochs, watch)
    if as_json:
        print_json(of_trained(trained))
    else:
        print_trained(out, trained)


def main() -> None:
    """Run the command line. An error of semsearch is printed as a sentence, with exit code 2."""
    answer_shells()
    try:
        app(prog_name=PROGRAM)
    except SemsearchError as error:
        err.print(f"semsearch: {error}", style="red", highlight=False, markup=False)
        sys.exit(COULD_NOT_RUN)
