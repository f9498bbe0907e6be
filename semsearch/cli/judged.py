"""Which judged queries a command measures on or learns from: a collection, or what people said here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.evaluation.datasets import Dataset
    from semsearch.store.store import Store


Collection = Annotated[
    Path | None,
    typer.Argument(help="A folder in BEIR layout, or a CSV file of queries and paths.", show_default=False),
]
Mine = Annotated[bool, typer.Option("--mine", help='Take the hits of which you said "This is it".')]


def of_judged(dataset: Path | None, store: Store, *, mine: bool) -> tuple[Dataset, int]:
    """The judged queries, and the number of pairs that are left out because their document is gone.

    Raises SettingsError unless exactly one of both is given, FileError for a collection that cannot be read.
    """
    from semsearch.evaluation.datasets import load
    from semsearch.evaluation.mine import of_mine

    if (dataset is None) != mine:
        raise SettingsError("Name either a judged collection, or --mine for the pairs that were judged here.")
    return of_mine(store) if dataset is None else (load(dataset), 0)
