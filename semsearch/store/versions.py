"""Write documents on the basis of the versions that are stored: two workers may write the same document.

The list of records that a run has read may be minutes old. So a transaction reads the records that it changes
first, and is built again when somebody else writes one of them before it is applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from semsearch.records import DocumentRecord
from semsearch.store.codec import RECORD_FIELDS, hashes_of, piece_ids, piece_keys, readable_record
from semsearch.store.hashes import count_hashes
from semsearch.store.keys import DUE, aside_key, doc_key, pages_key
from semsearch.store.transactions import MOST_PIECES, Row, Transactions

# The records as they are stored, by document.
Stored = Mapping[str, DocumentRecord]


def update(transactions: Transactions, docs: Sequence[str], build: Callable[[Any, Stored], None]) -> None:
    """Apply the commands that `build` puts into a pipeline, given the stored records of these documents.

    What is due is not in these records, because it is kept apart.
    """

    def with_records(pipe: Any, rows: list[Row]) -> None:
        found = [readable_record(doc, row) for doc, row in zip(docs, rows, strict=True)]
        build(pipe, {record.doc: record for record in found if record is not None})

    transactions.update([doc_key(doc) for doc in docs], RECORD_FIELDS, with_records)


def is_same(stored: DocumentRecord | None, record: DocumentRecord) -> bool:
    """Whether the stored version has the content and the pieces of `record`."""
    return stored is not None and _content(stored) == _content(record)


def is_newer(stored: DocumentRecord | None, record: DocumentRecord) -> bool:
    """Whether somebody has written the document after `record` was written."""
    return stored is not None and stored.indexed_at > record.indexed_at


def remove(transactions: Transactions, records: Iterable[DocumentRecord]) -> None:
    """Remove documents in the versions that are stored."""
    fewer = Counter[str]()
    batch: list[DocumentRecord] = []
    size = 0
    for record in records:
        batch.append(record)
        size += 1 + len(piece_ids(record))
        if size >= MOST_PIECES:
            fewer.subtract(_remove_all(transactions, batch))
            batch, size = [], 0
    if batch:
        fewer.subtract(_remove_all(transactions, batch))
    # Last, because a full Redis refuses to count until there is room.
    if fewer:
        transactions.run(lambda pipe: count_hashes(pipe, fewer))


def remove_unclaimed(
    transactions: Transactions, keys: Iterable[tuple[str, bytes]], known: Stored = MappingProxyType({})
) -> None:
    """Remove keys, each given with its document, except those of a version that is not the `known` one.

    A version that is written again has another time, and so is another version.
    """
    left = iter(keys)
    while batch := list(islice(left, MOST_PIECES)):
        transactions.together(
            batch, lambda pair: doc_key(pair[0]), lambda some: _remove(transactions, some, known)
        )


def _remove_all(transactions: Transactions, records: Sequence[DocumentRecord]) -> Counter[str]:
    """Remove documents with their first pieces. Returns the numbers of their hashes."""
    removed = Counter[str]()
    transactions.together(
        records,
        lambda record: doc_key(record.doc),
        lambda some: removed.update(_remove_together(transactions, some)),
    )
    return removed


def _remove_together(transactions: Transactions, records: Sequence[DocumentRecord]) -> Counter[str]:
    """Remove documents with their first pieces in one transaction. Returns the numbers of their hashes."""
    # A reply that was lost may have removed the records already.
    seen: dict[str, DocumentRecord] = {}
    left: list[tuple[str, bytes]] = []

    def build(pipe: Any, stored: Stored) -> None:
        seen.update(stored)
        left.clear()
        for record in records:
            keys = piece_keys(seen.get(record.doc, record))
            own = (doc_key(record.doc), aside_key(record.doc), pages_key(record.doc))
            pipe.unlink(*own, *keys[:MOST_PIECES])
            left.extend((record.doc, key.encode()) for key in keys[MOST_PIECES:])
        pipe.hdel(DUE, *(record.doc for record in records))

    update(transactions, [record.doc for record in records], build)
    remove_unclaimed(transactions, left)
    return sum(map(hashes_of, seen.values()), Counter())


def _remove(transactions: Transactions, batch: Sequence[tuple[str, bytes]], known: Stored) -> None:
    def build(pipe: Any, stored: Stored) -> None:
        claimed = {
            key.encode()
            for doc, record in stored.items()
            if (old := known.get(doc)) is None or not is_same(record, old) or is_newer(record, old)
            for key in (doc_key(doc), *piece_keys(record))
        }
        if unclaimed := [key for _, key in batch if key not in claimed]:
            pipe.unlink(*unclaimed)

    update(transactions, list(dict.fromkeys(doc for doc, _ in batch)), build)


def _content(record: DocumentRecord) -> tuple[str, int, int, int]:
    return record.sha256, record.pieces, record.texts, record.words
