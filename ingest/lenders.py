"""Documents that lend what was made of their content to files with the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest.prepare import content_key
from ingest.readers.documents import SourceFile
from ingest.record import id_of, is_read_to
from semsearch.records import DocumentRecord, State
from semsearch.settings import TEXT_LIMIT


def nobody(_sha256: str) -> Iterable[DocumentRecord]:
    """No further documents: all of them are known."""
    return ()


class Lenders:
    """One document for each content. A missing one lends if no other has the content."""

    def __init__(
        self,
        records: Iterable[DocumentRecord],
        work: Iterable[SourceFile],
        text_limit: int = TEXT_LIMIT,
        find: Callable[[str], Iterable[DocumentRecord]] = nobody,
    ) -> None:
        """`records` are stored documents, and `work` are the files that may change in this run.

        A document of which more or less was read than `text_limit`, the most bytes of a text, lends nothing.
        `find` returns the stored documents with a hash, where `records` are not the whole ledger.
        """
        # A file that may change in this run cannot lend its vectors: two files may have swapped names.
        self._changing = set(map(id_of, work))
        self._text_limit = text_limit
        self._find = find
        self._by_content: dict[str, DocumentRecord] = {}
        self._before: dict[str, DocumentRecord] = {}
        for record in records:
            if record.doc in self._changing:
                self._before[_key(record)] = record
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

    def before(self, path: str, sha256: str) -> DocumentRecord | None:
        """The document that had this content before the run, and may have another one since."""
        return self._before.get(content_key(path, sha256))

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

    def is_current(self, record: DocumentRecord) -> bool:
        """Tell whether what is stored of a document is what would be read of it today."""
        return is_read_to(record, self._text_limit)

    def _may_lend(self, record: DocumentRecord) -> bool:
        is_stored = record.state in (State.INDEXED, State.MISSING)
        return is_stored and record.doc not in self._changing and self.is_current(record)


def _key(record: DocumentRecord) -> str:
    return content_key(record.path, record.sha256)
