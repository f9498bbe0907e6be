"""`semsearch ingest` and `semsearch up`: bring the index up to date with folders, and watch them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.serving import Host, Port, serving, settings_to_serve
from semsearch.cli.stopping import until_interrupted
from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now

if TYPE_CHECKING:
    from ingest.run import Options
    from ingest.summary import Summary
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings
    from semsearch.store.store import Store
    from semsearch.tasks import Tasks

SOME_FAILED = 1
_LOWER_PRIORITY = 10

Folders = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Folders to ingest, by default all known ones; with --retry also files.", show_default=False
    ),
]
TryAgain = Annotated[
    bool,
    typer.Option(
        "--retry",
        help="Try again files that failed or had nothing to index: those in FOLDERS, or those named.",
    ),
]
Reason = Annotated[
    str, typer.Option(help="Try again only files whose reason has these words.", show_default=False)
]
AllowEmpty = Annotated[
    bool,
    typer.Option(
        "--allow-empty",
        help="Remove at once what is missing: the documents of files and folders that are not there.",
    ),
]
Rebuild = Annotated[
    bool, typer.Option("--rebuild", help="Index all known folders again, with the models that are set now.")
]
ByItself = Annotated[
    bool, typer.Option("--by-itself", help="Do all the work in this process, although there are workers.")
]


def up(
    folder: Annotated[Path | None, typer.Argument(help="Folder to ingest.", show_default=False)] = None,
    host: Host = None,
    port: Port = None,
    watch: Annotated[
        bool, typer.Option(help="Watch the folder, or all known ones, and take up what changes.")
    ] = True,
) -> None:
    """Start the engine, serve the search page, ingest a folder and watch it."""
    from semsearch.cli import watching

    settings = settings_to_serve(host, port)
    store, models = opened(settings)
    with serving(settings, models) as (url, wait):
        out.print(f"Search at {url} (Ctrl-C ends it; what is indexed stays)", highlight=False)
        folders = [] if folder is None else [folder]
        tasks = _tasks(settings, watch=watch)
        if folders:
            _show(run(folders, _first(settings, watch=watch), store, models))
        if watch:
            watching.watch(folders, settings, store, models, wait, tasks)
        else:
            wait(None)


def ingest(
    folders: Folders = None,
    as_json: AsJson = False,
    retry: TryAgain = False,
    reason: Reason = "",
    allow_empty: AllowEmpty = False,
    rebuild: Rebuild = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Watch the folders afterwards, and take up what changes.")
    ] = False,
    by_itself: ByItself = False,
) -> None:
    """Bring the index up to date with folders: those named, or all known ones that are not paused.

    The exit code is 0 if nothing failed, 1 if some files failed, and 2 if the command could not run.
    """
    from ingest.retry import Retry
    from ingest.run import Options
    from semsearch.cli import watching

    settings = settings_now()
    chosen = folders or _not_paused(settings.home)
    if not (chosen or rebuild or watch):
        raise typer.BadParameter("name a folder: no known one is to be ingested", param_hint="FOLDERS")
    store, models = opened(settings)
    # Searches of a server on this machine come first. The engine runs already, so it keeps its priority.
    os.nice(_LOWER_PRIORITY)
    again = Retry(reason) if retry or reason else None
    tolerant = not (folders or rebuild)
    options = Options(again, allow_empty, rebuild, tolerant=tolerant, by_itself=by_itself)
    tasks = _tasks(settings, watch=watch)
    with until_interrupted() if watch else nullcontext() as wait:
        summary = run(chosen, _first(settings, watch=watch), store, models, options, quiet=as_json)
        _show(summary, as_json=as_json)
        if wait is not None:
            watching.watch(folders or [], settings, store, models, wait, tasks, as_json=as_json)
    if not watch and (summary.failures or summary.problems):
        raise typer.Exit(SOME_FAILED)


def _tasks(settings: Settings, *, watch: bool) -> Tasks:
    """The tasks of the page. Before the first run, the page already says that somebody will do them."""
    from semsearch.tasks import Tasks

    tasks = Tasks(settings.home)
    if watch:
        tasks.take_on()
    return tasks


def opened(settings: Settings) -> tuple[Store, Models]:
    """The store with the rights of a worker, and the models that are set. Starts the engine when needed."""
    from semsearch.models.loaded import Models
    from semsearch.store.store import Store

    return Store.open(settings), Models(settings)


def _say_which_models(store: Store, models: Models) -> None:
    """Say when the index keeps its model, although the setting names another one."""
    from semsearch.search.in_use import followed_spaces
    from semsearch.store.schema import TEXT

    for space, source in followed_spaces(models, store.generations.in_use()).items():
        setting = "SEMSEARCH_TEXT_MODEL" if space == TEXT else "SEMSEARCH_IMAGE_MODEL"
        wanted = models.text_source if space == TEXT else models.image_source
        err.print(
            f"{setting} is {wanted}, but the index in use is of {source}, which goes on. To change the model "
            "of the index, run `semsearch index build`",
            highlight=False,
            markup=False,
        )


def _first(settings: Settings, *, watch: bool) -> Settings:
    """The settings of the first run. A watcher reads text in pictures while nothing else is to be done."""
    return settings.model_copy(update={"ocr": False}) if watch else settings


def _not_paused(home: Path) -> list[Path]:
    from semsearch.folders import listed_folders

    return [Path(folder.path) for folder in listed_folders(home) if not folder.paused]


def run(
    folders: list[Path],
    settings: Settings,
    store: Store,
    models: Models,
    options: Options | None = None,
    *,
    quiet: bool = False,
) -> Summary:
    """Run ingestion, with a progress bar on a terminal unless it is to be `quiet`."""
    from ingest.run import Options, ingest
    from semsearch.cli.show_ingest import Bar, Silent

    if options is not None and options.tolerant:
        _say_which_models(store, models)
    with Bar(err) if err.is_terminal and not quiet else Silent() as progress:
        return ingest(folders, settings, store, models, progress, options or Options())


def _show(summary: Summary, *, as_json: bool = False) -> None:
    from semsearch.cli.show_ingest import print_summary

    if as_json:
        print_json(summary.as_json())
    else:
        print_summary(out, summary)
