"""The commands that write documents, added to a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from semsearch.records import DocumentRecord, Ocr, State
from semsearch.store.codec import Fields, StoredPiece, as_bytes, common_fields, encode_record
from semsearch.store.keys import DUE, REVISION, aside_key, doc_key, meta_key, pages_key
from semsearch.store.layout import Layout
from semsearch.store.schema import DOC, WORDS
from semsearch.store.terms import encode_terms

# The most pieces that move into an index in one transaction, and the most parts of terms. A part takes up to
# 20 ms, if its terms are Japanese (benchmarks/engine_blocks).
_MOST_MOVED, _MOST_PARTS = 50, 4


def put_record(pipe: Any, record: DocumentRecord, terms: Sequence[str] | None = None) -> None:
    """Write a record. Without `terms`, which are those of its first passages, the stored terms stay.

    The pages that OCR has read go when the document no longer waits for others.
    """
    fields = encode_record(record) | ({} if terms is None else encode_terms(record, terms))
    pipe.hset(doc_key(record.doc), mapping=as_bytes(fields))
    put_due(pipe, record)
    if record.ocr not in (Ocr.DUE, Ocr.FAILED) or record.state is State.FAILED:
        pipe.unlink(pages_key(record.doc))


def put_due(pipe: Any, record: DocumentRecord) -> None:
    """Write what is still due for a document."""
    if record.due:
        pipe.hset(DUE, record.doc, record.due)
    else:
        pipe.hdel(DUE, record.doc)


def put_draft(
    pipe: Any, record: DocumentRecord, read: int, portion: str, terms: Sequence[str] | None
) -> None:
    """Write the record of a draft, and how far it was read. Without `terms`, the stored ones stay."""
    own: Fields = {"due": record.due, "read": read, "portion": portion}
    fields = encode_record(record) | own | ({} if terms is None else encode_terms(record, terms))
    pipe.hset(aside_key(record.doc), mapping=as_bytes(fields))


def put_piece(
    pipe: Any,
    key: str,
    record: DocumentRecord,
    n: int,
    piece: StoredPiece,
    layouts: Mapping[str, Layout] = MappingProxyType({}),
) -> None:
    """Write piece `n` of a document under `key`, its vectors in the layout of their space."""
    vectors = layouts[piece.space].encoded(piece.vectors) if piece.vectors else {}
    values = common_fields(record) | piece.values | {"n": n} | vectors
    pipe.hset(key, mapping=as_bytes(values))


def renew_revision(pipe: Any) -> None:
    """Say that what is found has changed. Pages that show results look again."""
    pipe.hincrby(meta_key(DOC), REVISION, 1)


def count_hashes(pipe: Any, more: Mapping[str, int]) -> None:
    """Add to the number of hashes that each index covers, and make another revision of the documents."""
    renew_revision(pipe)
    for space, change in more.items():
        if change:
            pipe.hincrby(meta_key(space), "hashes", change)


def batches(ids: Iterable[tuple[str, int]]) -> Iterator[Sequence[tuple[str, int]]]:
    """Pieces, named by space and number, in batches, each to be moved into an index in one transaction."""
    for space, of_space in groupby(ids, key=itemgetter(0)):
        while batch := list(islice(of_space, _MOST_PARTS if space == WORDS else _MOST_MOVED)):
            yield batch
