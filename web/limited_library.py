"""A library that knows only the documents in some folders."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from PIL.Image import Image

from semsearch.errors import ForbiddenError, NotFoundError
from semsearch.message import say
from semsearch.overview import Overview, Status
from semsearch.pictures.decode import DecodedPicture
from semsearch.progress import Activity
from semsearch.query import Filters, Look, PostedPicture, Query
from semsearch.records import Box, DocumentRecord, Passage
from semsearch.results import Completion, DocumentView, Excerpt, Results
from web.library import Library

_ABOUT_ALL = say("This token is limited to folders. This address is about all of them.")


class LimitedLibrary:
    """The documents of a library in `folders`, absolute paths. Implements `web.library.Library`.

    Another document is not found, with the same message as one that does not exist.
    """

    def __init__(self, library: Library, folders: Sequence[str]) -> None:
        self._library = library
        self._folders = tuple(folders)

    def search(self, query: Query) -> Results:
        limited = replace(query, filters=self._limited(query.filters))
        for doc in (*query.likes, *query.unlikes):
            self.record(doc)
        return self._ours(self._library.search(limited))

    def browse(self, query: Query) -> Results:
        return self._ours(self._library.browse(replace(query, filters=self._limited(query.filters))))

    def _ours(self, results: Results) -> Results:
        hits = tuple(hit for hit in results.hits if self._has(hit.root, hit.path))
        # Topics and labels are named by documents of all folders.
        facets = results.facets and replace(results.facets, topic=(), label=())
        return replace(results, hits=hits, facets=facets)

    def completion(self, text: str, among: Filters) -> Completion:
        found = self._library.completion(text, self._limited(among))
        return replace(
            found, documents=tuple(each for each in found.documents if self._has(each.root, each.path))
        )

    def document(self, doc: str) -> DocumentView:
        self.record(doc)
        return self._library.document(doc)

    def record(self, doc: str) -> DocumentRecord:
        try:
            record = self._library.record(doc)
        except NotFoundError:
            record = None
        if record is None or not self._has(record.root, record.path):
            raise NotFoundError(
                say("no document has the id {doc!r}: it may have been removed since", doc=doc)
            )
        return record

    def passages(self, places: Sequence[tuple[str, int]]) -> tuple[Passage | None, ...]:
        for doc in {doc for doc, _ in places}:
            self.record(doc)
        return self._library.passages(places)

    def excerpt(self, doc: str, n: int, text: str) -> Excerpt:
        self.record(doc)
        return self._library.excerpt(doc, n, text)

    def picture_size(self) -> int:
        return self._library.picture_size()

    def look(self, picture: Image) -> Look:
        return self._library.look(picture)

    def keep_posted(self, key: str, picture: PostedPicture) -> None:
        self._library.keep_posted(key, picture)

    def posted(self, key: str) -> PostedPicture | None:
        return self._library.posted(key)

    def part(self, decoded: Callable[[int], DecodedPicture], text: str) -> Box | None:
        return self._library.part(decoded, text)

    def status(self) -> Status:
        """Raises ForbiddenError: the counts are those of the whole library."""
        raise ForbiddenError(_ABOUT_ALL)

    def overview(self) -> Overview:
        """Raises ForbiddenError, like `status`."""
        raise ForbiddenError(_ABOUT_ALL)

    def activity(self) -> Activity:
        """Raises ForbiddenError, like `status`."""
        raise ForbiddenError(_ABOUT_ALL)

    def ping(self) -> None:
        self._library.ping()

    def _limited(self, filters: Filters) -> Filters:
        if not self._folders:  # a filter without folders would let everything through
            raise ForbiddenError(say("Nothing may be searched here."))
        if filters.topic or filters.label:  # whether there is a name tells of documents elsewhere
            raise ForbiddenError(
                say("This token is limited to folders. Topics and labels are about all of them.")
            )
        return replace(filters, within=self._folders)

    def _has(self, root: str, path: str) -> bool:
        file = PurePosixPath(posixpath.normpath(posixpath.join(root, path)))
        return any(file.is_relative_to(folder) for folder in self._folders)
