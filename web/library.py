"""What the web application needs from the core: a library that can be searched."""

from __future__ import annotations

from typing import Protocol

from semsearch.query import Query
from semsearch.records import Box, DocumentRecord
from semsearch.results import DocumentView, Excerpt, Results, Status


class Library(Protocol):
    """A searchable collection of documents. Every method may raise RedisError."""

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError for a query that cannot be put, FileError when the example picture cannot be read,
        NotFoundError when the example document is gone, ModelError or FingerprintError when the models cannot
        answer.
        """
        ...

    def document(self, doc: str) -> DocumentView:
        """One document. Raises NotFoundError."""
        ...

    def record(self, doc: str) -> DocumentRecord:
        """One document's record, without its passages. Raises NotFoundError."""
        ...

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        """Passage `n` of a document, cut around the sentence that answers a query in words.

        Raises NotFoundError when there is no such passage, and otherwise as `search` does.
        """
        ...

    def part(self, picture: bytes, text: str) -> Box | None:
        """The part of a picture file that matches a query in words; None where no part beats the whole.

        Raises FileError when it is no picture, and otherwise as `search` does.
        """
        ...

    def status(self) -> Status:
        """The state of the whole."""
        ...

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        ...
