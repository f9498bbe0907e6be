"""A census of the ledger: some 60 bytes for each document, in place of its record.

A run of ingestion compares every file with what is stored, and needs the whole records of few of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from semsearch.records import DocumentRecord, Due, Kind, Ocr, State, Titled
from semsearch.store.ledger import UNREAD
from semsearch.store.schema import DOC, IMAGE, TEXT, WORDS


class Mark(IntFlag):
    """What a census says of a document beside its numbers."""

    PICTURE = 1
    SETTLED = 2  # indexed, and nothing is due
    FOREIGN = 4  # skipped, because semsearch does not read its format
    MISSING = 8
    UNREAD = 16  # the next run reads its file again
    OPEN = 32  # a run has to look at it: it lacks vectors, waits for OCR, or is missing


_ROW = np.dtype(
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
_VERSION = ("size", "mtime_ns", "inode", "ctime_ns")
_INTEGERS = ("pieces", "texts", "words", "attempts")
_FLOATS = ("indexed_at", "dated", "missing_since")
_TAGS = ("kind", "state", "ocr", "titled")
# The fields of a record that a census reads, in this order; some only to see whether they are damaged.
CENSUS_FIELDS = (*_VERSION, *_INTEGERS, *_FLOATS, *_TAGS, "sidecars", "sha256", "root", "path")
_NUMBERS = len(_VERSION) + len(_INTEGERS) + len(_FLOATS)

# The numbers of almost every record, one space after each. Others are read by the slower `readable_record`.
_PLAIN = re.compile(
    rb"(?:(?:-?[1-8]?[0-9]{1,18})? ){4}(?:[0-9]{0,6} ){3}[0-9]{0,9} "
    rb"(?:(?:-?[0-9]{1,15}(?:\.[0-9]{1,20})?)? ){3}"
)
_STATES: dict[int, State | None] = {0: None, Mark.SETTLED: State.INDEXED, Mark.FOREIGN: State.SKIPPED}

Rows = npt.NDArray[Any]  # a row of _ROW for each document
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

    @classmethod
    def of(cls, records: Iterable[DocumentRecord]) -> Census:
        """A census of these records."""
        builder = CensusBuilder()
        builder.add_records(records)
        return builder.census()

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
        number = np.uint64(int(doc, 16))
        place = int(self._docs.searchsorted(number))
        return place < len(self) and bool(self._docs[place] == number)

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
        return int(contents.searchsorted(content, "right") - contents.searchsorted(content))

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

    def is_of(self, record: DocumentRecord) -> bool:
        """Whether this version of a document was counted."""
        (own,), place = Census.of([record]).rows, self.find([record.doc])[0]
        names = ("version", "content", "time", "pieces", "texts", "words")
        return bool(place >= 0) and all(own[name] == self.rows[place][name] for name in names)

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
    def _contents(self) -> npt.NDArray[np.int64]:
        return np.sort(self.rows["content"][self.rows["content"] != 0])


def name_of(number: int) -> str:
    """The id of a document, from the number in which it is hexadecimal."""
    return f"{number:016x}"


def version_of(size: int, mtime_ns: int, inode: int, ctime_ns: int, sidecars: str) -> int:
    """What a document and its unchanged file have in common: a hash, the same in this process only."""
    numbers = (b"%d" % size, b"%d" % mtime_ns, b"%d" % inode, b"%d" % ctime_ns)
    return hash((*numbers, sidecars.encode("utf-8", "surrogateescape")))


class CensusBuilder:
    """Makes a census, some documents at a time."""

    def __init__(self, due: Mapping[bytes, bytes] | None = None) -> None:
        """`due` says what is due for documents whose stored values are added."""
        self._due = due or {}
        self._roots: dict[bytes, int] = {}
        self._parts: list[Rows] = [np.empty(0, _ROW)]

    def add_records(self, records: Iterable[DocumentRecord]) -> None:
        self._parts.append(np.array([self._of_record(record) for record in records], _ROW))

    def add_stored(self, docs: Sequence[str], found: Iterable[Sequence[bytes | None]]) -> list[str]:
        """Add documents from the values of CENSUS_FIELDS. Returns those with unusual values, not added."""
        rows, left = [], []
        for doc, values in zip(docs, found, strict=True):
            row = self._of_stored(doc, [value or b"" for value in values])
            if row is None:
                left.append(doc)
            else:
                rows.append(row)
        self._parts.append(np.array(rows, _ROW))
        return left

    def census(self) -> Census:
        """The census of what was added. A document that was added twice is counted once."""
        rows = np.concatenate(self._parts)
        _, first = np.unique(rows["doc"], return_index=True)
        roots = tuple(root.decode("utf-8", "surrogateescape") for root in self._roots)
        return Census(rows[first], roots)

    def _of_stored(self, doc: str, values: list[bytes]) -> tuple[object, ...] | None:
        kind, state, ocr, titled, sidecars, sha256, root, path = values[_NUMBERS:]
        marks = _MARKS.get((kind, state, ocr))
        numbers = b" ".join((*values[:_NUMBERS], b""))
        if not (root and path) or marks is None or titled not in _TITLED or not _PLAIN.fullmatch(numbers):
            return None
        if (due := self._due.get(doc.encode())) is not None:
            marks = _with_due(marks, due)
        if values[1] == b"-1":
            marks |= Mark.UNREAD
        return (
            int(doc, 16),
            hash((*values[:4], sidecars)),
            hash(sha256),
            float(values[8] or 0),
            self._roots.setdefault(root, len(self._roots)),
            marks,
            int(values[4] or 0),
            int(values[5] or 0),
            int(values[6] or 0),
        )

    def _of_record(self, record: DocumentRecord) -> tuple[object, ...]:
        marks = _with_due(_marks(record.kind, record.state, record.ocr), record.due.encode())
        root = record.root.encode("utf-8", "surrogateescape")
        return (
            int(record.doc, 16),
            version_of(record.size, record.mtime_ns, record.inode, record.ctime_ns, record.sidecars),
            hash(record.sha256.encode()),
            record.indexed_at,
            self._roots.setdefault(root, len(self._roots)),
            marks | (Mark.UNREAD if record.mtime_ns == UNREAD else 0),
            record.pieces,
            record.texts,
            record.words,
        )


def _marks(kind: Kind, state: State, ocr: Ocr) -> int:
    marks = 0
    if kind is Kind.IMAGE:
        marks |= Mark.PICTURE
    if state is State.INDEXED:
        marks |= Mark.SETTLED
    if state is State.SKIPPED and kind is Kind.OTHER:
        marks |= Mark.FOREIGN
    if state is State.MISSING:
        marks |= Mark.MISSING | Mark.OPEN
    if ocr in (Ocr.DUE, Ocr.FAILED):
        marks |= Mark.OPEN
    return int(marks)


def _with_due(marks: int, due: bytes) -> int:
    if due == Due.VECTORS.encode():
        marks |= Mark.OPEN
    return marks & ~Mark.SETTLED if due else marks


def _each() -> Iterator[tuple[tuple[bytes, bytes, bytes], int]]:
    for kind in Kind:
        for state in State:
            for ocr in Ocr:
                yield (kind.encode(), state.encode(), ocr.encode()), _marks(kind, state, ocr)


_MARKS = dict(_each())
_TITLED = {each.encode() for each in Titled}
