"""A census of the ledger: some 60 bytes for each document, in place of its record.

A run of ingestion compares every file with what is stored, and needs the whole records of few of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.records import State
from semsearch.store.schema import DOC, IMAGE, TEXT, WORDS


class Mark(IntFlag):
    """What a census says of a document beside its numbers."""

    PICTURE = 1
    SETTLED = 2  # indexed, and nothing is due
    FOREIGN = 4  # skipped, because semsearch does not read its format
    MISSING = 8
    UNREAD = 16  # the next run reads its file again
    OPEN = 32  # a run has to look at it: it lacks vectors, waits for OCR, or is missing


ROW = np.dtype(
    [
        ("doc", np.uint64),
        ("version", np.int64),
        ("content", np.int64),
        ("time", np.float64),
        ("root", np.int32),
        ("marks", np.uint8),
        ("pieces", np.int32),
        ("texts", np.int32),
        ("words", np.int32),
    ]
)
_STATES: dict[int, State | None] = {0: None, Mark.SETTLED: State.INDEXED, Mark.FOREIGN: State.SKIPPED}

Rows = npt.NDArray[Any]  # a row of ROW for each document
Mask = npt.NDArray[np.bool_]  # says of each row whether it is meant
Places = npt.NDArray[np.intp]  # places of rows


@dataclass(frozen=True)
class Census:
    """The documents of the ledger, in the order of their ids. `roots` are their root folders.

    `lost` are documents that lack pieces, and therefore count as unread and as without pieces, although their
    stored records say otherwise.
    """

    rows: Rows
    roots: tuple[str, ...]
    lost: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, docs: Sequence[str]) -> Places:
        """The place of the row of each document; -1 for one that is unknown."""
        return self.find_numbers(np.array([int(doc, 16) for doc in docs], np.uint64))

    def find_numbers(self, numbers: npt.NDArray[np.uint64]) -> Places:
        """The same for documents as numbers, in which their ids are hexadecimal."""
        if not len(self):
            return np.full(len(numbers), -1)
        places = self._docs.searchsorted(numbers)
        places[places == len(self)] = 0
        return np.where(self._docs[places] == numbers, places, -1)

    def __contains__(self, doc: str) -> bool:
        # Not by numpy: it lets other threads run at each call, and then waits for them.
        number, docs = int(doc, 16), self._docs_one_by_one
        place = bisect_left(docs, number)
        return place < len(docs) and docs[place] == number

    def names(self, which: Mask | Places) -> list[str]:
        """The ids of the documents with these rows."""
        return [name_of(number) for number in self._docs[which].tolist()]

    def states(self, places: Places, versions: npt.NDArray[np.int64]) -> list[State | None]:
        """The state of documents that are as they were, and about which nothing is left to say.

        `versions` are those of their files. INDEXED means that nothing is due, and SKIPPED that the format is
        not read. None stands for all other documents, and for those without a place.
        """
        if not len(self):
            return [None] * len(places)
        same = (places >= 0) & (self.rows["version"][places] == versions)
        marks = self.rows["marks"][places] * same & (Mark.SETTLED | Mark.FOREIGN)
        return [_STATES[mark] for mark in marks.tolist()]

    def marked(self, mark: Mark) -> Mask:
        """The documents that have one of these marks."""
        return np.asarray(self.rows["marks"] & mark, np.bool_)

    def in_root(self, root: str) -> Mask:
        """The documents of a root folder."""
        number = self.roots.index(root) if root in self.roots else -1
        return np.asarray(self.rows["root"] == number, np.bool_)

    def roots_of(self, which: Mask) -> set[str]:
        """The root folders of these documents."""
        return {self.roots[number] for number in np.unique(self.rows["root"][which]).tolist()}

    def count_content(self, sha256: str) -> int:
        """How many documents have this content. In very rare cases, the number is too large."""
        content, contents = hash(sha256.encode()), self._contents
        return bisect_right(contents, content) - bisect_left(contents, content)

    def expected(self) -> dict[str, npt.NDArray[np.int32]]:
        """The number of pieces that each document should have, by space. Those of missing ones lie aside."""
        pictures = self.marked(Mark.PICTURE)
        there = ~self.marked(Mark.MISSING)
        pieces, texts, words = (self.rows[name] * there for name in ("pieces", "texts", "words"))
        return {TEXT: texts + pieces * ~pictures, IMAGE: pieces * pictures, WORDS: words}

    def sums(self) -> Counter[str]:
        """The number of hashes that each index should cover."""
        sums = {space: int(counts.sum(dtype=np.int64)) for space, counts in self.expected().items()}
        return Counter({DOC: len(self) + sums.pop(WORDS), **sums})

    def without(self, docs: Collection[str]) -> Census:
        """The same without these documents."""
        kept = np.ones(len(self), np.bool_)
        places = self.find(list(docs))
        kept[places[places >= 0]] = False
        return replace(self, rows=self.rows[kept])

    def losing(self, docs: Collection[str]) -> Census:
        """The same when these documents have lost pieces."""
        rows, places = self.rows.copy(), self.find(list(docs))
        for name in ("version", "content", "pieces", "texts", "words"):
            rows[name][places] = 0
        rows["marks"][places] = (rows["marks"][places] & Mark.PICTURE) | Mark.UNREAD
        return replace(self, rows=rows, lost=self.lost.union(docs))

    def restored(self) -> Census:
        """The same when the stored records of lost documents say so."""
        return replace(self, lost=frozenset())

    @cached_property
    def _docs(self) -> npt.NDArray[np.uint64]:
        return np.ascontiguousarray(self.rows["doc"])

    @cached_property
    def _docs_one_by_one(self) -> memoryview:
        return self._docs.data

    @cached_property
    def _contents(self) -> memoryview:
        contents: npt.NDArray[np.int64] = self.rows["content"]
        return np.sort(contents[contents != 0]).data


def name_of(number: int) -> str:
    """The id of a document, from the number in which it is hexadecimal."""
    return f"{number:016x}"


def version_of(size: int, mtime_ns: int, inode: int, ctime_ns: int, sidecars: str) -> int:
    """What a document and its unchanged file have in common: a hash, the same in this process only."""
    numbers = (b"%d" % size, b"%d" % mtime_ns, b"%d" % inode, b"%d" % ctime_ns)
    return hash((*numbers, sidecars.encode("utf-8", "surrogateescape")))
