"""How well do questions in one language find texts in it, and texts in English?

    python -m benchmarks.languages samples [--model e5]
    python -m benchmarks.languages xquad DATA [--model e5] [--paragraphs 60] [--languages de,ru]

`samples` puts ten questions (`benchmarks/language_questions.tsv`) in six languages to the sample library, and
counts those whose document is among the first three. `xquad` reads `corpus.<language>.jsonl`,
`queries.<language>.jsonl` and `qrels/test.tsv` in DATA. It puts the questions of each language to the
paragraphs in that language, and to those in English.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from semsearch.cli.ingest import opened, run
from semsearch.evaluation.datasets import Dataset, load
from semsearch.evaluation.homes import free_port, home_of
from semsearch.evaluation.measure import Figures, measure
from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.engine import engine

SAMPLES = Path(__file__).parents[1] / "samples" / "library"
QUESTIONS = Path(__file__).with_name("language_questions.tsv")
FIRST = 3
ENGLISH = "en"
MEASURE = "nDCG@10"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("samples", "xquad"):
        options = commands.add_parser(command)
        options.add_argument("--model", default="e5", help="SEMSEARCH_TEXT_MODEL")
    options.add_argument("data", type=Path)
    options.add_argument("--paragraphs", type=int, help="only the first paragraphs, with their questions")
    options.add_argument("--languages", type=lambda text: text.split(","), help="those beside English")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as home:
        settings = Settings(home=Path(home), text_model=chosen.model, redis_url="", redis_port=free_port())
        if chosen.command == "samples":
            samples(settings)
        else:
            xquad(settings, chosen.data, chosen.languages, chosen.paragraphs)


def samples(settings: Settings) -> None:
    """Print how many of the questions of each language find their document, and those that do not."""
    with QUESTIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    store, models = opened(settings)
    try:
        run([SAMPLES], settings, store, models, quiet=True)
        searcher = Searcher(store, models)
        for language in [name for name in rows[0] if name != "path"]:
            missed = [row for row in rows if row["path"] not in _first(searcher, row[language])]
            print(f"{language}  {len(rows) - len(missed):2} of {len(rows)}")
            for row in missed:
                print(f"      {row[language]}  ({row['path']})")
    finally:
        engine.stop(settings)


def _first(searcher: Searcher, question: str) -> list[str]:
    return [hit.path for hit in searcher.search(Query(question, limit=FIRST)).hits]


def xquad(settings: Settings, data: Path, languages: list[str] | None, paragraphs: int | None) -> None:
    """Print nDCG@10 of each language against its own paragraphs and against those in English."""
    known = sorted(path.name.split(".")[1] for path in data.glob("queries.*.jsonl"))
    others = [each for each in languages or known if each != ENGLISH]
    english = _measured(settings, _dataset(data, ENGLISH, ENGLISH, paragraphs))
    _print("en > en", english, english)
    for language in others:
        for corpus in (language, ENGLISH):
            dataset = _dataset(data, language, corpus, paragraphs)
            _print(f"{language} > {corpus}", _measured(settings, dataset), english)


def _dataset(data: Path, questions: str, corpus: str, paragraphs: int | None) -> Dataset:
    """The questions of one language, judged on the paragraphs of another."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, f"{data.name}.{corpus}")
        folder.mkdir()
        (folder / "corpus.jsonl").symlink_to(data.resolve() / f"corpus.{corpus}.jsonl")
        (folder / "queries.jsonl").symlink_to(data.resolve() / f"queries.{questions}.jsonl")
        (folder / "qrels").symlink_to(data.resolve() / "qrels")
        dataset = load(folder)
    first = dict(list(dataset.corpus.items())[:paragraphs])
    judged = {query: found for query, found in dataset.judged.items() if found.keys() <= first.keys()}
    queries = {query: text for query, text in dataset.queries.items() if query in judged}
    return replace(dataset, corpus=first, judged=judged, queries=queries)


def _measured(settings: Settings, dataset: Dataset) -> Mapping[str, Figures]:
    with home_of(dataset, settings) as (own, files):
        store, models = opened(own)
        run([files], own, store, models, quiet=True)
        return measure(dataset, store, models, lambda *_: None)


def _print(name: str, found: Mapping[str, Figures], english: Mapping[str, Figures]) -> None:
    cells = [
        f"{mode} {figures.measures[MEASURE]:.4f} ({_share(figures, english[mode]):.2f} of English)"
        for mode, figures in found.items()
    ]
    print(f"{name:8}", *cells, sep="  ", flush=True)


def _share(figures: Figures, english: Figures) -> float:
    return figures.measures[MEASURE] / english.measures[MEASURE]


if __name__ == "__main__":
    main()
