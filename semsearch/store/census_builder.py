"""Take a census of documents, from their records or from their stored values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from semsearch.records import DocumentRecord, Due, Kind, Ocr, State, Titled
from semsearch.store.census import ROW, Census, Mark, Rows, version_of
from semsearch.store.unread import UNREAD

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


def census_of(records: Iterable[DocumentRecord]) -> Census:
    """A census of these records."""
    builder = CensusBuilder()
    builder.add_records(records)
    return builder.census()


class CensusBuilder:
    """Makes a census, some documents at a time."""

    def __init__(self, due: Mapping[bytes, bytes] | None = None) -> None:
        """`due` says what is due for documents whose stored values are added."""
        self._due = due or {}
        self._roots: dict[bytes, int] = {}
        self._parts: list[Rows] = [np.empty(0, ROW)]

    def add_records(self, records: Iterable[DocumentRecord]) -> None:
        self._parts.append(np.array([self._of_record(record) for record in records], ROW))

    def add_stored(self, docs: Sequence[str], found: Iterable[Sequence[bytes | None]]) -> list[str]:
        """Add documents from the values of CENSUS_FIELDS. Returns those with unusual values, not added."""
        rows, left = [], []
        for doc, values in zip(docs, found, strict=True):
            row = self._of_stored(doc, [value or b"" for value in values])
            if row is None:
                left.append(doc)
            else:
                rows.append(row)
        self._parts.append(np.array(rows, ROW))
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
