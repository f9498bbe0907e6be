"""Documents that lend what was made of their content to files with the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest.prepare import content_key
from ingest.readers.documents import SourceFile
from ingest.record import id_of
from semsearch.records import DocumentRecord, State


def nobody(_sha256: str) -> Iterable[DocumentRecord]:
    """No further documents: all of them are known."""
    return ()


class Lenders:
    """One document for each content. A missing one lends if no other has the content."""

    def __init__(
        self,
        records: Iterable[DocumentRecord],
        work: Iterable[SourceFile],
        find: Callable[[str], Iterable[DocumentRecord]] = nobody,
    ) -> None:
        """`records` are stored documents, and `work` are the files that may change in this run.

        `find` returns the stored documents with a hash, where `records` are not the whole ledger.
        """
        # A file that may change in this run cannot lend its vectors: two files may have swapped names.
        self._changing = set(map(id_of, work))
        self._find = find
        self._by_content: dict[str, DocumentRecord] = {}
        for record in records:
            if self._may_lend(record):
                (self.offer if record.state is State.MISSING else self.put)(record)

    def of(self, path: str, sha256: str) -> DocumentRecord | None:
        """The document that lends to a file with this path and content; None if there is none."""
        key = content_key(path, sha256)
        if key not in self._by_content and sha256:
            for record in sorted(self._find(sha256), key=lambda each: each.state is State.MISSING):
                if self._may_lend(record) and _key(record) == key:
                    self.offer(record)
        return self._by_content.get(key)

    def put(self, record: DocumentRecord) -> None:
        """Have a document that was written lend from now on."""
        self._by_content[_key(record)] = record

    def offer(self, record: DocumentRecord) -> None:
        """Have a document lend, unless another one with the same content does."""
        self._by_content.setdefault(_key(record), record)

    def drop(self, record: DocumentRecord) -> None:
        """Have a document lend no more."""
        lender = self._by_content.get(_key(record))
        if lender is not None and lender.doc == record.doc:
            del self._by_content[_key(record)]

    def _may_lend(self, record: DocumentRecord) -> bool:
        return record.state in (State.INDEXED, State.MISSING) and record.doc not in self._changing


def _key(record: DocumentRecord) -> str:
    return content_key(record.path, record.sha256)
