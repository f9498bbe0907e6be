"""The documents that are stored. Their whole records are read when they are needed, in batches."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from semsearch.records import DocumentRecord
from semsearch.store.census import Census, Mark, name_of
from semsearch.store.store import Store
from semsearch.store.unread import as_unread

_BATCH = 500

# Documents as numbers, in which their ids are hexadecimal.
Numbers = npt.NDArray[np.uint64]


class Known:
    """What is stored of the documents that a run may change, as it is now. Every method raises RedisError."""

    def __init__(self, store: Store, census: Census, *, whole: bool = True) -> None:
        """`census` is of the documents before the run, `whole` when it has those of the whole ledger."""
        self._store = store
        self._whole = whole
        self._written = array("Q")
        self._held = array("Q")
        self.census = census

    def of_docs(self, docs: Iterable[str]) -> Iterator[DocumentRecord]:
        """The records of these documents, in their order. Unknown ones are left out."""
        left = iter(docs)
        while batch := list(islice(left, _BATCH)):
            for record in self._store.ledger.get_many(batch):
                yield as_unread(record) if record.doc in self.census.lost else record

    def get(self, doc: str) -> DocumentRecord | None:
        """The record of a document that was there before the run; None for another one."""
        return next(self.of_docs([doc]), None) if doc in self.census else None

    def all(self) -> Iterator[DocumentRecord]:
        """The whole ledger."""
        lost = self.census.lost
        return (as_unread(record) if record.doc in lost else record for record in self._store.ledger)

    def with_content(self, sha256: str) -> Iterator[DocumentRecord]:
        """The records of documents with this content."""
        return self.of_docs(self._store.lookup.with_content(sha256))

    def may_have(self, sha256: str) -> bool:
        """Whether a document may have had this content before the run."""
        return not self._whole or self.census.count_content(sha256) > 0

    def may_repeat(self, sha256: str) -> bool:
        """Whether several documents may have had this content before the run."""
        return not self._whole or self.census.count_content(sha256) > 1

    def note(self, doc: str) -> None:
        """Note that the run has written a document."""
        self._written.append(int(doc, 16))

    def hold(self, doc: str) -> None:
        """Note that the run has set a document aside as missing."""
        self.note(doc)
        self._held.append(int(doc, 16))

    def missing(self) -> Iterator[DocumentRecord]:
        """The records of documents that were missing before the run, or are missing since."""
        before = self.census.rows["doc"][self.census.marked(Mark.MISSING)]
        return self._of_numbers(before, self._held)

    def due(self, since: float) -> Iterator[DocumentRecord]:
        """The records of those of the `open` documents for which something is due."""
        due = np.array([int(doc, 16) for doc in self._store.ledger.due()], np.uint64)
        return self._of_numbers(np.intersect1d(self._open(since), due))

    def open(self, since: float) -> Iterator[DocumentRecord]:
        """The records of documents that the run may have to look at again, each once.

        They are those that it has written, those that were written after `since`, in seconds since 1970, and
        those that were missing or waited for vectors or OCR.
        """
        return self._of_numbers(self._open(since))

    def _open(self, since: float) -> Numbers:
        rows = self.census.rows
        before = rows["doc"][self.census.marked(Mark.OPEN) | (rows["time"] > since)]
        return np.union1d(before, np.array(self._written, np.uint64))

    def _of_numbers(self, *numbers: Numbers | array[int]) -> Iterator[DocumentRecord]:
        every = np.unique(np.concatenate([np.array(each, np.uint64) for each in numbers]))
        return self.of_docs(map(name_of, every.tolist()))
