"""`semsearch eval`: how well search finds what was judged to be relevant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.ingest import opened, run
from semsearch.cli.judged import Collection, Mine, of_judged
from semsearch.cli.terminal import AsJson, err, out, print_json, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.evaluation.datasets import Dataset
    from semsearch.evaluation.measure import Figures
    from semsearch.models.loaded import Models
    from semsearch.search.tuning import Tuning
    from semsearch.settings import Settings
    from semsearch.store.store import Store


def evaluate(
    dataset: Collection = None,
    mine: Mine = False,
    compare: Annotated[bool, typer.Option("--compare", help="Show what changed since the last run.")] = False,
    tune: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Set a constant of the ranking, for this run only. May be repeated."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well search finds the documents that were judged to be relevant.

    A folder is indexed separately, below SEMSEARCH_HOME, and an approximate index is measured too. A CSV file
    names documents of the current index by their paths, and --mine those that you judged there. A run with
    other constants is not kept for --compare.
    """
    from semsearch.cli import show_evaluation

    tuning = _tuning(tune or ())
    settings = settings_now()
    store, models = opened(settings)
    judged, left_out = of_judged(dataset, store, mine=mine)
    figures = _measured(judged, settings, store, models, tuning, quiet=as_json)
    before = store.runs.last_evaluation(judged.name) if compare else None
    run = show_evaluation.of_run(judged, figures, models, left_out)
    if tune:
        run["tuned"] = tune
    else:  # later runs are compared with the values in use
        store.runs.keep_evaluation(judged.name, run)
    if as_json:
        print_json(run | ({"before": before} if compare else {}))
    else:
        show_evaluation.print_run(out, run, before)


def _tuning(changes: Sequence[str]) -> Tuning:
    """The constants with these changes. Raises SettingsError."""
    from semsearch.search.tuning import CALIBRATION, Tuning

    tuning = Tuning.changed(changes)
    if idle := [change for change in changes if change.partition("=")[0] in CALIBRATION]:
        raise SettingsError(f"{idle[0]!r} counts in a calibration only: measure it with benchmarks/relevance")
    return tuning


def _measured(
    judged: Dataset, settings: Settings, store: Store, models: Models, tuning: Tuning, *, quiet: bool
) -> dict[str, Figures]:
    """Measure a judged collection: in a home of its own if it has documents, otherwise in the index."""
    from semsearch.cli import show_evaluation
    from semsearch.evaluation import homes
    from semsearch.evaluation.measure import measure

    with show_evaluation.watching(err) as watch:
        if not judged.corpus:
            return measure(judged, store, models, watch, tuning=tuning)
        with homes.home_of(judged, settings) as (own, files):
            there = opened(own)
            run([files], own, *there, quiet=quiet)
            return measure(judged, *there, watch, approximate=True, tuning=tuning)
