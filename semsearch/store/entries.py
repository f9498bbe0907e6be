"""What is written to Redis of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from semsearch.records import DocumentRecord, Vector
from semsearch.store.codec import StoredPiece, own_first, space_of
from semsearch.store.terms import PartOfTerms, head_of, parts_of_terms, words_piece


@dataclass(frozen=True)
class Entry:
    """A record with its pieces and the terms of each of its passages.

    The counts of pieces in the record are not used: `counted` takes them from `pieces` and `terms`.
    """

    record: DocumentRecord
    pieces: tuple[StoredPiece, ...] = ()
    terms: tuple[str, ...] = ()

    @cached_property
    def counted(self) -> DocumentRecord:
        """The record with the counts of its pieces."""
        own = sum(piece.space == space_of(self.record.kind) for piece in self.pieces)
        words = len(self.parts) - 1
        return replace(self.record, pieces=own, texts=len(self.pieces) - own, words=words)

    @cached_property
    def parts(self) -> list[PartOfTerms]:
        """The terms in the parts in which they are stored, the one in the record first."""
        return parts_of_terms(self.terms, head_of(self.record))

    @property
    def all_pieces(self) -> list[StoredPiece]:
        """The pieces in the order of `piece_ids`, and after them further parts of the terms."""
        words = (words_piece(part, self.record.language) for part in self.parts[1:])
        return [*own_first(self.record, self.pieces), *words]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of a document's passages by number, and the record as it is with them."""

    record: DocumentRecord
    vectors: Mapping[int, Vector]


def in_batches(items: Iterable[Embedded], most: int) -> Iterator[list[tuple[Embedded, bool]]]:
    """Vectors to be written together, at most `most`, and whether they are the last ones of their document.

    A document is divided only if it has more. A server that loses its latest writes then loses its vectors
    together with the note that nothing is due.
    """
    batch: list[tuple[Embedded, bool]] = []
    size = 0
    for each in items:
        vectors = list(each.vectors.items())
        starts = range(0, max(1, len(vectors)), most)
        for start in starts:
            part = dict(vectors[start : start + most])
            if batch and size + len(part) > most:
                yield batch
                batch, size = [], 0
            batch.append((replace(each, vectors=part), start == starts[-1]))
            size += max(1, len(part))
    if batch:
        yield batch
