"""How well labels are learned from 20 marks, and how often the preset of sentiment is right.

    python -m benchmarks.labels DATA VECTORS

DATA has `text/scifact` in BEIR layout. VECTORS is what benchmarks.explored_vectors makes. Ten classes of
Caltech-101's photos are learned by their looks, and ten subjects of SciFact's abstracts by their vectors: an
abstract is about a subject if a word of its title says so. Half of each collection can be marked. Each label
begins with three documents of its class, and takes 17 more: those that a page asks for, one at a time, with
the answer that is true. F1 is told on the other half, beside that of logistic regression (scikit-learn) on
all labels of the first half, with the strength that is best in four folds; each is the mean of the classes,
and of two beginnings. Brier says how far probabilities lie from the truth.

The preset is tried on the sentences of benchmarks/sentiment_sentences.tsv.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.explored_vectors import read
from semsearch.explore.learning import MOST_UNMARKED, Marked, Space, learn, least_sure
from semsearch.explore.presets import CLASSES, shipped
from semsearch.explore.presets import read as read_preset
from semsearch.explore.regression import Regression
from semsearch.models.loaded import Models
from semsearch.records import Vectors
from semsearch.settings import Settings

SENTENCES = Path(__file__).with_name("sentiment_sentences.tsv")
FIRST, MARKS, BEGINNINGS = 3, 20, 2
CLASSES_OF_PHOTOS = 10
# A subject of SciFact, by the beginnings of words one of which is in the title.
SUBJECTS = {
    "breast": ("breast",),
    "diabetes": ("diabet",),
    "malaria": ("malaria",),
    "tuberculosis": ("tubercul",),
    "leukaemia": ("leukemi", "leukaemi"),
    "histones": ("histone",),
    "HIV": ("hiv",),
    "obesity": ("obes",),
    "stem cells": ("embryonic", "pluripotent"),
    "heart": ("coronary", "cardiac", "heart"),
}
Truth = npt.NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("vectors", type=Path)
    arguments = parser.parse_args()
    sentiment()
    photos = read(arguments.vectors, "caltech.looks")
    counts = Counter(str(label) for label in photos.labels if label != "BACKGROUND_Google")
    chosen = [name for name, _ in counts.most_common(CLASSES_OF_PHOTOS)]
    report("Caltech", photos.vectors, {name: photos.labels == name for name in chosen})
    texts = read(arguments.vectors, "scifact")
    titles = _titles(arguments.data / "text" / "scifact" / "corpus.jsonl")
    told = [titles[Path(path).stem] for path in texts.ids]
    subjects = {
        name: np.array([any(word in title for word in words) for title in told])
        for name, words in SUBJECTS.items()
    }
    report("SciFact", texts.vectors, subjects)


def report(name: str, vectors: Vectors, classes: dict[str, Truth]) -> None:
    half = np.random.default_rng(0).permutation(len(vectors)) < len(vectors) // 2
    print(f"{name}: {len(vectors):,} documents, {half.sum():,} of which can be marked")
    print("class            documents  all labels  20 marks  Brier")
    rows = []
    for label, truth in classes.items():
        asked = [learned(vectors, truth, half, seed) for seed in range(BEGINNINGS)]
        rows.append([from_all(vectors, truth, half), *np.mean(asked, axis=0)])
        print(f"{label:16} {truth.sum():9,} {_figures(rows[-1])}", flush=True)
    print(f"{'mean':26} {_figures(np.mean(rows, axis=0))}", flush=True)


def learned(vectors: Vectors, truth: Truth, half: Truth, seed: int) -> tuple[float, float]:
    """F1 and Brier score on the other half, from marks on this half."""
    rng = np.random.default_rng(seed)
    here, is_it = vectors[half], truth[half]
    space, order = Space.of(here), rng.permutation(len(here))
    marked = list(map(int, rng.choice(np.flatnonzero(is_it), FIRST, replace=False)))
    while True:
        found = learn(_marked(here, is_it, marked, order), space)
        if len(marked) == MARKS:
            break
        rest = np.setdiff1d(np.arange(len(here)), marked)
        marked.append(int(rest[least_sure(found.probabilities(here[rest]), here[rest], 1)[0]]))
    sure = found.probabilities(vectors[~half])
    return f1(sure >= 0.5, truth[~half]), float(np.mean((sure - truth[~half]) ** 2))


def from_all(vectors: Vectors, truth: Truth, half: Truth) -> float:
    """F1 on the other half of a logistic regression on all labels of this half."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    seen = Space.of(vectors[half]).seen(vectors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1, 10, 100]}, scoring="f1", cv=4)
        fitted = search.fit(seen[half], truth[half])
    return f1(fitted.predict(seen[~half]).astype(bool), truth[~half])


def f1(found: Truth, truth: Truth) -> float:
    return float(2 * (found & truth).sum() / max(1, found.sum() + truth.sum()))


def sentiment() -> None:
    """Print how often the preset says the right one of positive, negative and neither."""
    lines = [line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as home:
        model = Models(Settings(home=Path(home))).text()
        vectors = model.embed([text for _, text in lines])
    preset = read_preset(shipped("sentiment") or b"", model.id)
    if preset is None:
        raise SystemExit("the preset was fitted for another model: run python scripts/presets.py")
    truth = np.array([mark for mark, _ in lines])
    said = _said(preset, vectors)
    print(f"sentiment: {len(lines)} sentences, {(said == truth).mean():.3f} right of three classes")
    for name in CLASSES["sentiment"]:
        has_it = preset[name].probabilities(vectors) >= 0.5
        right = (has_it == (truth == name)).mean()
        print(f"  label {name}: {right:.3f} right, F1 {f1(has_it, truth == name):.3f}")
    felt = truth != "neutral"
    ours = np.where(
        preset["positive"].logits(vectors) > preset["negative"].logits(vectors), "positive", "negative"
    )
    print(f"  of the {felt.sum()} that are positive or negative: {(ours == truth)[felt].mean():.3f} right\n")


def _said(preset: dict[str, Regression], vectors: Vectors) -> npt.NDArray[np.str_]:
    """The likelier label that a sentence has, or neutral."""
    positive, negative = (preset[name].probabilities(vectors) for name in ("positive", "negative"))
    likelier = np.where(positive >= negative, "positive", "negative")
    return np.where(np.maximum(positive, negative) >= 0.5, likelier, "neutral")


def _marked(vectors: Vectors, is_it: Truth, marked: Sequence[int], order: npt.NDArray[np.int64]) -> Marked:
    yes = [n for n in marked if is_it[n]]
    no = [n for n in marked if not is_it[n]]
    rest = order[~np.isin(order, marked)][:MOST_UNMARKED]
    return Marked(vectors[yes], vectors[no].reshape(-1, vectors.shape[1]), vectors[rest])


def _titles(corpus: Path) -> dict[str, str]:
    """The title of each abstract in small letters, by its id."""
    lines = map(json.loads, corpus.read_text(encoding="utf-8").splitlines())
    return {line["_id"]: line["title"].lower() for line in lines}


def _figures(row: Sequence[float] | npt.NDArray[np.float64]) -> str:
    return f"{row[0]:11.2f} {row[1]:9.2f} {row[2]:6.3f}"


if __name__ == "__main__":
    main()
