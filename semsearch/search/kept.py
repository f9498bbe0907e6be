"""Lists whose pages are read one after the other: they are kept, so that a page need not search again."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from semsearch.query import MAX_REACH, Cursor, Query
from semsearch.results import Correction, Facets, Results
from semsearch.search.found import Found
from semsearch.search.listing import Listed

# A reader of pages who is away for longer waits for the search once more.
_SECONDS = 300.0
# The most documents and pieces in all lists together. Each takes about 300 bytes.
_MOST = 200_000
_CHANGED = (
    "Documents have changed since the page before, so one may be on two pages or on none. For a list without "
    "gaps, begin again with the first page."
)


@dataclass(frozen=True, slots=True)
class Made:
    """All that a search has made before a page is cut from it.

    `query` is what was searched for, with the `corrections` of its words. `notes` tell the user how.
    """

    query: Query
    notes: tuple[str, ...]
    found: Found
    listed: Listed
    facets: Facets | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    made: Made
    since: float
    size: int


class KeptLists:
    """Keeps the latest lists, by query and revision of the documents. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Query, int], _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Query, revision: int) -> Made | None:
        """The list of a query, whatever page of it the query asks for; None if it is not kept."""
        if query.look is not None:
            return None
        with self._lock:
            self._forget()
            kept = self._kept.get(_key(query, revision))
            return kept.made if kept else None

    def keep(self, query: Query, revision: int, made: Made) -> None:
        """Keep the list of a query for some minutes."""
        if query.look is not None:
            return  # pictures cannot be compared
        with self._lock:
            key = _key(query, revision)
            self._kept[key] = _Kept(made, time.monotonic(), _size(made))
            self._kept.move_to_end(key)
            self._forget()

    def _forget(self) -> None:
        """Drop the lists that are too old, and the oldest ones while all together are too long."""
        while self._kept and (self._is_old or self._size > _MOST):
            self._kept.popitem(last=False)

    @property
    def _is_old(self) -> bool:
        return next(iter(self._kept.values())).since < time.monotonic() - _SECONDS

    @property
    def _size(self) -> int:
        return sum(each.size for each in self._kept.values())


def _size(made: Made) -> int:
    """The number of documents in a list, and of their pieces that were found."""
    documents = [each for document in made.listed.documents for each in (document, *document.copies)]
    return len(documents) + sum(len(document.candidates) for document in documents)


def with_next(page: Results, query: Query, length: int, revision: int, *, is_cut: bool = False) -> Results:
    """A page of a list of `length` documents with the cursor of the next page.

    Notes say so if the documents have changed since the page before, and on the last page if there are
    documents beyond it, because the list `is_cut` or longer than cursors reach. A query that is limited to
    folders learns nothing of changes, which may be in others.
    """
    assert query.cursor is not None
    revision = 0 if query.filters.within else revision
    end = query.start + query.limit
    reached = min(length, MAX_REACH)
    following = Cursor(end, revision) if end < reached else None
    notes = list(page.notes)
    if query.cursor.revision not in (0, revision):
        notes.append(_CHANGED)
    ends_early = following is None and reached < page.total and (is_cut or length > MAX_REACH)
    if ends_early:
        notes.append(
            f"The list reaches no further than here: {reached:,} of {page.total:,} documents. Narrow it by a "
            "folder or a period to reach the others."
        )
    return replace(page, next=following, notes=tuple(notes), complete=page.complete and not ends_early)


def _key(query: Query, revision: int) -> tuple[Query, int]:
    return replace(query, limit=1, offset=0, cursor=None, explain=False), revision
