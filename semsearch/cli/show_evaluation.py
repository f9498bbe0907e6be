"""Show the figures of an evaluation: as a table for people, as values for scripts and for Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from semsearch.evaluation.datasets import Dataset
from semsearch.evaluation.measure import APPROXIMATE, MEASURES, MEASURES_OF_PAIRS, Figures
from semsearch.evaluation.mine import MINE
from semsearch.models.loaded import Models
from semsearch.text import iso

Json = dict[str, Any]
_HEADINGS = {"AP": "MAP", "Success@1": "first"}


@contextmanager
def watching(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, if the console is a terminal."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("queries", total=None, visible=False)

        def watch(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, visible=True)

        yield watch


def of_run(dataset: Dataset, figures: Mapping[str, Figures], models: Models, left_out: int = 0) -> Json:
    """The values of an evaluation, as they are kept in Redis and printed as JSON.

    `left_out` is the number of pairs whose document is gone.
    """
    return {
        "dataset": dataset.name,
        "at": iso(datetime.now(UTC)),
        "queries": len(dataset.queries),
        "documents": len(dataset.corpus) or None,
        "text_model": models.text_id,
        "image_model": models.image_id,
        **({"left_out": left_out} if left_out else {}),
        "modes": {mode: asdict(each) for mode, each in figures.items()},
    }


def print_run(console: Console, run: Json, before: Json | None) -> None:
    """Print a table of all modes, with the differences from an earlier run if there is one."""
    documents = f", {run['documents']:,} documents" if run["documents"] else ""
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        title_justify="left",
        title=f"{run['dataset']}: {run['queries']:,} queries{documents}",
    )
    table.add_column("mode", no_wrap=True)
    measures = MEASURES_OF_PAIRS if run["dataset"] == MINE else MEASURES
    for name in (*measures, "p50 ms", "p95 ms"):
        table.add_column(_HEADINGS.get(name, name), justify="right", no_wrap=True)
    for mode, each in run["modes"].items():
        cells = [f"{each['measures'][name]:.4f}" for name in measures]
        table.add_row(mode, *cells, f"{each['p50_ms']:.1f}", f"{each['p95_ms']:.1f}")
        earlier = before["modes"].get(mode) if before else None
        if earlier:
            changes = [f"{each['measures'][name] - earlier['measures'][name]:+.4f}" for name in measures]
            slower = [f"{each[name] - earlier[name]:+.1f}" for name in ("p50_ms", "p95_ms")]
            table.add_row("", *changes, *slower, style="dim")
    console.print(table)
    console.print(f"text model {run['text_model']}; the vector index is exact (FLAT)", highlight=False)
    if APPROXIMATE in run["modes"]:
        recall = run["modes"][APPROXIMATE]["recall"]
        console.print(
            f"{APPROXIMATE}: meaning by an HNSW index, which finds {recall:.1%} of the exact one's first ten",
            highlight=False,
        )
    _print_remarks(console, run, before)


def _print_remarks(console: Console, run: Json, before: Json | None) -> None:
    if run.get("left_out"):
        console.print(
            f"left out: {run['left_out']:,} pairs whose document is gone", style="yellow", highlight=False
        )
    if "tuned" in run:
        console.print(f"with {', '.join(run['tuned'])}; this run is not kept", highlight=False, markup=False)
    if before:
        console.print(
            f"compared with the run of {before['at']}, text model {before['text_model']}", highlight=False
        )
    short = sum(each["incomplete"] for each in run["modes"].values())
    if short:
        console.print(f"{short:,} queries got only a part of their results: measure again", style="yellow")
