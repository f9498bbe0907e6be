"""Measure how well relevance separates matches from hits of queries that have no answer in the library.

    python -m benchmarks.relevance DATA [--home FOLDER] [--plot FILE] [--tune NAME=VALUE ...]

DATA holds text/scifact (BEIR layout) and images/flickr8k_dev.tar and .jsonl. All are ingested into one
library with the built-in models. The queries with an answer are SciFact's claims and one caption of each
photo. The queries without an answer are those of absent_subjects.txt. A query with an answer is lost if its
relevant hit is among the first ten, but below the threshold. A query without an answer is a false alarm if
any hit is above the threshold. other_subjects.txt has more queries without an answer. They were written
later, many of them about scenes that a photo could show, and the threshold was moved in view of them.

The benchmark prints the shares of both errors for the relevance that semsearch shows. For comparison it
prints them for two other scores: the similarity itself, and the number of standard deviations by which it is
above the mean similarity of that query to the whole index, computed from the mean and the covariance of the
index. With --home, the library is kept in that folder and used again. With --tune, constants
of semsearch.search.tuning have other values.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.running import installation
from semsearch.api.payloads import of_results
from semsearch.evaluation.datasets import load
from semsearch.models.loaded import Models
from semsearch.query import Mode, Query
from semsearch.records import Kind
from semsearch.results import CLEAR
from semsearch.search.calibrate import calibrate
from semsearch.search.interpret import Interpreter
from semsearch.search.searcher import Searcher
from semsearch.search.tuning import Tuning
from semsearch.store.schema import SEMANTIC, VECTOR
from semsearch.store.store import Store

Hits = list[dict[str, object]]
ABSENT = Path(__file__).with_name("absent_subjects.txt")
OTHERS = Path(__file__).with_name("other_subjects.txt")
_FIRST = 10


@dataclass(frozen=True)
class Question:
    """A query, and the stems of the files that answer it; none if the library has no answer."""

    text: str
    answers: frozenset[str] = frozenset()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, help="keeps the library, and uses it again")
    parser.add_argument("--plot", type=Path, help="an SVG file to write the curves to")
    parser.add_argument("--tune", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    tuning = Tuning.changed(options.tune)
    with tempfile.TemporaryDirectory(prefix="semsearch-bench-") as temporary:
        home = options.home or Path(temporary)
        files = home / "files"
        texts, captions = _questions(options.data, files)
        absent, others = (
            [Question(line) for line in file.read_text(encoding="utf-8").splitlines()]
            for file in (ABSENT, OTHERS)
        )
        with installation(home) as semsearch:
            semsearch.run("ingest", str(files))
            store, models = Store.open(semsearch.settings), Models(semsearch.settings)
            calibrate(store, models, tuning)
            searcher = Searcher(store, models, tuning)
            found = {
                f"{name}{suffix}": [(question, _ask(searcher, question, mode)) for question in questions]
                for mode, suffix in ((Mode.HYBRID, ""), (Mode.MEANING, ", meaning"))
                for name, questions in (
                    ("SciFact claims", texts),
                    ("photo captions", captions),
                    ("absent", absent),
                    ("others", others),
                )
            }
            calibrate(store, models)
            for asked in found.values():
                _add_deviations(store, models, asked)
    curves = {
        "relevance": _report("relevance, hybrid", found, "", _relevance, CLEAR),
        "relevance, meaning alone": _report(
            "relevance, meaning alone", found, ", meaning", _relevance, CLEAR
        ),
        "flat similarity": _report("flat similarity, meaning", found, ", meaning", _similarity, None),
        "deviations of the question": _report(
            "standard deviations of the question", found, ", meaning", _deviations, None
        ),
    }
    if options.plot:
        options.plot.write_text(_svg(curves), encoding="utf-8")


def _questions(data: Path, files: Path) -> tuple[list[Question], list[Question]]:
    """The queries with an answer. Writes their documents to `files`, unless the folder exists."""
    collection = load(data / "text" / "scifact")
    if not files.exists():
        collection.write(files / "abstracts")
        with tarfile.open(data / "images" / "flickr8k_dev.tar") as tar:
            tar.extractall(files / "photos", filter="data")
    texts = [
        Question(text, frozenset(doc for doc, grade in collection.judged[query].items() if grade > 0))
        for query, text in collection.queries.items()
    ]
    rows = (data / "images" / "flickr8k_dev.jsonl").read_text(encoding="utf-8").splitlines()
    photos = [json.loads(row) for row in rows]
    # Each photo has five captions. The first photo gives its first caption, the second its second, and so on.
    captions = [
        Question(photo["captions"][n % len(photo["captions"])], frozenset([Path(photo["image"]).stem]))
        for n, photo in enumerate(photos)
    ]
    return texts, captions


def _ask(searcher: Searcher, question: Question, mode: Mode) -> Hits:
    results = searcher.search(Query(question.text, limit=_FIRST, mode=mode))
    hits: Hits = of_results(question.text, results)["hits"]
    return hits


def _relevance(hit: dict[str, object]) -> float:
    return float(str(hit["relevance"]))


def _similarity(hit: dict[str, object]) -> float:
    return -1.0 if hit["similarity"] is None else float(str(hit["similarity"]))


def _deviations(hit: dict[str, object]) -> float:
    return float(str(hit["deviations"]))


def _add_deviations(store: Store, models: Models, asked: Sequence[tuple[Question, Hits]]) -> None:
    """Add to each hit the number of standard deviations by which it is above the mean of its query."""
    interpreter = Interpreter(store.ledger, models, store.generations.in_use())
    scales = {}
    for kind, field, leg_of in (
        (Kind.TEXT, VECTOR, interpreter.near_passages),
        (Kind.IMAGE, SEMANTIC, interpreter.near_pictures),
    ):
        legs = [leg_of(question.text) for question, _ in asked]
        questions = np.array([leg.vector for leg in legs if leg is not None], np.float64)
        records = [record for record in store.ledger if record.kind is kind]
        rows = [vector for record in records for vector in store.ledger.vectors(record, field)]
        vectors = np.array(rows, np.float64)
        spread = np.einsum("qi,ij,qj->q", questions, np.cov(vectors.T), questions) ** 0.5
        scales[kind.value] = (questions @ vectors.mean(axis=0), spread)
    for n, (_, hits) in enumerate(asked):
        for hit in hits:
            mean, spread = scales[str(hit["kind"])]
            hit["deviations"] = (_similarity(hit) - mean[n]) / spread[n]


def _report(
    name: str,
    found: dict[str, list[tuple[Question, Hits]]],
    suffix: str,
    score: Callable[[dict[str, object]], float],
    line: float | None,
) -> list[tuple[float, float]]:
    """Print the errors at a threshold, if given, and at the one with 10 % false alarms.

    Returns the curve over all thresholds, as pairs (false alarms, lost).
    """
    alarms, others = (
        np.array([max(map(score, hits), default=-99.0) for _, hits in found[name + suffix]])
        for name in ("absent", "others")
    )
    kept = {
        kind: np.array(
            [
                max(score(hit) for hit in hits if Path(str(hit["path"])).stem in question.answers)
                for question, hits in found[kind + suffix]
                if any(Path(str(hit["path"])).stem in question.answers for hit in hits)
            ]
        )
        for kind in ("SciFact claims", "photo captions")
    }
    both = np.concatenate(list(kept.values()))
    print(f"\n{name}")
    lines = [("at the line", line)] if line is not None else []
    for label, height in [*lines, ("at 10 % false alarms", float(np.quantile(alarms, 0.9)))]:
        each = ", ".join(f"{kind} {np.mean(of > height):.3f} of {len(of)}" for kind, of in kept.items())
        print(f"  {label:22} {height:.3f}: false alarms {np.mean(alarms > height):.3f}", end=", ")
        print(f"of the other questions {np.mean(others > height):.3f}")
        print(f"  {'':22} kept {np.mean(both > height):.3f} of {len(both)} ({each})")
    heights = np.unique(np.concatenate([alarms, both]))
    return [(float(np.mean(alarms > height)), float(np.mean(both <= height))) for height in heights]


def _svg(curves: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """An SVG chart of lost matches over false alarms, with one line for each score."""
    colours = ("#0b7285", "#74b816", "#c92a2a", "#862e9c")
    width, height, left, top, across, down = 640, 420, 70, 20, 540, 330
    most = 0.5

    def place(point: tuple[float, float]) -> str:
        x, y = (min(share, most) / most for share in point)
        return f"{left + x * across:.1f},{top + (1 - y) * down:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="13"><rect width="100%" height="100%" fill="#fff"/>'
    ]
    for step in range(6):
        share = step / 10
        x, y = left + share / most * across, top + (1 - share / most) * down
        parts.append(
            f'<path d="M{x:.0f} {top}V{top + down}M{left} {y:.0f}H{left + across}" stroke="#ddd"/>'
            f'<text x="{x:.0f}" y="{top + down + 18}" text-anchor="middle">{share:.0%}</text>'
            f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        )
    for n, (name, curve) in enumerate(curves.items()):
        shown = [point for point in curve if max(point) <= most]
        points = " ".join(map(place, shown))
        name = name if shown else f"{name} (off the chart)"
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colours[n]}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 250}" y="{top + 24 + 20 * n}" fill="{colours[n]}">{name}</text>')
    parts.append(
        f'<text x="{left + across / 2}" y="{height - 14}" text-anchor="middle">'
        "questions about absent subjects with anything above the line</text>"
        f'<text transform="translate(18 {top + down / 2}) rotate(-90)" text-anchor="middle">'
        "relevant hits of the first ten below it</text></svg>\n"
    )
    return "".join(parts)


if __name__ == "__main__":
    main()
