"""The topics of one kind of documents: their names, and the middles by which documents get them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from semsearch.explore.grouping import Grouping, Numbers, centred
from semsearch.records import Vector, Vectors

# A document whose cosine to the nearest middle is lower has no topic: it lies in another direction.
NEAR = 0.15
# A new group is an earlier topic if the cosine of their middles is at least this.
SAME = 0.8
# The ids that are kept of each topic.
_TYPICAL = 12


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its name, the number of the larger topic around it (-1 for a larger one), and the documents
    that are most typical of it, by their ids.
    """

    name: str
    above: int
    typical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What can be told of the topics of a kind without their vectors.

    `topics` has the larger topics first. `model` made the vectors. `documents` were grouped when the topics
    were made, and `added` have come since.
    """

    topics: tuple[Topic, ...]
    model: str
    documents: int
    added: int = 0

    def is_outgrown_by(self, more: int) -> bool:
        """Whether a fifth of the documents would have come since, with so many more."""
        return (self.added + more) * 5 >= self.documents + self.added + more

    def stored(self) -> dict[str, object]:
        """It as JSON can have it."""
        return asdict(self)

    @classmethod
    def read(cls, stored: dict[str, object]) -> Described:
        given = dict(stored)
        topics = tuple(Topic(**{**each, "typical": tuple(each["typical"])}) for each in given.pop("topics"))  # type: ignore[attr-defined]
        return cls(topics=topics, **given)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class TopicModel:
    """Topics with the vectors that assign them.

    `origin` (dims,) is where vectors are counted from, and `means` (topics, dims) are the means of the
    vectors of each topic. A document goes to the nearest of the topics in `leaves`, which have no smaller
    ones.
    """

    described: Described
    origin: Vector
    means: Vectors

    @classmethod
    def empty(cls, described: Described) -> TopicModel:
        """A model without topics."""
        return cls(described, np.zeros(0, np.float32), np.zeros((0, 0), np.float32))

    @property
    def leaves(self) -> Numbers:
        """The numbers of the topics that have no smaller ones."""
        around = {topic.above for topic in self.described.topics}
        return np.array([n for n in range(len(self.described.topics)) if n not in around], np.intp)

    def assign(self, vectors: Vectors) -> list[tuple[str, ...]]:
        """The names of the topics of documents with these vectors (n, dims), the larger one first."""
        leaves = self.leaves
        if not len(leaves):
            return [()] * len(vectors)
        cosines = centred(vectors, self.origin) @ centred(self.means[leaves], self.origin).T
        nearest = cosines.argmax(axis=1)
        return [
            self._names(int(leaves[n])) if row[n] >= NEAR else ()
            for n, row in zip(nearest, cosines, strict=True)
        ]

    def _names(self, topic: int) -> tuple[str, ...]:
        found = self.described.topics[topic]
        return (self.described.topics[found.above].name, found.name) if found.above >= 0 else (found.name,)

    def with_added(self, added: int) -> TopicModel:
        """The model after so many documents more have got their topics by it."""
        return replace(self, described=replace(self.described, added=self.described.added + added))

    def stored(self) -> bytes:
        """The vectors as they are kept."""
        file = io.BytesIO()
        np.savez(file, origin=self.origin, means=self.means)
        return file.getvalue()

    @classmethod
    def read(cls, described: Described, stored: bytes) -> TopicModel:
        with np.load(io.BytesIO(stored), allow_pickle=False) as kept:
            return cls(described, kept["origin"], kept["means"])


def described_in(stored: bytes | None) -> dict[str, Described]:
    """The topics of each kind, as `semsearch.store.explored` keeps them."""
    return {kind: Described.read(each) for kind, each in json.loads(stored or b"{}").items()}


@dataclass(frozen=True, slots=True, eq=False)
class Unnamed:
    """Groups on both levels, before they have names. The larger ones come first.

    `above` (groups,) is -1 for these. `members` are the rows of the documents of each, the most typical
    first.
    """

    above: tuple[int, ...]
    members: tuple[Numbers, ...]
    means: Vectors


def levels(grouping: Grouping, vectors: Vectors) -> Unnamed:
    """Both levels of a grouping. A larger group with only one smaller group stays whole."""
    seen = centred(vectors, grouping.origin)
    tops = grouping.above[grouping.members]
    above, rows = [], []
    for top in range(int(grouping.above.max()) + 1):
        above.append(-1)
        rows.append(np.flatnonzero(tops == top))
    for leaf, top in enumerate(grouping.above):
        if np.count_nonzero(grouping.above == top) > 1:
            above.append(int(top))
            rows.append(np.flatnonzero(grouping.members == leaf))
    means = np.stack([vectors[each].mean(axis=0) for each in rows]).astype(np.float32)
    middles = centred(means, grouping.origin)
    ordered = tuple(
        each[np.argsort(-(seen[each] @ middle), kind="stable")]
        for each, middle in zip(rows, middles, strict=True)
    )
    return Unnamed(tuple(above), ordered, means)


def typical(group: Numbers, docs: Sequence[str]) -> tuple[str, ...]:
    """The ids of the most typical documents of a group."""
    return tuple(docs[row] for row in group[:_TYPICAL])


def same_groups(before: TopicModel, groups: Unnamed, origin: Vector) -> dict[int, int]:
    """The number of the earlier topic that each new group is, if the cosine of their middles is SAME or more.

    Each goes to one of its own level, so that the sum of the cosines is the highest (Hungarian method).
    """
    from scipy.optimize import linear_sum_assignment

    found: dict[int, int] = {}
    if before.means.shape[1:] != groups.means.shape[1:]:
        return found
    olds, news = centred(before.means, origin), centred(groups.means, origin)
    is_top = np.array([each < 0 for each in groups.above])
    was_top = np.array([topic.above < 0 for topic in before.described.topics])
    for level in (True, False):
        old, new = np.flatnonzero(was_top == level), np.flatnonzero(is_top == level)
        cosines = olds[old] @ news[new].T
        for row, column in zip(*linear_sum_assignment(-cosines), strict=True):
            if cosines[row, column] >= SAME:
                found[int(new[column])] = int(old[row])
    return found
