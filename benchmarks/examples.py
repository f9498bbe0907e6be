"""How much examples help: a query with documents that the hits should be like, or unlike.

    python -m benchmarks.examples WORK COLLECTION [--classes N]

WORK is the folder of `python -m tools.minilook collect`, whose photos of Caltech-101 no training used. Each
class is asked by its name, by photos of it, and by both. COLLECTION is a judged collection in BEIR layout.
Its queries are moved by the first relevant document that they find, and by the first irrelevant one. An
example is no candidate. Rows give the share of right documents among the ten nearest, for several factors.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.picture_model import look
from benchmarks.picture_sets import caltech
from semsearch.evaluation.datasets import load
from semsearch.models.catalogue import image_model, text_model
from semsearch.query import LegName
from semsearch.records import Kind, Vector, Vectors
from semsearch.search.examples import Examples
from semsearch.search.legs import Leg
from semsearch.search.tuning import TUNING
from semsearch.settings import Settings
from semsearch.store.fingerprint import Fingerprint
from semsearch.store.generation import Generation
from semsearch.store.schema import IMAGE, SEMANTIC, TEXT, VECTOR, VISUAL

K = 10
FACTORS = (0.0, 0.15, 0.25, 0.5, 1.0, 2.0)
_NONE = Generation(Fingerprint("", 0))

Right = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """A query in one field: its leg, the vectors of all candidates by field, and which of them are right."""

    leg: Leg
    vectors: dict[str, Vectors]
    right: Right

    def found(self, wanted: Sequence[int], unwanted: Sequence[int], towards: float, away: float) -> float:
        """The share of right documents among the nearest, without the examples."""
        examples = Examples(
            [self._example(n) for n in wanted],
            [self._example(n) for n in unwanted],
            replace(TUNING, towards=towards, away=away),
        )
        vector = examples.moved(self.leg).vector
        return self.share(self.vectors[self.leg.field] @ vector, [*wanted, *unwanted])

    def alone(self, wanted: Sequence[int], unwanted: Sequence[int], away: float) -> float:
        """The same for examples without words."""
        tuning = replace(TUNING, away=away)
        more, less = ([self._example(n) for n in each] for each in (wanted, unwanted))
        (leg,) = Examples(more, less, tuning).alone([], {})
        return self.share(self.vectors[leg.field] @ leg.vector, [*wanted, *unwanted])

    def share(self, scores: Vector, left_out: Sequence[int]) -> float:
        scores = scores.copy()
        scores[list(left_out)] = -np.inf
        return float(self.right[np.argpartition(-scores, K)[:K]].mean())

    def first(self, number: int, *, right: bool) -> list[int]:
        """The first documents that the query finds without examples, of those that are right or wrong."""
        order = np.argsort(-(self.vectors[self.leg.field] @ self.leg.vector), kind="stable")
        return [int(n) for n in order if self.right[n] == right][:number]

    def _example(self, n: int) -> dict[str, Vector]:
        return {field: vectors[n] for field, vectors in self.vectors.items()}


def photos(work: Path, classes: int) -> list[Asked]:
    """The names of classes of Caltech-101, as the search asks for them."""
    texts, model = text_model(Settings()), image_model(Settings())
    assert model is not None
    pictures = caltech(work / "pictures")
    chosen = [n for n, label in enumerate(pictures.labels) if label < classes]
    looks = look(model, [pictures.pictures[n] for n in chosen])
    assert looks.semantic is not None
    labels = np.asarray(pictures.labels)[chosen]
    asked = model.asked(texts.embed(pictures.names[:classes], query=True))
    vectors = {SEMANTIC: looks.semantic, VISUAL: looks.visual}
    is_corrected = model.plain is not model
    return [
        Asked(
            Leg(LegName.LOOKS, IMAGE, Kind.IMAGE, SEMANTIC, each, _NONE, is_corrected=is_corrected),
            vectors,
            labels == label,
        )
        for label, each in enumerate(asked)
    ]


def judged(collection: Path) -> list[Asked]:
    """The queries of a judged collection. A document is embedded as one passage."""
    model, dataset = text_model(Settings()), load(collection)
    docs = list(dataset.corpus)
    vectors = {VECTOR: model.embed([f"{title}\n{text}" for title, text in dataset.corpus.values()])}
    asked = model.embed(list(dataset.queries.values()), query=True)
    return [
        Asked(
            Leg(LegName.MEANING, TEXT, Kind.TEXT, VECTOR, vector, _NONE),
            vectors,
            np.asarray([dataset.judged[query].get(doc, 0) > 0 for doc in docs]),
        )
        for query, vector in zip(dataset.queries, asked, strict=True)
    ]


def mean(shares: Sequence[float]) -> str:
    return f"{np.mean(shares):8.3f}"


def report(asked: Sequence[Asked], *, by_looks: bool) -> None:
    """Print the table of a set of queries."""
    chance = np.random.default_rng(7)
    some = [chance.permutation(np.flatnonzero(each.right))[:3].tolist() for each in asked]
    wrong = [each.first(3, right=False) for each in asked]
    print(f"{'':42}", *(f"{factor:8g}" for factor in FACTORS))
    for number in (1, 3):
        rows = [[q.found(s[:number], (), f, 0) for q, s in zip(asked, some, strict=True)] for f in FACTORS]
        print(f"{f'words + factor x {number} wanted':42}", *map(mean, rows))
    for number in (1, 3):
        rows = [[q.found((), w[:number], 1, f) for q, w in zip(asked, wrong, strict=True)] for f in FACTORS]
        print(f"{f'words - factor x {number} unwanted':42}", *map(mean, rows))
    both = list(zip(asked, some, wrong, strict=True))
    rows = [[q.found(s[:1], w[:1], TUNING.towards, f) for q, s, w in both] for f in FACTORS]
    print(f"{'words + 1 wanted - factor x 1 unwanted':42}", *map(mean, rows))
    rows = [[q.alone(s[:1], w[:1], f) for q, s, w in both] for f in FACTORS]
    print(f"{'1 wanted - factor x 1 unwanted':42}", *map(mean, rows))
    for number in (1, 3):
        print(f"{f'{number} wanted alone':42}", mean([q.alone(s[:number], (), 0) for q, s, _ in both]))
    if by_looks:
        print(f"{'words and 1 wanted, each in its own field':42}", *(mean(each) for each in _in_both(both)))


def _in_both(both: Sequence[tuple[Asked, list[int], list[int]]]) -> list[list[float]]:
    """Similarity to the words plus a factor times that to the example by looks, in standard deviations."""
    rows = []
    for factor in FACTORS:
        shares = []
        for query, some, _ in both:
            by_words = query.vectors[SEMANTIC] @ query.leg.vector
            by_example = query.vectors[VISUAL] @ query.vectors[VISUAL][some[0]]
            scores = by_words / by_words.std() + factor * by_example / by_example.std()
            shares.append(query.share(scores, some[:1]))
        rows.append(shares)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--classes", type=int, default=101)
    arguments = parser.parse_args()
    print("Photos of Caltech-101, asked by the names of their classes, P@10")
    report(photos(arguments.work, arguments.classes), by_looks=True)
    print(f"\n{arguments.collection.name}, P@10")
    report([each for each in judged(arguments.collection) if each.right.sum() > 3], by_looks=False)


if __name__ == "__main__":
    main()
