"""Find documents by where they lie, and by their content, without reading the whole ledger."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

import redis

from semsearch.errors import RedisError
from semsearch.records import Kind
from semsearch.store import aggregations, filters
from semsearch.store.aggregations import Counted, docs_by_path
from semsearch.store.explored import labels_are_known, topics_are_known
from semsearch.store.failures import maps_errors
from semsearch.store.queries import AnyCommand, ask, count, doc_ids
from semsearch.store.schema import DOC

if TYPE_CHECKING:
    from semsearch.store.filters import Where

# Documents in one reply.
_PAGE = 10_000
# Contents that one question names.
_CONTENTS = 200
# The documents from which a sample is drawn. A larger library is sampled from a part of it.
_SAMPLED = 100_000


@maps_errors
class Lookup:
    """Asks the index of documents for ids. Every method raises RedisError, also when that takes too long."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def of_root(self, root: str) -> list[str]:
        """The documents of a root folder, by path."""
        return self._all([filters.below(root)])

    def in_folders(self, root: str, folders: Sequence[str]) -> list[str]:
        """The documents in these folders, at any depth. The folders are relative to their root."""
        return self._all([filters.below(root, folder) for folder in folders])

    def with_content(self, sha256: str) -> list[str]:
        """The documents whose files have this content, by path."""
        return self._all([filters.with_content(sha256)])

    def with_contents(self, hashes: Sequence[str]) -> list[str]:
        """The documents whose files have one of these contents: those of some of them at a time, by path."""
        batches = (hashes[start : start + _CONTENTS] for start in range(0, len(hashes), _CONTENTS))
        found = (self._all([filters.with_content(*batch)]) for batch in batches)
        return list(dict.fromkeys(doc for docs in found for doc in docs))

    def of_kind(self, kind: Kind) -> list[str]:
        """The documents of this kind that a search can show, by path."""
        return self._all([filters.searchable([kind])])

    def indexed(self, kind: Kind) -> list[str]:
        """The documents of this kind whose content has been read, by path."""
        return self._all([filters.indexed([kind])])

    def findable(self) -> list[str]:
        """The documents whose names a search can show, by path."""
        return self._all([filters.findable()])

    def without_topics(self, kind: Kind) -> list[str]:
        """The indexed documents of this kind whose topics have not been found, by path."""
        return self._all([filters.indexed([kind]) & topics_are_known(known=False)])

    def count_topics(self, kind: Kind) -> tuple[int, int]:
        """How many documents of this kind are indexed, and of how many the topics have been found."""
        indexed = filters.indexed([kind])
        found, known = self._ask([count(DOC, indexed), count(DOC, indexed & topics_are_known())])
        return found, known

    def without_labels(self, kind: Kind) -> list[str]:
        """The indexed documents of this kind whose labels have not been found, by path."""
        return self._all([filters.indexed([kind]) & labels_are_known(known=False)])

    def count_indexed(self, kind: Kind) -> int:
        """How many documents of this kind are indexed."""
        (found,) = self._ask([count(DOC, filters.indexed([kind]))])
        return int(found)

    def count_each(self, conditions: Sequence[Where]) -> list[int]:
        """How many documents pass each of these filters."""
        return self._ask([count(DOC, each) for each in conditions]) if conditions else []

    def due_for_ocr(self) -> list[str]:
        """The documents in which text is to be recognised, by path."""
        return self._all([filters.due_for_ocr()])

    def sample(self, kind: Kind, size: int) -> list[str]:
        """Up to `size` searchable documents of this kind, the same ones at each call."""
        # Ids are hashes, so the first ones in order are a random sample that stays the same.
        first: list[str] = []
        for start in range(0, _SAMPLED, _PAGE):
            (page,) = ask(self._client, [doc_ids(_PAGE, filters.searchable([kind]), start)])
            first = nsmallest(size, {*first, *(page or ())})
            if not page or len(page) < _PAGE:
                break
        return first

    def counts(self) -> list[Counted]:
        """How many documents each folder has, by state and kind."""
        return list(self._ask([aggregations.counts()])[0])

    def _all(self, conditions: Sequence[Where]) -> list[str]:
        found: dict[str, None] = {}  # a document with many terms has several hashes
        start = 0
        while conditions:
            pages = self._ask([docs_by_path(where, start, _PAGE) for where in conditions])
            found |= dict.fromkeys(doc for page in pages for doc in page)
            conditions = [where for where, page in zip(conditions, pages, strict=True) if len(page) == _PAGE]
            start += _PAGE
        return list(found)

    def _ask(self, commands: Sequence[AnyCommand]) -> list[Any]:
        replies: list[Any] = ask(self._client, commands)
        if None in replies:
            raise RedisError(
                f"Redis at {self.address} did not find documents in time. Try again in a moment."
            )
        return replies
