"""More of what a person likes: for each interest, documents near to it that are not marked or seen yet.

Candidates come from the indexes of vectors, so no more than 2,000 stored vectors are read for an interest.
Texts are compared by their meaning and pictures by their looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from semsearch.errors import RedisError
from semsearch.explore.interests import Likeness, chosen, grouped, middle, nearest_group
from semsearch.explore.likes import LESS, LIKE, Likes, values
from semsearch.explore.vectors import LOOKS, TEXTS, read_vectors
from semsearch.query import Filters
from semsearch.records import DocumentRecord, Kind, Vectors
from semsearch.store import filters, queries
from semsearch.store.by_content import records_with
from semsearch.store.codec import space_of
from semsearch.store.generation import Generation
from semsearch.store.replies import Candidate
from semsearch.store.store import Store

# The latest likes and dislikes of a kind that count, the interests that are shown, the documents in the list
# of each, and the pieces from which these are chosen: more of them as more is left out, up to the most.
_LATEST, _INTERESTS, _LISTED, _CANDIDATES, _MOST_CANDIDATES = 300, 8, 12, 200, 2000
# The documents whose pairs tell how alike any two are.
_SAMPLE = 200


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
class _Candidates:
    """Documents with their vectors (documents, dims)."""

    records: Sequence[DocumentRecord]
    vectors: Vectors

    def at(self, chosen: npt.NDArray[np.bool_]) -> _Candidates:
        """Those where `chosen` is True."""
        return _Candidates([self.records[int(n)] for n in np.flatnonzero(chosen)], self.vectors[chosen])


class ForYou:
    """Proposals by marks. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store, likes: Likes) -> None:
        self._store = store
        self._likes = likes
        self._lock = Lock()
        # How alike documents of a kind are, as of a revision of the library.
        self._alike: dict[Kind, tuple[int, Likeness]] = {}

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
        found = [interest for which in (TEXTS, LOOKS) for interest in self._of_kind(which, records, left_out)]
        return sorted(found, key=lambda each: -len(each.likes))[:_INTERESTS]

    def _of_kind(
        self, which: tuple[Kind, str], records: dict[int, list[DocumentRecord]], left_out: set[str]
    ) -> list[Interest]:
        kind, field = which
        generation = self._store.generations.in_use().get(space_of(kind))
        marked = {
            value: read_vectors(self._store, kind, [each.doc for each in some if each.kind is kind], field)
            for value, some in records.items()
        }
        likes = marked[LIKE]
        if generation is None or not len(likes):
            return []
        known = {record.doc: record for record in records[LIKE]}
        likeness = self._likeness(which)
        groups = grouped(likes.vectors, likeness.together)
        shown = groups[:_INTERESTS]
        near = self._near(which, generation, [likes.vectors[group] for group in shown], len(left_out))
        made: list[Interest] = []
        for n, (group, docs) in enumerate(zip(shown, near, strict=True)):
            members = likes.vectors[group]
            order = np.argsort(-(members @ middle(members)), kind="stable")
            typical = tuple(known[likes.docs[each]] for each in group[order])
            found = self._candidates(which, docs, left_out)
            if found.records:
                found = found.at(nearest_group(found.vectors, likes.vectors, groups) == n)
            proposed = _proposed(found, members[order], typical, marked[LESS].vectors, likeness)
            made.append(Interest(kind, typical, proposed))
        return made

    def _near(
        self, which: tuple[Kind, str], generation: Generation, groups: Sequence[Vectors], left_out: int
    ) -> list[list[str]]:
        """The documents near to the middle of each group of likes, the nearest first.

        There are enough of them if `left_out` documents are not to be proposed.
        """
        kind, field = which
        where, space = filters.condition(Filters(kind=kind)), space_of(kind)
        most = min(_CANDIDATES + 2 * left_out, _MOST_CANDIDATES)
        commands = [queries.nearest(space, field, middle(group), most, where, generation) for group in groups]
        replies: list[Sequence[Candidate] | None] = self._store.ask(commands, {space: generation})
        found = [reply for reply in replies if reply is not None]
        if len(found) < len(replies):
            raise RedisError(f"Redis at {self._store.address} did not find what is near in time: try again")
        return [list(dict.fromkeys(each.doc for each in reply)) for reply in found]

    def _candidates(self, which: tuple[Kind, str], docs: Sequence[str], left_out: set[str]) -> _Candidates:
        """Those of the documents that may be proposed, one for each content."""
        kind, field = which
        records = {
            record.sha256: record
            for record in reversed(self._store.ledger.get_many(docs))
            if record.sha256 not in left_out
        }
        known = {record.doc: record for record in records.values()}
        found = read_vectors(self._store, kind, [doc for doc in docs if doc in known], field)
        return _Candidates([known[doc] for doc in found.docs], found.vectors)

    def _likeness(self, which: tuple[Kind, str]) -> Likeness:
        """How similar documents of a kind are to each other."""
        kind, field = which
        revision = self._store.runs.revision()
        with self._lock:
            kept = self._alike.get(kind)
        if kept is not None and kept[0] == revision:
            return kept[1]
        sample = read_vectors(self._store, kind, self._store.lookup.sample(kind, _SAMPLE), field)
        alike = Likeness.of(sample.vectors)
        with self._lock:
            self._alike[kind] = revision, alike
        return alike


def _proposed(
    candidates: _Candidates,
    likes: Vectors,
    typical: Sequence[DocumentRecord],
    dislikes: Vectors,
    likeness: Likeness,
) -> tuple[Proposed, ...]:
    """The list of an interest, whose likes are `typical`, with their vectors."""
    if not candidates.records:
        return ()
    similar = candidates.vectors @ likes.T
    return tuple(
        Proposed(candidates.records[n], float(similar[n].max()), typical[int(similar[n].argmax())])
        for n in chosen(candidates.vectors, likes, dislikes, _LISTED, likeness.near)
    )
