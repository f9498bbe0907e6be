"""The topics of one kind of documents: their names, and the middles by which documents get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from semsearch.explore.grouping import Grouping, centred
from semsearch.explore.growth import is_outgrown
from semsearch.explore.neighbours import Numbers, nearest_mean
from semsearch.explore.packed import pack, unpack, unpack_json
from semsearch.models.vectors import unit
from semsearch.records import Vector, Vectors

# A document whose cosine to the nearest middle is lower has no topic: it lies in another direction.
NEAR = 0.1
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
        new = self.added + more
        return more > 0 and is_outgrown(new, self.documents + new)

    def stored(self) -> dict[str, object]:
        """It as JSON can have it."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Described:
        topics = tuple(
            Topic(each["name"], each["above"], tuple(each["typical"])) for each in stored["topics"]
        )
        return cls(topics, stored["model"], int(stored["documents"]), int(stored["added"]))


@dataclass(frozen=True, slots=True, eq=False)
class TopicModel:
    """Topics with the vectors that assign them.

    `origin` (dims,) is where vectors are counted from. `means` (topics, dims) are the means of the vectors of
    each topic, and `seen` (topics, dims) those of its vectors as they are counted from there, as unit rows.
    """

    described: Described
    origin: Vector
    means: Vectors
    seen: Vectors

    @classmethod
    def empty(cls, described: Described) -> TopicModel:
        """A model without topics."""
        none = np.zeros((0, 0), np.float32)
        return cls(described, np.zeros(0, np.float32), none, none)

    def assign(self, vectors: Vectors) -> list[tuple[str, ...]]:
        """The names of the topics of documents with these vectors (n, dims), the larger one first.

        A document goes to the nearest larger topic, and in it to the nearest smaller one.
        """
        topics = self.described.topics
        if not topics or not len(vectors):
            return [()] * len(vectors)
        seen = centred(vectors, self.origin)
        found = self._nearest(seen, -1)
        for top in np.unique(found):
            rows = np.flatnonzero(found == top)
            found[rows] = self._nearest(seen[rows], int(top))
        near = np.einsum("ij,ij->i", seen, unit(self.seen)[found]) >= NEAR
        return [self._names(int(n)) if is_near else () for n, is_near in zip(found, near, strict=True)]

    def _nearest(self, seen: Vectors, above: int) -> Numbers:
        """The number of the nearest topic in the topic `above`, which itself counts if there are none."""
        inner = np.array(
            [n for n, topic in enumerate(self.described.topics) if topic.above == above], np.intp
        )
        if not len(inner):
            return np.full(len(seen), above, np.intp)
        found: Numbers = inner[nearest_mean(seen, self.seen[inner])]
        return found

    def _names(self, topic: int) -> tuple[str, ...]:
        found = self.described.topics[topic]
        return (self.described.topics[found.above].name, found.name) if found.above >= 0 else (found.name,)

    def with_added(self, added: int) -> TopicModel:
        """The model after so many documents more have got their topics by it."""
        return replace(self, described=replace(self.described, added=self.described.added + added))

    def stored(self) -> bytes:
        """The vectors as they are kept."""
        return pack({}, {"origin": self.origin, "means": self.means, "seen": self.seen})

    @classmethod
    def read(cls, described: Described, stored: bytes | None) -> TopicModel | None:
        """Read what is kept; None if it is not whole, or is of other topics."""
        found = unpack(stored, lambda _, kept: cls(described, kept["origin"], kept["means"], kept["seen"]))
        is_whole = found is not None and len(found.means) == len(found.seen) == len(described.topics)
        return found if is_whole else None


def described_in(stored: bytes | None) -> dict[str, Described]:
    """The topics of each kind, as they are kept; none if they cannot be read."""

    def made(kept: Any) -> dict[str, Described]:
        return {kind: Described.read(each) for kind, each in kept.items()}

    return unpack_json(stored, made) or {}


@dataclass(frozen=True, slots=True, eq=False)
class Unnamed:
    """Groups on both levels, before they have names. The larger ones come first.

    `above` (groups,) is -1 for these. `members` are the rows of the documents of each, the most typical
    first. `means` and `seen` are those of a TopicModel.
    """

    above: tuple[int, ...]
    members: tuple[Numbers, ...]
    means: Vectors
    seen: Vectors


def levels(grouping: Grouping, vectors: Vectors) -> Unnamed:
    """Both levels of a grouping. A larger group with only one smaller group stays whole."""
    counted = centred(vectors, grouping.origin)
    above, rows = [], []
    tops = range(int(grouping.tops.max()) + 1)
    for top in tops:
        above.append(-1)
        rows.append(np.flatnonzero(grouping.tops == top))
    for top in tops:
        leaves = np.unique(grouping.leaves[rows[top]])
        if len(leaves) > 1:
            above += [top] * len(leaves)
            rows += [np.flatnonzero(grouping.leaves == leaf) for leaf in leaves]
    means = np.stack([vectors[each].mean(axis=0) for each in rows]).astype(np.float32)
    seen = np.stack([counted[each].mean(axis=0) for each in rows]).astype(np.float32)
    ordered = tuple(
        each[np.argsort(-(counted[each] @ mean), kind="stable")]
        for each, mean in zip(rows, seen, strict=True)
    )
    return Unnamed(tuple(above), ordered, means, seen)


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
