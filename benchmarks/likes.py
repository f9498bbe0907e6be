"""Do several interests find more of what a person likes than the mean of all likes?

    python -m benchmarks.likes VECTORS DATA

VECTORS is the folder that benchmarks.explored_vectors makes, and DATA has `text/scifact`, `text/cisi` and
`text/time` in BEIR layout. Fifty made-up users like documents of three interests: classes of Caltech's
pictures, by their looks or by their meaning, or the relevant documents of queries of CISI and TIME in a
library that has SciFact too. Up to 14 documents of each are liked, of which half are held out; the others
of a class are no part of the library of this user. Printed is the share of the held-out likes in a list of
twenty: of the interests, each by its share of the likes, of the interests that the users really have, and
of what is nearest to the mean of the likes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.explored_vectors import read
from semsearch.evaluation.datasets import load
from semsearch.explore.interests import TOGETHER, Likeness, chosen, grouped, middle, nearest_group
from semsearch.explore.whitening import Whitening
from semsearch.records import Vector, Vectors

_USERS, _INTERESTS, _MOST, _LIST, _CANDIDATES, _SAMPLE, _WHITENED = 50, 3, 14, 20, 200, 200, 2000
# Caltech's class of everything else.
_MIXED = "BACKGROUND_Google"
Groups = Sequence[npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class User:
    """The numbers of documents: likes that are known by interest, held-out ones, and those left out."""

    interests: list[list[int]]
    held_out: set[int]
    left_out: set[int]

    @property
    def likes(self) -> list[int]:
        return list(dict.fromkeys(doc for docs in self.interests for doc in docs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    for name in ("caltech.looks", "caltech.meaning"):
        pictures = read(arguments.vectors, name)
        classes: dict[str, list[int]] = {}
        for n, label in enumerate(pictures.labels):
            classes.setdefault(str(label), []).append(n)
        classes.pop(_MIXED, None)
        _measure(name, pictures.vectors, classes)
    _measure("texts", *_texts(arguments.vectors, arguments.data))


def _texts(made: Path, data: Path) -> tuple[Vectors, dict[str, list[int]]]:
    """The vectors of three collections, and the relevant documents of their queries."""
    parts, subjects, first = [], {}, 0
    for name in ("scifact", "cisi", "time"):
        texts = read(made, name)
        parts.append(texts.vectors)
        places = {Path(str(path)).stem: first + n for n, path in enumerate(texts.ids)}
        first += len(places)
        for query, relevant in load(data / "text" / name).judged.items():
            docs = [places[doc] for doc, grade in relevant.items() if grade > 0 and doc in places]
            if 6 <= len(docs) <= 20:
                subjects[f"{name} {query}"] = docs
    return np.concatenate(parts), subjects


def _measure(name: str, vectors: Vectors, subjects: Mapping[str, Sequence[int]]) -> None:
    sample = vectors[np.random.default_rng(1).permutation(len(vectors))[:_SAMPLE]]
    users = list(_users(subjects))
    print(f"{name}: {len(vectors):,} documents, {len(subjects)} subjects")
    by_mean = float(np.mean([_recall(_of_mean(vectors, user), user) for user in users]))
    print(f"  nearest to the mean: {by_mean:.3f}")
    whitening = Whitening.of(vectors[np.random.default_rng(1).permutation(len(vectors))[:_WHITENED]])
    white = whitening(vectors)
    by_white_mean = float(np.mean([_recall(_of_mean(white, user), user) for user in users]))
    print(f"  nearest to the mean of whitened vectors: {by_white_mean:.3f}")
    for deviations in (TOGETHER, 1.0, 2.0):
        likeness = Likeness.of(whitening(sample), deviations)
        groups = [grouped(white[user.likes], likeness.together) for user in users]
        lists = [
            _of_interests(vectors, whitening, user, each) for user, each in zip(users, groups, strict=True)
        ]
        recall = float(np.mean([_recall(found, user) for found, user in zip(lists, users, strict=True)]))
        count = float(np.mean(list(map(len, groups))))
        times = recall / by_mean
        print(f"  interests by {deviations} deviations: {recall:.3f}, {times:.2f} times, {count:.1f} of them")
    true = [_of_interests(vectors, whitening, user, _true(user)) for user in users]
    recall = float(np.mean([_recall(found, user) for found, user in zip(true, users, strict=True)]))
    print(f"  the interests that users have: {recall:.3f}, {recall / by_mean:.2f} times")


def _users(subjects: Mapping[str, Sequence[int]]) -> list[User]:
    drawn, users = random.Random(7), []
    for _ in range(_USERS):
        user = User([], set(), set())
        for subject in drawn.sample(sorted(subjects), _INTERESTS):
            docs = drawn.sample(list(subjects[subject]), min(_MOST, len(subjects[subject])))
            user.interests.append(docs[: len(docs) // 2])
            user.held_out.update(docs[len(docs) // 2 :])
            user.left_out.update(set(subjects[subject]) - set(docs))
        user.held_out.difference_update(user.likes)
        user.left_out.difference_update(user.held_out)
        users.append(user)
    return users


def _recall(found: Sequence[int], user: User) -> float:
    return len(user.held_out & set(found)) / len(user.held_out)


def _true(user: User) -> Groups:
    places = {doc: n for n, doc in enumerate(user.likes)}
    return [np.array([places[doc] for doc in docs]) for docs in user.interests]


def _of_mean(vectors: Vectors, user: User) -> list[int]:
    return _nearest(vectors, middle(vectors[user.likes]), user)[:_LIST].tolist()


def _of_interests(vectors: Vectors, whitening: Whitening, user: User, groups: Groups) -> list[int]:
    """The list of each interest, as `semsearch for-you` makes it; the interests by their shares."""
    liked, none = whitening(vectors[user.likes]), np.zeros((0, vectors.shape[1]), np.float32)
    ranked: list[tuple[float, int]] = []
    for n, group in enumerate(groups):
        near = _nearest(vectors, whitening.asked(middle(liked[group])), user)
        white = whitening(vectors[near])
        is_own = nearest_group(white, liked, groups) == n
        near, white = near[is_own], white[is_own]
        order = chosen(white, liked[group], none, _LIST)
        ranked += [((place + 0.5) / len(group), int(near[each])) for place, each in enumerate(order)]
    return [doc for _, doc in sorted(ranked)][:_LIST]


def _nearest(vectors: Vectors, to: Vector, user: User) -> npt.NDArray[np.int64]:
    """The candidates that an index finds near to a vector."""
    similar = vectors @ to
    similar[list({*user.likes, *user.left_out})] = -1.0
    return np.argsort(-similar)[:_CANDIDATES]


if __name__ == "__main__":
    main()
