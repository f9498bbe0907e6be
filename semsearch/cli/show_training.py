"""Show a training: as text for people, as values for scripts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from semsearch.finetune.train_pictures import Trained, Watch
from semsearch.text import printable

_NAMED = 10


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """A progress bar for each stage, if the console is a terminal."""
    with Progress(
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        tasks: dict[str, Any] = {}

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done)

        yield watch


def print_trained(console: Console, trained: Trained) -> None:
    """Print what was left out, the figures before and after, and the next commands."""
    for problem in trained.problems[:_NAMED]:
        line = f"left out {printable(problem.what)}: {printable(problem.why)}"
        console.print(line, style="yellow", highlight=False, markup=False)
    if len(trained.problems) > _NAMED:
        console.print(f"left out {len(trained.problems) - _NAMED:,} more (all with --json)", style="yellow")
    table = Table(title=f"captions of {trained.held_out} pictures held out")
    for heading in ("training", "first", "among 10", "median rank"):
        table.add_column(heading, justify="left" if heading == "training" else "right")
    for name, figures in (("before", trained.before), ("after", trained.after)):
        if figures is None:
            table.add_row(name, "-", "-", "-")
        else:
            first, ten = f"{figures.recall_1:.0%}", f"{figures.recall_10:.0%}"
            table.add_row(name, first, ten, f"{figures.median_rank:g}")
    console.print(table)
    learned = f"{trained.pictures:,} pictures with {trained.captions:,} captions"
    console.print(f"Learned from {learned}. To use the model, set it and index again:", highlight=False)
    for command in next_commands(trained):
        console.print(f"  {command}", highlight=False, markup=False)


def next_commands(trained: Trained) -> tuple[str, str]:
    """The commands that put the model to use."""
    return (
        f"export SEMSEARCH_IMAGE_MODEL={shlex.quote(str(trained.output))}",
        "semsearch index build",
    )


def of_trained(trained: Trained) -> dict[str, Any]:
    """The training as values for JSON."""
    return {**asdict(trained), "output": str(trained.output), "next": list(next_commands(trained))}
