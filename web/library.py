"""What the web application needs from the core: a library that can be searched."""

from __future__ import annotations

from typing import Protocol

from semsearch.query import Query
from semsearch.records import Box, DocumentRecord
from semsearch.results import DocumentView, Excerpt, Results, Status


class Library(Protocol):
    """A searchable collection of documents. Every method may raise RedisError."""

    def search(self, query: Query) -> Results:
        """Answer a question.

        Raises QueryError when it cannot be answered as put, FileError when the example picture cannot be
        read, NotFoundError when the example document is gone, ModelError or FingerprintError when the models
        cannot answer.
        """
        ...

    def document(self, doc: str) -> DocumentView:
        """One document. Raises NotFoundError."""
        ...

    def record(self, doc: str) -> DocumentRecord:
        """One document's record, without its passages. Raises NotFoundError."""
        ...

    def excerpt(self, doc: str, n: int, question: str) -> Excerpt:
        """Passage `n` of a document around the sentence that answers a question.

        Raises NotFoundError when there is no such passage, and what `search` raises of questions in words.
        """
        ...

    def part(self, picture: bytes, question: str) -> Box | None:
        """The part of a picture file that matches a question; None where nothing less than the whole does.

        Raises FileError when it is no picture, and what `search` raises of questions in words.
        """
        ...

    def status(self) -> Status:
        """The state of the whole."""
        ...

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        ...
