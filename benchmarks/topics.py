"""Measure topics: how well they fit known groups, and what they cost.

    python -m benchmarks.topics VECTORS

VECTORS is the folder of `benchmarks.explored_vectors`. Photos of 101 classes are grouped by how they look and
by what they show, and texts of six sources by what they say. The figure is the adjusted mutual information
with the classes, or the sources: 0 for chance, 1 for the same groups. Then a fifth of the documents is added
to the others: how many topics keep their names. The times are those of 20,000 vectors, and of names where
these are pictures, eight of each event, whose folder has a name of two words.
"""

from __future__ import annotations

import argparse
import time
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.explored_vectors import Collection, read
from semsearch.explore.grouping import Grouping, group
from semsearch.explore.path_words import believed
from semsearch.explore.topic_model import Described, Topic, TopicModel, levels, same_groups
from semsearch.models.bank import EXTRA
from semsearch.models.vectors import unit
from semsearch.records import Vectors

_SIZES = (20, 100, 500)
_MADE_UP, _DIMS, _OF_EVENT = 20_000, 384, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("vectors", type=Path)
    folder = parser.parse_args().vectors
    meaning = read(folder, "caltech.meaning")
    collections = {
        "photos by looks": read(folder, "caltech.looks"),
        "photos by meaning": Collection(meaning.ids, unit(meaning.vectors[:, :-EXTRA]), meaning.labels),
        "texts": read(folder, "mixed"),
    }
    for name, collection in collections.items():
        _agreement(name, collection)
        _stability(name, collection.vectors)
    _times()


def _agreement(name: str, collection: Collection) -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    order = np.random.default_rng(1).permutation(len(collection.ids))
    for size in (*_SIZES, len(order)):
        chosen = order[:size]
        found = group(collection.vectors[chosen])
        assert found is not None
        tops, leaves = (
            adjusted_mutual_info_score(collection.labels[chosen], groups)
            for groups in (found.tops, found.leaves)
        )
        print(
            f"{name}, {size:,}: {found.tops.max() + 1} topics {tops:.3f}, "
            f"{found.leaves.max() + 1} smaller ones {leaves:.3f}",
            flush=True,
        )


def _stability(name: str, vectors: Vectors) -> None:
    """Group four fifths, and then all: how many topics of both levels are the same."""
    fewer = vectors[np.random.default_rng(2).permutation(len(vectors))[: len(vectors) * 4 // 5]]
    first, second = group(fewer), group(vectors)
    assert first is not None
    assert second is not None
    before, after = _model(first, fewer), levels(second, vectors)
    same = same_groups(before, after, second.origin)
    print(f"{name}, a fifth more: {len(same)} of {len(after.above)} topics keep their names", flush=True)


def _model(found: Grouping, vectors: Vectors) -> TopicModel:
    groups = levels(found, vectors)
    topics = tuple(Topic(str(n), above, ()) for n, above in enumerate(groups.above))
    return TopicModel(Described(topics, "", len(vectors)), found.origin, groups.means, groups.seen)


def _times() -> None:
    random = np.random.default_rng(0)
    middles, noise = (
        unit(random.normal(size=(number, _DIMS)).astype(np.float32)) for number in (60, _MADE_UP)
    )
    subjects = random.integers(60, size=_MADE_UP)
    vectors = unit(middles[subjects] + noise)
    started = time.perf_counter()
    found = group(vectors)
    assert found is not None
    model = _model(found, vectors)
    print(f"{_MADE_UP:,} vectors: grouped in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    model.assign(vectors[:1000])
    print(f"1,000 new ones: assigned in {1000 * (time.perf_counter() - started):.0f} ms")
    paths, groups = _events(subjects), levels(found, vectors).members
    started = time.perf_counter()
    believed(paths, vectors, groups)
    print(f"names of {len({*paths}):,} folders: tested in {time.perf_counter() - started:.1f} s")


def _events(subjects: npt.NDArray[np.int64]) -> list[str]:
    """A path for each picture, in a folder with others of its subject."""
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
    folders = np.random.default_rng(1).choice(syllables, (-(-len(subjects) // _OF_EVENT), 2, 3))
    names = [" ".join("".join(word) for word in folder) for folder in folders]
    return [f"{names[place // _OF_EVENT]}/IMG.jpg" for place in subjects.argsort().argsort()]


if __name__ == "__main__":
    main()
