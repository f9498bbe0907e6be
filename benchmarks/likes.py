"""Do several interests find more of what a person likes than the mean of all likes?

    python -m benchmarks.likes VECTORS CISI

VECTORS is the folder that benchmarks.explored_vectors makes, and CISI that collection in BEIR layout. Fifty
made-up users like documents of three interests: classes of Caltech's pictures, or the relevant documents of
queries of CISI. A user likes up to 14 documents of each, of which half are held out. Printed is the share of
these in a list of twenty: of the interests in turn, as `semsearch for-you` makes them, and of what is nearest
to the mean of the likes. The candidates are the nearest 200 to each middle, as the indexes find them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.explored_vectors import read
from semsearch.evaluation.datasets import load
from semsearch.explore import interests
from semsearch.explore.interests import Likeness, chosen, grouped, in_turn, middle, nearest_group
from semsearch.records import Vectors

_USERS, _INTERESTS, _MOST, _LIST, _CANDIDATES, _SAMPLE = 50, 3, 14, 20, 200, 200

# A list for the likes of a user, and the number of interests.
Lister = Callable[[Vectors, list[int]], tuple[list[int], int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("cisi", type=Path)
    arguments = parser.parse_args()
    pictures = read(arguments.vectors, "caltech.looks")
    texts = read(arguments.vectors, "cisi")
    classes: dict[str, list[int]] = {}
    for n, label in enumerate(pictures.labels):
        classes.setdefault(str(label), []).append(n)
    places = {Path(str(name)).stem: n for n, name in enumerate(texts.ids)}
    judged = {
        query: [places[doc] for doc, gain in relevant.items() if gain > 0 and doc in places]
        for query, relevant in load(arguments.cisi).judged.items()
    }
    for name, vectors, subjects in (
        ("classes of Caltech", pictures.vectors, classes),
        ("queries of CISI", texts.vectors, judged),
    ):
        _measure(name, vectors, {each: docs for each, docs in subjects.items() if len(docs) >= _MOST})


def _measure(name: str, vectors: Vectors, subjects: Mapping[str, Sequence[int]]) -> None:
    sample = vectors[np.random.default_rng(1).permutation(len(vectors))[:_SAMPLE]]
    print(f"{name}: {len(vectors):,} documents, {len(subjects)} subjects")
    by_mean = _recall(vectors, subjects, _nearest_to_mean)[0]
    print(f"  nearest to the mean: {by_mean:.3f}")
    for nearness in (interests.NEARNESS, 1.0, 0.6):
        for together in (interests.TOGETHER, 1.0, 3.0):
            likeness = Likeness.of(sample, together)
            found, groups = _recall(vectors, subjects, _by_interests(likeness, nearness))
            print(
                f"  interests by {together} deviations, nearness {nearness}: {found:.3f}, "
                f"{found / by_mean:.2f} times; {groups:.1f} interests"
            )


def _recall(
    vectors: Vectors,
    subjects: Mapping[str, Sequence[int]],
    lister: Callable[[Vectors, list[int]], tuple[list[int], int]],
) -> tuple[float, float]:
    """The mean recall of the held-out likes, and the mean number of interests."""
    drawn, recalls, groups = random.Random(7), [], []
    for _ in range(_USERS):
        likes: list[int] = []
        held: set[int] = set()
        for subject in drawn.sample(sorted(subjects), _INTERESTS):
            docs = drawn.sample(list(subjects[subject]), _MOST)
            likes += docs[: _MOST // 2]
            held |= set(docs[_MOST // 2 :])
        likes = list(dict.fromkeys(likes))
        held -= set(likes)
        found, count = lister(vectors, likes)
        recalls.append(len(held & set(found)) / len(held))
        groups.append(count)
    return float(np.mean(recalls)), float(np.mean(groups))


def _nearest_to_mean(vectors: Vectors, likes: list[int]) -> tuple[list[int], int]:
    near = np.argsort(-(vectors @ middle(vectors[likes])))
    return [int(n) for n in near if n not in likes][:_LIST], 1


def _by_interests(
    likeness: Likeness, nearness: float
) -> Callable[[Vectors, list[int]], tuple[list[int], int]]:
    def listed(vectors: Vectors, likes: list[int]) -> tuple[list[int], int]:
        liked = vectors[likes]
        groups = grouped(liked, likeness.together)
        lists = []
        for n, group in enumerate(groups):
            near = np.argsort(-(vectors @ middle(liked[group])))[:_CANDIDATES]
            near = near[~np.isin(near, likes)]
            near = near[nearest_group(vectors[near], liked, groups) == n]
            none = np.zeros((0, vectors.shape[1]), np.float32)
            order = chosen(vectors[near], liked[group], none, _LIST, likeness.near, nearness)
            lists.append([str(near[each]) for each in order])
        return [int(doc) for doc in in_turn(lists, _LIST)], len(groups)

    return listed


if __name__ == "__main__":
    main()
