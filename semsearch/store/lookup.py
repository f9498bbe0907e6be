"""Find documents by where they lie, and by their content, without reading the whole ledger."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

import redis

from semsearch.errors import RedisError
from semsearch.records import Kind, State
from semsearch.store import filters, indexes
from semsearch.store.aggregations import Aggregation, docs_by_path
from semsearch.store.failures import maps_errors
from semsearch.store.keys import index_alias
from semsearch.store.queries import TIMEOUT_MS, ask, doc_ids
from semsearch.store.schema import DOC

if TYPE_CHECKING:
    from semsearch.store.filters import Where

# Documents in one reply.
_PAGE = 10_000
# The documents from which a sample is drawn. A larger library is sampled from a part of it.
_SAMPLED = 100_000


@dataclass(frozen=True, slots=True)
class RootFacts:
    """How many documents of a root folder a search can find, and when the last of them was indexed.

    The time is in seconds since 1970.
    """

    documents: int
    changed: float


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

    def roots(self) -> dict[str, RootFacts]:
        """The root folders that have documents which a search can find."""
        if not indexes.exists(self._client, DOC):
            return {}
        command: list[Any] = [
            *("FT.AGGREGATE", index_alias(DOC), f"@state:{{{State.INDEXED}|{State.WAITING}}}"),
            *("LOAD", 2, "@root", "@indexed_at", "GROUPBY", 1, "@root"),
            *("REDUCE", "COUNT", 0, "AS", "documents", "REDUCE", "MAX", 1, "@indexed_at", "AS", "changed"),
            *("LIMIT", 0, _PAGE, "TIMEOUT", TIMEOUT_MS, "DIALECT", 2),
        ]
        _, *rows = self._client.execute_command(*command)
        found = (dict(zip(row[::2], row[1::2], strict=True)) for row in rows)
        return {
            os.fsdecode(each[b"root"]): RootFacts(int(each[b"documents"]), float(each[b"changed"]))
            for each in found
        }

    def _all(self, conditions: Sequence[Where]) -> list[str]:
        found: dict[str, None] = {}  # a document with many terms has several hashes
        start = 0
        while conditions:
            pages = self._ask([docs_by_path(where, start, _PAGE) for where in conditions])
            found |= dict.fromkeys(doc for page in pages for doc in page)
            conditions = [where for where, page in zip(conditions, pages, strict=True) if len(page) == _PAGE]
            start += _PAGE
        return list(found)

    def _ask(self, commands: Sequence[Aggregation]) -> list[tuple[str, ...]]:
        replies: list[Any] = ask(self._client, commands)
        if None in replies:
            raise RedisError(
                f"Redis at {self.address} did not find documents in time. Try again in a moment."
            )
        return replies
