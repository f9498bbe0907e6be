"""`semsearch index`: the indexes with vectors, and how to change their models and types."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now

if TYPE_CHECKING:
    from ingest.build import Builder, Built, Watch
    from semsearch.settings import Settings
    from semsearch.store.generation import Stage
    from semsearch.store.store import Store

index_app = typer.Typer(
    help="Show the indexes with vectors. Build others beside them, and put these to use.",
    invoke_without_command=True,
)

_LOWER_PRIORITY = 10


@index_app.callback()
def index(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the index in use of texts and of pictures, and the one beside it."""
    if context.invoked_subcommand is not None:
        return
    from semsearch.store.store import Store

    found = _described(Store.open(settings_now()))
    if as_json:
        print_json(found)
        return
    for space in found:
        for line in _lines(space):
            out.print(line, highlight=False, markup=False)
    if not found:
        out.print("there are no indexes yet: run `semsearch ingest`", highlight=False)


@index_app.command("build")
def build(
    algorithm: Annotated[
        str | None,
        typer.Option(
            metavar="flat|hnsw|auto",
            help="How the index searches: exactly, or approximately and faster in large libraries.",
            show_default=False,
        ),
    ] = None,
    datatype: Annotated[
        str | None,
        typer.Option("--type", metavar="float32|float16", help="Type of the numbers.", show_default=False),
    ] = None,
    swap: Annotated[
        bool, typer.Option("--swap/--no-swap", help="Put it to use when it is ready, or wait for `swap`.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Build second indexes with the models that are set now, and put them to use.

    Searches go on meanwhile, and so does ingestion. Ctrl-C pauses the build, and the next call goes on with
    it. Without options, a new index has the type of the one in use. Pictures are read again from their files.
    """
    from ingest.wanted import Wanted, algorithm_of, datatype_of

    settings = settings_now()
    os.nice(_LOWER_PRIORITY)
    wanted = Wanted(algorithm_of(algorithm), datatype_of(datatype))
    with _watching() as watch:
        built = _builder(settings, watch).build(wanted, swap=swap)
    _report(built, as_json=as_json)


@index_app.command("pause")
def pause(as_json: AsJson = False) -> None:
    """Let a build in another process stop after the batch that it works on."""
    _named("paused", _builder(settings_now()).pause(), as_json=as_json)


@index_app.command("swap")
def swap(as_json: AsJson = False) -> None:
    """Put the second indexes to use that are ready, all at once. The ones before are kept."""
    _report(_builder(settings_now()).swap(), as_json=as_json)


@index_app.command("cancel")
def cancel(as_json: AsJson = False) -> None:
    """Drop second indexes that are being built, are paused, or are ready."""
    from semsearch.store.generation import Stage

    _dropped(Stage.BUILDING, Stage.PAUSED, Stage.READY, as_json=as_json)


@index_app.command("release")
def release(as_json: AsJson = False) -> None:
    """Drop the indexes that were in use before, with their vectors, to free memory."""
    from semsearch.store.generation import Stage

    _dropped(Stage.KEPT, Stage.RELEASING, as_json=as_json)


def _dropped(*stages: Stage, as_json: bool) -> None:
    _named("dropped", _builder(settings_now()).release(*stages), as_json=as_json)


def _named(what: str, spaces: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json({what: spaces})
    else:
        out.print(f"{what}: {', '.join(spaces)}" if spaces else "there is nothing to do", highlight=False)


def _builder(settings: Settings, watch: Watch | None = None) -> Builder:
    from ingest.build import Builder
    from semsearch.models.loaded import Models
    from semsearch.search.in_use import settled
    from semsearch.store.store import Store

    store = Store.open(settings)
    models = settled(Models(settings), store)
    locked = partial(store.lease.alone, settings.home)
    return Builder(store, models, locked, watch or (lambda *_: None))


class _Bar:
    """A progress bar on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Watch:
        self._progress.start()
        return self._update

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _update(self, space: str, done: int, total: int) -> None:
        if space not in self._tasks:
            self._tasks[space] = self._progress.add_task(space, total=total)
        self._progress.update(self._tasks[space], completed=done, total=total)


def _watching() -> _Bar:
    return _Bar()


def _report(built: Built, *, as_json: bool) -> None:
    if as_json:
        spaces = [
            {"space": space, **_values(each), "compared": built.compared.get(space)}
            for space, each in built.generations.items()
        ]
        lacking = [{"path": path, "reason": reason} for path, reason in built.lacking]
        print_json({"built": spaces, "lacking": lacking, "paused": built.paused, "swapped": built.swapped})
        return
    for space, generation in built.generations.items():
        compared = built.compared.get(space)
        recall = "" if generation.recall is None else f"; its recall is {generation.recall:.3f}"
        out.print(f"{space}: {generation}{recall}", highlight=False, markup=False)
        if compared:
            out.print(f"  {compared}", highlight=False, markup=False)
    for path, reason in built.lacking:
        err.print(f"  not in the new index: {path}: {reason}", highlight=False, markup=False)
    if built.paused:
        out.print("paused: `semsearch index build` goes on with it", highlight=False)
    elif built.swapped:
        out.print("in use now; `semsearch index release` drops the indexes before", highlight=False)
    elif built.generations:
        out.print("ready: `semsearch index swap` puts it to use", highlight=False)
    else:
        out.print("the indexes are as they should be already", highlight=False)


def _described(store: Store) -> list[dict[str, Any]]:
    """For each space: the generation in use, and the other one, as values for JSON."""
    from semsearch.store.keys import index_alias

    generations = store.generations
    found = []
    for space, in_use in generations.in_use().items():
        other = generations.other(space)
        found.append(
            {
                "space": space,
                "in_use": _values(in_use) | {"memory_mb": generations.memory_mb(index_alias(space))},
                "other": other
                and _values(other.generation)
                | {
                    "stage": other.stage,
                    "done": other.done,
                    "total": other.total,
                    "seconds_ago": round(time.time() - other.at),
                    "compared": other.compared,
                    "memory_mb": generations.memory_mb(other.index) if other.index else None,
                },
            }
        )
    return found


def _values(generation: Any) -> dict[str, Any]:
    return {
        "model": generation.fingerprint.model,
        "setting": generation.source,
        "algorithm": generation.algorithm,
        "type": generation.layout.datatype,
        "recall": generation.recall,
    }


def _lines(space: dict[str, Any]) -> list[str]:
    lines = [f"{space['space']}: {_line(space['in_use'])}"]
    other = space["other"]
    if other:
        lines.append(f"  {other['stage']}: {_line(other)}")
        if other["stage"] in ("building", "paused"):
            share = other["done"] / max(1, other["total"])
            lines.append(
                f"    {other['done']:,} of {other['total']:,} pieces ({share:.0%}), "
                f"last written {other['seconds_ago']} s ago"
            )
        if other["compared"]:
            lines.append(f"    {other['compared']}")
    return lines


def _line(values: dict[str, Any]) -> str:
    memory = "" if values["memory_mb"] is None else f", {values['memory_mb']:.1f} MB"
    recall = "" if values["recall"] is None else f", recall {values['recall']:.3f}"
    return f"{values['model']}, {values['algorithm']}, {values['type']}{recall}{memory}"
