"""Learn the labels of a library: its marks, and the vectors of the documents that have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np

from semsearch.explore.learning import MOST_UNMARKED, Marked, Space, can_be_checked, learn
from semsearch.explore.marks import Marks
from semsearch.explore.presets import Presets
from semsearch.explore.regression import Regression
from semsearch.explore.vectors import LOOKS, TEXTS, DocumentVectors, Sight, read_vectors
from semsearch.records import DocumentRecord
from semsearch.store.by_content import records_with
from semsearch.store.store import Store

# The vectors by which texts and pictures are labelled. What is learned on one tells nothing about the other.
SIGHTS = (TEXTS, LOOKS)


class VectorSource(Protocol):
    """The vectors of a library, or of so many of its documents that they stand for all."""

    def of(self, which: Sight) -> DocumentVectors: ...


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned of a label about texts, or about pictures: on so many marks of either kind.

    A probability is rough where too few were marked to check it.
    """

    regression: Regression
    yes: int
    no: int

    @property
    def is_rough(self) -> bool:
        return not can_be_checked(self.yes, self.no)


class Labeller:
    """Learns labels. What it reads is read once, so it is for one request or one run.

    Every method raises RedisError.
    """

    def __init__(self, store: Store, vectors: VectorSource) -> None:
        self._store = store
        self._vectors = vectors
        self._presets = Presets(store)
        self._spaces: dict[Sight, Space] = {}

    def learn(self, marks: Marks) -> Mapping[Sight, Learned]:
        """What the marks of a label tell, by the vectors on which they tell it; nothing without a mark of it
        that is in the library.
        """
        records = records_with(self._store, marks.yes | marks.no)
        found = {}
        for which in SIGHTS:
            if (learned := self._of(which, marks, records)) is not None:
                found[which] = learned
        return found

    def _of(
        self, which: Sight, marks: Marks, records: Mapping[str, Sequence[DocumentRecord]]
    ) -> Learned | None:
        preset = self._presets.regression(marks.preset) if which == TEXTS and marks.preset else None
        if preset is None and not marks.yes:
            return None
        first = {content: each[0].doc for content, each in records.items() if each[0].kind is which.kind}
        library = self._vectors.of(which)
        if not len(library) or not (first or preset):
            return None
        yes, no = (self._marked(which, library, first, contents) for contents in (marks.yes, marks.no))
        if preset is None and not len(yes):
            return None
        docs = {record.doc for each in records.values() for record in each}
        rest = islice((n for n, doc in enumerate(library.docs) if doc not in docs), MOST_UNMARKED)
        marked = Marked(yes, no, library.vectors[list(rest)])
        if which not in self._spaces:
            self._spaces[which] = Space.of(library.vectors)
        return Learned(learn(marked, self._spaces[which], preset), len(yes), len(no))

    def _marked(
        self,
        which: Sight,
        library: DocumentVectors,
        first: Mapping[str, str],
        contents: frozenset[str],
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """The vectors of these contents, one for each that is in the library, by hash."""
        docs = [first[content] for content in sorted(contents) if content in first]
        known = library.of(docs)
        if lacking := [doc for doc in docs if doc not in set(known.docs)]:
            more = read_vectors(self._store, which.kind, lacking, which.field)
            if len(more):
                return np.concatenate([known.vectors, more.vectors]) if len(known) else more.vectors
        return known.vectors.reshape(len(known), library.vectors.shape[1])
