"""Give the documents their labels: at the end of a run, and when marks have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from semsearch.explore.growth import is_outgrown
from semsearch.explore.labeller import SIGHTS, Labeller, VectorSource
from semsearch.explore.marks import MarkBook, Marks
from semsearch.explore.packed import Arrays, pack, unpack
from semsearch.explore.presets import Presets
from semsearch.explore.regression import Regression
from semsearch.explore.vectors import DocumentVectors, Sight, read_vectors
from semsearch.records import DocumentRecord, Due, Kind, State
from semsearch.store.by_content import records_with
from semsearch.store.explored import LABEL, names_of
from semsearch.store.store import Store

# What was learned is kept under this name. It is learned anew when marks change, and when it is outgrown.
KEPT = "labels"
# A document is at least this sure to be it when it gets a label.
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Applied:
    """How many labels there are, and how many documents got others than they had."""

    labels: int
    changed: int


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What was learned of which marks, on so many documents: regressions by label and by kind.

    `seen` tells which contents that are marked were there to be learned from.
    """

    digest: str
    seen: str
    documents: int
    learned: Mapping[tuple[str, Kind], Regression]

    def written(self) -> bytes:
        keys = list(self.learned)
        about = {"digest": self.digest, "seen": self.seen, "documents": self.documents, "keys": keys}
        return pack(about, {str(n): each.packed() for n, each in enumerate(self.learned.values())})

    @classmethod
    def read(cls, data: bytes | None) -> _State | None:
        """What `written` made; None if there is nothing, or if it is damaged."""

        def made(about: Any, rows: Arrays) -> _State:
            learned = {
                (name, Kind(kind)): Regression.unpacked(rows[str(n)])
                for n, (name, kind) in enumerate(about["keys"])
            }
            return cls(about["digest"], about["seen"], int(about["documents"]), learned)

        return unpack(data, made)


def apply_labels(store: Store, vectors: VectorSource) -> Applied:
    """Give each document the labels that it most likely has, and those with which it is marked.

    It is a step of a run of ingestion too. Where no mark has changed, only documents without a verdict are
    looked at. Raises RedisError.
    """
    labels = MarkBook(store.mine).all()
    kept = store.kept.get(KEPT)
    if not labels and kept is None:
        return Applied(0, 0)
    numbers = {which: store.lookup.count_indexed(which.kind) for which in SIGHTS}
    number = sum(numbers.values())
    records = records_with(store, sorted({each for marks in labels for each in marks.yes | marks.no}))
    before = _State.read(kept)
    now = _State(_digest(labels, store), _seen(records), number, {})
    if before is not None and (before.digest, before.seen) != (now.digest, now.seen):
        before = None
    if before is not None and is_outgrown(number - before.documents, number):
        before = None
    state = before or replace(now, learned=_learned(labels, store, vectors))
    if before is None:  # where this breaks off, no later run may take it for done
        store.kept.put(KEPT, replace(state, digest="").written())
    writer = _Writer(store, vectors, labels, state, _marked(labels, records))
    changed = writer.put_all() if before is None else writer.put_new(numbers)
    if not labels:
        store.kept.forget(KEPT)
    elif before is None:
        store.kept.put(KEPT, state.written())
    return Applied(len(labels), changed)


def is_applied(store: Store, labels: Sequence[Marks]) -> bool:
    """Whether the documents have the labels that these marks give them. Raises RedisError."""
    kept = store.kept.get(KEPT)
    if kept is None:
        return not labels
    state = _State.read(kept)
    return state is not None and state.digest == _digest(labels, store)


def _digest(labels: Iterable[Marks], store: Store) -> str:
    """A text that differs as soon as marks, models or presets do."""
    told = sorted(f"{space} {each.model}" for space, each in store.fingerprints().items())
    presets = Presets(store)
    for marks in labels:
        is_fitted = bool(marks.preset) and presets.regression(marks.preset) is not None
        told.append(f"{marks.digest} {is_fitted}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _seen(records: Mapping[str, Sequence[DocumentRecord]]) -> str:
    """A text that differs as soon as other marked contents are there, with vectors."""
    there = (
        content
        for content, (first, *_) in records.items()
        if first.state is State.INDEXED and first.due is Due.NONE
    )
    return hashlib.sha256("\n".join(sorted(there)).encode()).hexdigest()


def _learned(
    labels: Sequence[Marks], store: Store, vectors: VectorSource
) -> dict[tuple[str, Kind], Regression]:
    labeller = Labeller(store, vectors)
    return {
        (marks.name, which.kind): learned.regression
        for marks in labels
        for which, learned in labeller.learn(marks).items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Writer:
    """Writes the labels of documents, by what was learned and by the marks of each."""

    store: Store
    vectors: VectorSource
    labels: Sequence[Marks]
    state: _State
    marked: Mapping[str, tuple[frozenset[str], frozenset[str]]]

    def put_all(self) -> int:
        """Write the labels of all documents. Returns how many have others now."""
        return sum(self._put(which, self.store.lookup.of_kind(which.kind), is_most=True) for which in SIGHTS)

    def put_new(self, numbers: Mapping[Sight, int]) -> int:
        """Write the labels of documents without a verdict. `numbers` are those of all documents."""
        changed = 0
        for which in SIGHTS:
            docs = self.store.lookup.without_labels(which.kind)
            changed += self._put(which, docs, is_most=len(docs) > numbers[which] / 10)
        return changed

    def _put(self, which: Sight, docs: Sequence[str], *, is_most: bool) -> int:
        if not docs:
            return 0
        rows = self.store.ledger.fields(docs, [LABEL])
        stored = dict(zip(docs, (row[0] for row in rows), strict=True))
        changed = 0
        new: dict[str, str | None] = {}
        for doc, text in self._texts(which, docs, is_most=is_most):
            if stored[doc] != (None if text is None else text.encode()):
                new[doc] = text
                changed += names_of(stored[doc]) != names_of((text or "").encode())
        self.store.explored.put((doc, {LABEL: text}) for doc, text in new.items())
        return changed

    def _texts(self, which: Sight, docs: Sequence[str], *, is_most: bool) -> Iterator[tuple[str, str | None]]:
        """What is written of each document: the names of its labels after an empty one, by which Redis finds
        what has been looked at.

        Without a vector that is still to come, nobody can look at it; nor where no model makes one.
        """
        found = self.vectors.of(which) if is_most else read_vectors(self.store, which.kind, docs, which.field)
        verdicts = dict(_verdicts(found, which.kind, self.state))
        lacking = set(docs).difference(found.docs)
        waiting = self._waiting(lacking) if lacking else lacking
        for doc in docs:
            yes, no = self.marked.get(doc, (frozenset(), frozenset()))
            likely = verdicts.get(doc, frozenset()) - no
            names = [marks.name for marks in self.labels if marks.name in likely | yes]
            is_open = not self.labels or (doc in waiting and not names)
            yield doc, None if is_open else "\n".join(["", *names])

    def _waiting(self, docs: Collection[str]) -> set[str]:
        """Those of the documents that may get vectors later."""
        states = zip(docs, self.store.ledger.fields(docs, ["state"]), strict=True)
        return {doc for doc, (state,) in states if state == State.WAITING.value.encode()}.union(
            set(docs).intersection(self.store.ledger.due())
        )


def _verdicts(found: DocumentVectors, kind: Kind, state: _State) -> Iterator[tuple[str, frozenset[str]]]:
    """The labels that each document is sure enough to have."""
    names = [name for name, each in state.learned if each is kind]
    if not names or not len(found):
        return
    sure = np.column_stack([state.learned[name, kind].probabilities(found.vectors) >= SURE for name in names])
    for doc, row in zip(found.docs, sure, strict=True):
        yield doc, frozenset(name for name, is_it in zip(names, row, strict=True) if is_it)


def _marked(
    labels: Sequence[Marks], records: Mapping[str, Sequence[DocumentRecord]]
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The names of the labels that a document is marked to have, and not to have, by its id."""
    return {
        record.doc: (
            frozenset(marks.name for marks in labels if content in marks.yes),
            frozenset(marks.name for marks in labels if content in marks.no),
        )
        for content, each in records.items()
        for record in each
    }
