"""The vectors of documents: the mean of the vectors of their passages or views, with length 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from semsearch.errors import ModelError
from semsearch.models.loaded import Models
from semsearch.models.vectors import mean_of
from semsearch.records import Kind, Vector, Vectors
from semsearch.store.codec import space_of
from semsearch.store.schema import SEMANTIC, TEXT, VECTOR, VISUAL
from semsearch.store.store import Store

# Documents whose vectors are read together.
_BATCH = 500


class Sight(NamedTuple):
    """How documents are seen: by the vectors in a field, of one kind of documents."""

    kind: Kind
    field: str


# Texts, pictures by their looks, and pictures as words find them.
TEXTS, LOOKS, MEANING = Sight(Kind.TEXT, VECTOR), Sight(Kind.IMAGE, VISUAL), Sight(Kind.IMAGE, SEMANTIC)


@dataclass(frozen=True, slots=True, eq=False)
class DocumentVectors:
    """One vector for each document: an array (documents, dims) of float32, and the ids in its order."""

    docs: tuple[str, ...]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.docs)

    def of(self, docs: Sequence[str]) -> DocumentVectors:
        """Those of some of the documents, in their order; unknown ones are left out."""
        rows = {doc: row for row, doc in enumerate(self.docs)}
        known = tuple(doc for doc in docs if doc in rows)
        return DocumentVectors(known, self.vectors[[rows[doc] for doc in known]])


class LibraryVectors:
    """The vectors of a library, each kind read once, when it is first needed. Methods raise RedisError."""

    def __init__(self, store: Store, models: Models | None = None) -> None:
        """`models` embed single words, which name groups."""
        self._store = store
        self._models = models
        self._read: dict[Sight, DocumentVectors] = {}

    def of(self, which: Sight) -> DocumentVectors:
        """All vectors of TEXTS, LOOKS or MEANING, by the ids of the documents in order."""
        if which not in self._read:
            kind, field = which
            docs = sorted(self._store.lookup.of_kind(kind))
            self._read[which] = read_vectors(self._store, kind, docs, field)
        return self._read[which]

    def of_words(self, words: Sequence[str]) -> Vectors | None:
        """The vectors of words (words, dims) in the space of the texts; None where no model can make them."""
        filled = self._store.fingerprints().get(TEXT)
        if self._models is None or filled is None or filled.model != self._models.text_id:
            return None
        try:
            return self._models.text().embed(list(words))
        except ModelError:
            return None


def read_vectors(store: Store, kind: Kind, docs: Sequence[str], field: str) -> DocumentVectors:
    """The vectors of documents of a kind. Those that have none in this field are left out."""
    generation = store.generations.in_use().get(space_of(kind))
    if generation is None:
        return DocumentVectors((), np.zeros((0, 0), np.float32))
    found: list[tuple[str, Vector]] = []
    for batch in _batches(docs):
        records = [record for record in store.ledger.get_many(batch) if record.kind is kind]
        vectors = store.ledger.vectors_of_all(records, field, generation.layout)
        found += [
            (record.doc, mean)
            for record, each in zip(records, vectors, strict=True)
            if (mean := mean_of(each)) is not None
        ]
    rows = [mean for _, mean in found]
    stacked = np.stack(rows) if rows else np.zeros((0, 0), np.float32)
    return DocumentVectors(tuple(doc for doc, _ in found), stacked)


def _batches(docs: Sequence[str]) -> Iterator[list[str]]:
    left = iter(docs)
    while batch := list(islice(left, _BATCH)):
        yield batch
