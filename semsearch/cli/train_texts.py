"""`semsearch train-texts`: learn from judged hits what queries mean in this library."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semsearch.cli.ingest import opened
from semsearch.cli.judged import Collection, Mine, of_judged
from semsearch.cli.terminal import AsJson, out, print_json, settings_now
from semsearch.errors import SettingsError

if TYPE_CHECKING:
    from semsearch.finetune.train_texts import TrainedTexts


def train_texts(
    dataset: Collection = None,
    mine: Mine = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Undo it: queries mean again what the model says.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from judged queries how to find their texts in this library.

    It is put to use only if queries that were held out find more with it. No document is embedded again.
    """
    from semsearch.finetune import train_texts as training
    from semsearch.search.in_use import settled

    if forget and (mine or dataset is not None):
        raise SettingsError("--forget undoes what was learned: it goes with neither a collection nor --mine.")
    settings = settings_now()
    store, models = opened(settings)
    models = settled(models, store)
    with store.lease.alone(settings.home):
        if forget:
            _forgotten(training.forget_texts(store, models), as_json=as_json)
            return
        judged, gone = of_judged(dataset, store, mine=mine)
        answers = {
            query: [doc for doc, grade in grades.items() if grade > 0]
            for query, grades in judged.judged.items()
        }
        judgements = training.Judgements(judged.queries, answers, judged.document_of)
        trained = training.train_texts(store, models, judgements)
    if as_json:
        print_json({**asdict(trained), "gain": trained.gain, "gone": gone})
    else:
        _print(trained, gone)


def _forgotten(was_kept: bool, *, as_json: bool) -> None:
    if as_json:
        print_json({"forgotten": was_kept})
    else:
        out.print(
            "forgotten: queries mean again what the model says" if was_kept else "nothing was learned",
            highlight=False,
        )


def _print(trained: TrainedTexts, gone: int) -> None:
    def line(text: str, **style: Any) -> None:
        out.print(text, highlight=False, markup=False, **style)

    line(f"{trained.queries:,} queries with {trained.pairs:,} answers, {trained.documents:,} texts")
    if trained.left_out or gone:
        line(
            f"left out: {trained.left_out:,} queries without an answer here, "
            f"{gone:,} pairs whose document is gone",
            style="yellow",
        )
    line("nDCG@10 by meaning, of queries that were held out:")
    line(f"  before {trained.before:.4f}")
    line(f"  after  {trained.after:.4f}   {trained.gain:+.4f}, with a standard error of {trained.error:.4f}")
    if trained.head:
        line("It is in use now. `semsearch train-texts --forget` undoes it.")
    else:
        line("It gains nothing that chance could not give, so nothing was changed.")
