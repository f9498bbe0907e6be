"""Write the documents of an export: short ones together, long ones some pieces at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from semsearch.archive.export import Progress
from semsearch.records import DocumentRecord, Passage, State
from semsearch.store.contents import Content, EmbeddedPassage, Piece, View, count_pieces
from semsearch.store.draft import Draft
from semsearch.store.entries import Entry
from semsearch.store.store import Store
from semsearch.store.terms import passage_terms
from semsearch.store.transactions import MOST_PIECES


@dataclass(slots=True)
class Counts:
    """The documents of a file that were added, replaced or here already, and the pieces that were written."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    passages: int = 0
    views: int = 0

    @property
    def written(self) -> int:
        return self.added + self.replaced

    @property
    def documents(self) -> int:
        return self.written + self.unchanged


class Loader:
    """Writes documents in place of other versions of them. One that is here already is left as it is."""

    def __init__(self, store: Store, progress: Progress, expected: int) -> None:
        """`expected` is the number of documents, which `progress` is told."""
        self._store = store
        self._progress = progress
        self._expected = expected
        self._counts = Counts()
        self._together: list[tuple[Content, Sequence[Piece]]] = []
        self._size = 0

    def run(self, contents: Iterable[Content]) -> Counts:
        """Write these documents, and count them. Raises RedisError."""
        for content in contents:
            size = 1 + count_pieces(content.record)
            is_alone = size > MOST_PIECES or content.record.state is State.MISSING
            if is_alone or self._size + size > MOST_PIECES:
                self._write_together()
            if is_alone:
                self._write_alone(content)
            else:
                self._together.append((content, tuple(content.pieces)))
                self._size += size
        self._write_together()
        return self._counts

    def _write_together(self) -> None:
        together, self._together, self._size = self._together, [], 0
        known = self._known([content.record for content, _ in together])
        entries = []
        for content, pieces in together:
            if self._is_wanted(content.record, known):
                terms = passage_terms(passages_in(pieces), content.record.language)
                entries.append(Entry(content.record, tuple(piece.stored() for piece in pieces), terms))
                self._count(pieces)
        self._store.documents.replace(entries, known)
        self._report()

    def _write_alone(self, content: Content) -> None:
        """Write a document that is long or missing, as a draft first."""
        record, is_missing = content.record, content.record.state is State.MISSING
        known = self._known([record])
        if self._is_wanted(record, known):
            if is_missing:
                self._store.documents.remove(known.values())
                record = replace(record, state=content.state, missing_since=0.0)
            draft = self._drafted(record, content.pieces)
            if is_missing:
                self._store.documents.keep_missing(draft, content.record.missing_since)
            else:
                self._store.drafts.publish(draft, known.get(record.doc))
        self._report()

    def _drafted(self, record: DocumentRecord, pieces: Iterable[Piece]) -> Draft:
        draft = self._store.drafts.begin(record)
        before: list[Passage] = []
        rest = iter(pieces)
        while batch := list(islice(rest, MOST_PIECES)):
            passages = passages_in(batch)
            # With the passage before, whose text may overlap.
            terms = passage_terms([*before, *passages], record.language)[len(before) :]
            draft = self._store.drafts.add(draft, [piece.stored() for piece in batch], terms)
            before = passages[-1:]
            self._count(batch)
        return draft

    def _known(self, records: Sequence[DocumentRecord]) -> dict[str, DocumentRecord]:
        """The stored records of the same documents, by id."""
        found = self._store.ledger.get_many([record.doc for record in records])
        return {record.doc: record for record in found}

    def _is_wanted(self, record: DocumentRecord, known: dict[str, DocumentRecord]) -> bool:
        """Whether the document must be written. A missing one is brought back, so that it can be replaced."""
        old = known.get(record.doc)
        if old is None:
            self._counts.added += 1
        elif same(record, old):
            self._counts.unchanged += 1
            return False
        else:
            self._counts.replaced += 1
            if old.state is State.MISSING:
                known[old.doc] = self._store.drafts.bring_back(old)
        return True

    def _count(self, pieces: Sequence[Piece]) -> None:
        views = sum(isinstance(piece, View) for piece in pieces)
        self._counts.views += views
        self._counts.passages += len(pieces) - views

    def _report(self) -> None:
        self._progress(self._counts.documents, self._expected)


def same(record: DocumentRecord, other: DocumentRecord) -> bool:
    """Whether two records are of one version of a document, which may be missing in one of two places.

    Into how many hashes the terms were cut does not matter.
    """
    if State.MISSING in (record.state, other.state):
        record = replace(record, state=other.state, missing_since=other.missing_since)
    return replace(record, words=other.words) == other


def passages_in(pieces: Iterable[Piece]) -> list[Passage]:
    return [piece.passage for piece in pieces if isinstance(piece, EmbeddedPassage)]
