"""Records of files that the next run must read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semsearch.records import DocumentRecord
from semsearch.store.codec import space_of
from semsearch.store.schema import TEXT

# A date that no file has, so that the next run reads the file again.
UNREAD = -1


def as_unread(record: DocumentRecord, *, pieces: int = 0, texts: int = 0, words: int = 0) -> DocumentRecord:
    """The record with the pieces that are left, marked so that the next run reads its file again."""
    return replace(record, mtime_ns=UNREAD, sha256="", pieces=pieces, texts=texts, words=words)


def without_pieces(spaces: Sequence[str], record: DocumentRecord) -> DocumentRecord:
    """The record, marked as unread if it has pieces in one of these spaces."""
    loses_own, loses_texts = space_of(record.kind) in spaces, bool(record.texts) and TEXT in spaces
    if not (loses_own or loses_texts):
        return record
    return as_unread(
        record,
        pieces=0 if loses_own else record.pieces,
        texts=0 if loses_texts else record.texts,
        words=record.words,
    )
