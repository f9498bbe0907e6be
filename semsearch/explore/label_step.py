"""Give the documents their labels: at the end of a run, and when marks have changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from semsearch.explore.labeller import SIGHTS, Labeller, VectorSource, marked_records
from semsearch.explore.marks import MarkBook, Marks
from semsearch.explore.presets import Presets
from semsearch.explore.regression import Regression
from semsearch.explore.vectors import DocumentVectors, LibraryVectors, read_vectors
from semsearch.records import Kind
from semsearch.store.explored import LABEL, names_of
from semsearch.store.store import Store

# What was learned is kept under this name. It is learned anew when marks change, and when the library has
# grown by a fifth.
KEPT = "labels"
_GROWN = 1.2
# A document is at least this sure to be it when it gets a label.
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Applied:
    """How many labels there are, and how many documents got others than they had."""

    labels: int
    changed: int


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What was learned of which marks, on so many documents: regressions by label and by kind."""

    digest: str
    documents: int
    learned: Mapping[tuple[str, Kind], Regression]

    def written(self) -> bytes:
        file = io.BytesIO()
        keys = list(self.learned)
        about = {"digest": self.digest, "documents": self.documents, "keys": keys}
        rows: dict[str, Any] = {
            f"r{n}": np.append(each.weights, each.bias) for n, each in enumerate(self.learned.values())
        }
        np.savez(file, about=np.array(json.dumps(about)), **rows)
        return file.getvalue()

    @classmethod
    def read(cls, data: bytes) -> _State:
        with np.load(io.BytesIO(data)) as found:
            about = json.loads(str(found["about"]))
            rows = [found[f"r{n}"] for n in range(len(about["keys"]))]
        learned = {
            (name, Kind(kind)): Regression(row[:-1].astype(np.float32), float(row[-1]))
            for (name, kind), row in zip(about["keys"], rows, strict=True)
        }
        return cls(about["digest"], about["documents"], learned)


def label_step(store: Store, vectors: LibraryVectors) -> None:
    """The step of a run of ingestion. Raises RedisError."""
    apply_labels(store, vectors)


def apply_labels(store: Store, vectors: VectorSource) -> Applied:
    """Give each document the labels that it most likely has, and those with which it is marked.

    Where no mark has changed, only documents without a verdict are looked at. Raises RedisError.
    """
    labels = MarkBook(store.mine).all()
    kept = store.explored.kept(KEPT)
    if not labels and kept is None:
        return Applied(0, 0)
    docs = {which: store.lookup.of_kind(which[0]) for which in SIGHTS}
    number = sum(map(len, docs.values()))
    before = None if kept is None else _State.read(kept)
    digest = _digest(labels, store)
    if before is not None and (before.digest != digest or number > before.documents * _GROWN):
        before = None
    state = before or _learned(labels, digest, number, store, vectors)
    changed = _put(state, labels, docs, store, vectors, all_of_them=before is None)
    if not labels:
        store.explored.forget(KEPT)
    elif before is None:
        store.explored.keep(KEPT, state.written())
    return Applied(len(labels), changed)


def is_applied(store: Store, labels: Sequence[Marks]) -> bool:
    """Whether the documents have the labels that these marks give them. Raises RedisError."""
    kept = store.explored.kept(KEPT)
    if kept is None:
        return not labels
    return _State.read(kept).digest == _digest(labels, store)


def _digest(labels: Iterable[Marks], store: Store) -> str:
    """A text that differs as soon as marks, models or presets do."""
    told = sorted(f"{space} {each.model}" for space, each in store.fingerprints().items())
    presets = Presets(store)
    for marks in labels:
        is_fitted = bool(marks.preset) and presets.regression(marks.preset) is not None
        told.append(f"{marks.digest} {is_fitted}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _learned(
    labels: Sequence[Marks], digest: str, number: int, store: Store, vectors: VectorSource
) -> _State:
    labeller = Labeller(store, vectors)
    found = {
        (marks.name, which[0]): learned.regression
        for marks in labels
        for which, learned in labeller.learn(marks).items()
    }
    return _State(digest, number, found)


def _put(
    state: _State,
    labels: Sequence[Marks],
    docs: Mapping[tuple[Kind, str], Sequence[str]],
    store: Store,
    vectors: VectorSource,
    *,
    all_of_them: bool,
) -> int:
    """Write the labels of documents, or only of those without a verdict. Returns how many have others now."""
    marked = _marked(labels, store)
    changed = 0
    for which in SIGHTS:
        stored = dict(
            zip(docs[which], (row[0] for row in store.explored.read(docs[which], [LABEL])), strict=True)
        )
        wanted = [doc for doc in docs[which] if all_of_them or stored[doc] is None]
        if not wanted:
            continue
        is_most = len(wanted) > len(stored) / 10
        found = vectors.of(which) if is_most else read_vectors(store, which[0], wanted, which[1])
        verdicts = dict.fromkeys(wanted, frozenset[str]()) | dict(_verdicts(found, which[0], state))
        new: dict[str, str | None] = {}
        for doc in wanted:
            yes, no = marked.get(doc, (frozenset(), frozenset()))
            names = [marks.name for marks in labels if marks.name in (verdicts[doc] - no) | yes]
            # An empty text says that the document was looked at.
            text = "\n".join(names) if labels else None
            if stored[doc] != (None if text is None else text.encode()):
                new[doc] = text
                changed += names_of(stored[doc]) != tuple(names)
        store.explored.put((doc, {LABEL: text}) for doc, text in new.items())
    return changed


def _verdicts(found: DocumentVectors, kind: Kind, state: _State) -> Iterator[tuple[str, frozenset[str]]]:
    """The labels that each document is sure enough to have."""
    names = [name for name, each in state.learned if each is kind]
    if not names or not len(found):
        return
    sure = np.column_stack([state.learned[name, kind].probabilities(found.vectors) >= SURE for name in names])
    for doc, row in zip(found.docs, sure, strict=True):
        yield doc, frozenset(name for name, is_it in zip(names, row, strict=True) if is_it)


def _marked(labels: Sequence[Marks], store: Store) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The names of the labels that a document is marked to have, and not to have, by its id."""
    records = marked_records(store, sorted({each for marks in labels for each in marks.yes | marks.no}))
    return {
        record.doc: (
            frozenset(marks.name for marks in labels if record.sha256 in marks.yes),
            frozenset(marks.name for marks in labels if record.sha256 in marks.no),
        )
        for record in records
    }
