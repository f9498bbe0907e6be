"""Documents that lend what was made of their content to files with the same content."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.known import Known
from ingest.prepare import content_key
from ingest.readers.documents import SourceFile
from ingest.record import id_of, is_read_to
from semsearch.records import DocumentRecord, State
from semsearch.settings import TEXT_LIMIT


class Lenders:
    """Finds a document that lends to a file. A missing one lends if no other has the content.

    Only a few are held: those that have lent, and those whose files are not there, which have mostly moved.
    """

    def __init__(
        self,
        known: Known,
        work: Iterable[SourceFile],
        moved: Iterable[DocumentRecord] = (),
        text_limit: int = TEXT_LIMIT,
    ) -> None:
        """`work` are the files that may change in this run, and `moved` documents that are likely to lend.

        A document of which more or less was read than `text_limit`, the most bytes of a text, lends nothing.
        """
        self._known = known
        # A file that may change in this run cannot lend its vectors: two files may have swapped names.
        self._changing = {doc for doc in map(id_of, work) if doc in known.census}
        self._text_limit = text_limit
        self._held: dict[str, DocumentRecord] = {}
        self._away: set[str] = set()
        for record in moved:
            if record.state is not State.MISSING:
                self._away.add(record.doc)
            if self._may_lend(record):
                self._hold(record)

    def of(self, path: str, sha256: str) -> DocumentRecord | None:
        """The document that lends to a file with this path and content; None if there is none."""
        key = content_key(path, sha256)
        held = self._held.get(key)
        is_last = held is not None and held.state is State.MISSING and self._known.may_repeat(sha256)
        if sha256 and (held is None or is_last):
            for record in self._known.with_content(sha256):
                if self._may_lend(record) and _key(record) == key:
                    self._hold(record)
        return self._held.get(key)

    def known_before(self, path: str, sha256: str) -> DocumentRecord | None:
        """The same, if a document had the content before the run."""
        return self.of(path, sha256) if self._known.may_have(sha256) else None

    def other(self, record: DocumentRecord) -> DocumentRecord | None:
        """The document that lends to a stored one; None if there is none, or if it is the only one."""
        key = _key(record)
        if key in self._held or self._known.may_repeat(record.sha256):
            found = self.of(record.path, record.sha256)
            return None if found is None or found.doc == record.doc else found
        return None

    def before(self, path: str, sha256: str) -> DocumentRecord | None:
        """The document that had this content before the run, and may get another one."""
        if not (self._changing and self._known.may_have(sha256)):
            return None
        found = (record for record in self._known.with_content(sha256) if record.doc in self._changing)
        key = content_key(path, sha256)
        return next((record for record in found if _key(record) == key), None)

    def put(self, record: DocumentRecord) -> None:
        """Note that a document was written, which may lend from now on."""
        self._changing.discard(record.doc)
        if _key(record) in self._held:
            self._held[_key(record)] = record

    def drop(self, record: DocumentRecord) -> None:
        """Have a document lend no more."""
        lender = self._held.get(_key(record))
        if lender is not None and lender.doc == record.doc:
            del self._held[_key(record)]

    def is_away(self, record: DocumentRecord) -> bool:
        """Tell whether the file of a document disappeared since the last run."""
        return record.doc in self._away

    def is_current(self, record: DocumentRecord) -> bool:
        """Tell whether what is stored of a document is what would be read of it today."""
        return is_read_to(record, self._text_limit)

    def _hold(self, record: DocumentRecord) -> None:
        held = self._held.get(_key(record))
        if held is None or held.state is State.MISSING:
            self._held[_key(record)] = record

    def _may_lend(self, record: DocumentRecord) -> bool:
        is_stored = record.state in (State.INDEXED, State.MISSING)
        return is_stored and record.doc not in self._changing and self.is_current(record)


def _key(record: DocumentRecord) -> str:
    return content_key(record.path, record.sha256)
