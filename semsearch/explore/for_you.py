"""More of what a person likes: for each interest, documents near to it that are not marked or seen yet.

Candidates come from the indexes of vectors, so the vectors of at most 2,000 documents are read for a list.
Texts are compared by their meaning and pictures by their looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from semsearch.errors import RedisError
from semsearch.explore.interests import Likeness, chosen, grouped, middle, nearest_group
from semsearch.explore.likes import LESS, LIKE, Likes, values
from semsearch.explore.renewed import Renewed
from semsearch.explore.vectors import LOOKS, TEXTS, Sight, read_vectors
from semsearch.explore.whitening import Whitening
from semsearch.query import Filters
from semsearch.records import DocumentRecord, Kind, Vector, Vectors
from semsearch.store import filters, queries
from semsearch.store.by_content import records_with
from semsearch.store.codec import space_of
from semsearch.store.generation import Generation
from semsearch.store.replies import Candidate
from semsearch.store.store import Store

# The latest likes and dislikes of a kind that count, the interests that are shown, the documents in the list
# of each, and the pieces from which these are chosen: more of them as more is left out, up to the most.
_LATEST, _INTERESTS, _LISTED, _CANDIDATES, _MOST_CANDIDATES = 300, 8, 12, 200, 2000
# Where nearly all of these pieces are of documents that are left out, so many times as many are asked for, up
# to this number.
_FARTHER, _FARTHEST = 4, 32_000
# The documents that tell how a library varies, and those of them whose pairs tell how alike any two are.
_SAMPLE, _PAIRED = 2000, 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """A document that may be liked: its similarity to the liked document that is nearest, and that one."""

    record: DocumentRecord
    similarity: float
    because: DocumentRecord


@dataclass(frozen=True, slots=True)
class Interest:
    """Liked documents of one kind that belong together, the most typical first, and what is near to them."""

    kind: Kind
    likes: tuple[DocumentRecord, ...]
    proposed: tuple[Proposed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """Documents with their vectors (documents, dims), as they are and whitened."""

    records: Sequence[DocumentRecord]
    vectors: Vectors
    white: Vectors

    def at(self, numbers: npt.NDArray[np.int64]) -> _Placed:
        """Those with these numbers."""
        return _Placed([self.records[n] for n in numbers], self.vectors[numbers], self.white[numbers])


@dataclass(frozen=True, slots=True)
class _Nearness:
    """What tells how near documents of one kind are to each other in this library."""

    whitening: Whitening
    likeness: Likeness


@dataclass(frozen=True, slots=True, eq=False)
class _Likes:
    """The likes of one kind, in groups of their numbers, and what their lists depend on."""

    which: Sight
    generation: Generation
    known: _Placed
    groups: Sequence[npt.NDArray[np.int64]]
    dislikes: Vectors
    nearness: _Nearness


class ForYou:
    """Proposals by marks. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, likes: Likes) -> None:
        self._store = store
        self._likes = likes
        self._nearness = {
            which: Renewed(store.runs.revision, partial(self._read_nearness, which))
            for which in (TEXTS, LOOKS)
        }

    def interests(self) -> list[Interest]:
        """The interests of all kinds, the largest first; none until a document is liked."""
        marks = self._likes.all()
        if not any(mark.value == LIKE for mark in marks.values()):
            return []
        liked, disliked = (values(marks, value)[:_LATEST] for value in (LIKE, LESS))
        records = {
            value: [each[0] for each in records_with(self._store, contents).values()]
            for value, contents in ((LIKE, liked), (LESS, disliked))
        }
        left_out = {*marks, *self._likes.shown()}
        found = [(likes, n) for likes in self._liked(records) for n in range(len(likes.groups))]
        largest = sorted(found, key=lambda each: -len(each[0].groups[each[1]]))[:_INTERESTS]
        return [self._interest(likes, n, left_out) for likes, n in largest]

    def _liked(self, records: Mapping[int, Sequence[DocumentRecord]]) -> Iterator[_Likes]:
        """The likes of each kind that has some with vectors."""
        known = {record.doc: record for record in records[LIKE]}
        for which in (TEXTS, LOOKS):
            kind, field = which
            generation = self._store.generations.in_use().get(space_of(kind))
            likes, dislikes = (
                read_vectors(
                    self._store, kind, [each.doc for each in records[value] if each.kind is kind], field
                )
                for value in (LIKE, LESS)
            )
            if generation is None or not len(likes):
                continue
            nearness = self._nearness[which].get(generation)
            white = nearness.whitening(likes.vectors)
            groups = grouped(white, nearness.likeness.together)
            placed = _Placed([known[doc] for doc in likes.docs], likes.vectors, white)
            unwanted = nearness.whitening(dislikes.vectors)
            yield _Likes(which, generation, placed, groups, unwanted, nearness)

    def _interest(self, likes: _Likes, n: int, left_out: Collection[str]) -> Interest:
        """The interest of the group with a number."""
        group, whitening = likes.known.at(likes.groups[n]), likes.nearness.whitening
        to = middle(group.white)
        typical = group.at(np.argsort(-(group.white @ to), kind="stable"))
        found = self._candidates(likes, self._near(likes, whitening.asked(to), left_out))
        if found.records:
            nearest = nearest_group(found.white, likes.known.white, likes.groups)
            found = found.at(np.flatnonzero(nearest == n))
        return Interest(likes.which.kind, tuple(typical.records), _proposed(found, typical, likes))

    def _near(self, likes: _Likes, to: Vector, left_out: Collection[str]) -> list[str]:
        """The documents near to a vector whose contents are not left out, the nearest first.

        Of documents with the same content, there is one. Where those near are left out, it looks farther.
        """
        kind, field = likes.which
        where, space = filters.condition(Filters(kind=kind)), space_of(kind)
        pieces = min(_CANDIDATES + 2 * len(left_out), _MOST_CANDIDATES)
        found: dict[str, str] = {}
        while True:
            command = queries.nearest(space, field, to, pieces, where, likes.generation)
            reply: Sequence[Candidate] | None = self._store.ask([command], {space: likes.generation})[0]
            if reply is None and found:
                return list(found.values())
            if reply is None:
                raise RedisError(
                    f"Redis at {self._store.address} did not find what is near in time: try again"
                )
            docs = list(dict.fromkeys(each.doc for each in reply))
            contents = [content for (content,) in self._store.ledger.fields(docs, ["sha256"])]
            for doc, content in zip(docs, contents, strict=True):
                if content and content.decode() not in left_out:
                    found.setdefault(content.decode(), doc)
            if len(found) >= _LISTED or len(reply) < pieces or pieces >= _FARTHEST:
                return list(found.values())[:_MOST_CANDIDATES]
            pieces = min(_FARTHER * pieces, _FARTHEST)

    def _candidates(self, likes: _Likes, docs: Sequence[str]) -> _Placed:
        """The documents with their vectors."""
        kind, field = likes.which
        known = {record.doc: record for record in self._store.ledger.get_many(docs)}
        found = read_vectors(self._store, kind, [doc for doc in docs if doc in known], field)
        white = likes.nearness.whitening(found.vectors)
        return _Placed([known[doc] for doc in found.docs], found.vectors, white)

    def _read_nearness(self, which: Sight) -> _Nearness:
        kind, field = which
        sample = read_vectors(self._store, kind, self._store.lookup.sample(kind, _SAMPLE), field).vectors
        whitening = Whitening.of(sample)
        return _Nearness(whitening, Likeness.of(whitening(sample[:_PAIRED])))


def _proposed(candidates: _Placed, typical: _Placed, likes: _Likes) -> tuple[Proposed, ...]:
    """The list of an interest, whose likes are `typical`."""
    if not candidates.records:
        return ()
    similar = candidates.vectors @ typical.vectors.T
    least = likes.nearness.likeness.near
    return tuple(
        Proposed(candidates.records[n], float(similar[n].max()), typical.records[int(similar[n].argmax())])
        for n in chosen(candidates.white, typical.white, likes.dislikes, _LISTED, least)
    )
