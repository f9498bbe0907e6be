"""The interface through which the web application uses the core."""

from __future__ import annotations

from typing import Protocol

from semsearch.query import Query
from semsearch.records import Box, DocumentRecord
from semsearch.results import DocumentView, Excerpt, Results, Status


class Library(Protocol):
    """A searchable collection of documents. Every method may raise RedisError."""

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError when the query is not valid, FileError when the picture of the query cannot be read,
        NotFoundError when the document of the query is gone, ModelError or FingerprintError when the models
        cannot be used.
        """
        ...

    def document(self, doc: str) -> DocumentView:
        """One document. Raises NotFoundError."""
        ...

    def record(self, doc: str) -> DocumentRecord:
        """The record of one document, without its passages. Raises NotFoundError."""
        ...

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        """The part of passage `n` of a document around the sentence that answers the query `text`.

        Raises NotFoundError when the passage does not exist, and otherwise the errors of `search`.
        """
        ...

    def part(self, picture: bytes, text: str) -> Box | None:
        """The part of a picture file that matches the query `text`; None where no part beats the whole.

        Raises FileError when the file is not a picture, and otherwise the errors of `search`.
        """
        ...

    def status(self) -> Status:
        """The state of the library, its models and its indexes."""
        ...

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        ...
