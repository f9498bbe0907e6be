"""The interface through which the web application uses the core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PIL.Image import Image

from semsearch.overview import Overview, Status
from semsearch.pictures.decode import DecodedPicture
from semsearch.progress import Activity
from semsearch.query import Filters, Look, PostedPicture, Query
from semsearch.records import Box, DocumentRecord, Passage
from semsearch.results import Completion, DocumentView, Excerpt, Results


class Library(Protocol):
    """A searchable collection of documents. Every method may raise RedisError."""

    def search(self, query: Query) -> Results:
        """Answer a query.

        Raises QueryError when the query is not valid, NotFoundError when the document of the query is gone,
        ModelError or FingerprintError when the models cannot be used.
        """
        ...

    def completion(self, text: str, among: Filters) -> Completion:
        """What a text that is being typed may become: words of the library, and names of documents.

        Only documents that pass the filters `among` count.
        """
        ...

    def browse(self, query: Query) -> Results:
        """The documents that pass the filters of a query, without its words and examples.

        They have no score. Raises QueryError for a page beyond the limits.
        """
        ...

    def document(self, doc: str) -> DocumentView:
        """One document. Raises NotFoundError."""
        ...

    def record(self, doc: str) -> DocumentRecord:
        """The record of one document, without its passages. Raises NotFoundError."""
        ...

    def passages(self, places: Sequence[tuple[str, int]]) -> tuple[Passage | None, ...]:
        """The passages at these places, by document and number; None for those that are gone."""
        ...

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        """The part of passage `n` of a document around the sentence that answers the query `text`.

        Raises NotFoundError when the passage does not exist, and otherwise the errors of `search`.
        """
        ...

    def picture_size(self) -> int:
        """The shorter side, in pixels, of the picture in a query.

        Raises ModelError when there is no picture model.
        """
        ...

    def look(self, picture: Image) -> Look:
        """The vectors of a picture, decoded to `picture_size`. Raises ModelError without a picture model."""
        ...

    def keep_posted(self, key: str, picture: PostedPicture) -> None:
        """Keep a posted picture for a day."""
        ...

    def posted(self, key: str) -> PostedPicture | None:
        """The posted picture of this key; None when it is no longer kept."""
        ...

    def part(self, decoded: Callable[[int], DecodedPicture], text: str) -> Box | None:
        """The part of a picture that matches the query `text`; None where no part beats the whole.

        `decoded` gives the picture with a shorter side of that many pixels. Raises what it raises, and
        otherwise the errors of `search`.
        """
        ...

    def status(self) -> Status:
        """The state of the library, its models and its indexes."""
        ...

    def overview(self) -> Overview:
        """The status, the folders, the files that are not indexed, memory and past runs.

        Raises SettingsError when the list of folders cannot be read.
        """
        ...

    def activity(self) -> Activity:
        """The run of ingestion that goes on, and the revision of the documents."""
        ...

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        ...
