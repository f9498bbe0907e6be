"""Saved searches: a name for any search, and which documents are new in it since it was last opened.

A search is kept as the query string of its page, such as "q=bread&kind=text". New documents are found by runs
of ingestion (semsearch.explore.news). What was seen is kept by the page: each writes a hash of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from urllib.parse import parse_qs, urlencode

from semsearch.api.parameters import read_query
from semsearch.errors import NotFoundError, QueryError
from semsearch.message import say
from semsearch.query import Filters, Query
from semsearch.store import mine
from semsearch.store.mine import Mine

SAVED, SEEN, NEW = mine.SAVED, mine.SAVED_SEEN, mine.SAVED_NEW
MOST = 1000
MOST_CHARACTERS = 200
# The most new documents that are kept for a search.
MOST_NEW = 1000
_LONGEST = 8000
# Parameters of the page that say nothing about what is found, and those that cannot be kept.
_LEFT_OUT = ("offset", "limit", "cursor", "view", "unfinished", "facets", "explain", "fields")


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search by its name. `search` is its query string, and `new` are the ids of its new documents."""

    name: str
    search: str
    new: tuple[str, ...] = ()


class SavedSearches:
    """The saved searches of a library. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, mine: Mine) -> None:
        self._mine = mine

    def all(self) -> list[SavedSearch]:
        """All searches, by name."""
        kept = self._mine.get(SAVED)
        if not kept:
            return []
        seen, new = self._mine.get(SEEN), self._mine.get(NEW)
        return [
            SavedSearch(name, kept[name], _unseen(new.get(name, ""), seconds_of(seen.get(name), inf)))
            for name in sorted(kept, key=str.casefold)
        ]

    def get(self, name: str) -> SavedSearch:
        """The search with this name. Raises NotFoundError."""
        for each in self.all():
            if each.name == name:
                return each
        raise NotFoundError(say("There is no saved search {name!r}.", name=name))

    def name_of(self, search: str) -> str:
        """The name of a search; "" if it is not saved."""
        return next((name for name, kept in self._mine.get(SAVED).items() if kept == search), "")

    def add(self, name: str, search: str) -> SavedSearch:
        """Save a search. One with the same name is replaced. Raises QueryError for what cannot be saved."""
        name, search = checked_name(name), checked_search(search)
        kept = self._mine.get(SAVED)
        if name not in kept and len(kept) >= MOST:
            raise QueryError(say("There are {number} saved searches already: remove one.", number=len(kept)))
        if kept.get(name) != search:
            self._mine.put(SEEN, {name: f"{time.time():.3f}"})
            self._mine.drop(NEW, name)
            self._mine.put(SAVED, {name: search})
        return SavedSearch(name, search)

    def rename(self, name: str, to: str) -> SavedSearch:
        """Give a search another name. Raises NotFoundError, and QueryError if another one has the name."""
        found, to = self.get(name), checked_name(to)
        if to == name:
            return found
        if to in self._mine.get(SAVED):
            raise QueryError(say("There is a saved search {name!r} already.", name=to))
        for which in (SEEN, NEW, SAVED):
            if (value := self._mine.get(which).get(name)) is not None:
                self._mine.put(which, {to: value})
                self._mine.drop(which, name)
        return self.get(to)

    def remove(self, name: str) -> None:
        """Remove a search. Raises NotFoundError."""
        self.get(name)
        for which in (SAVED, SEEN, NEW):
            self._mine.drop(which, name)

    def see(self, name: str, moment: float | None = None) -> None:
        """All that is new in a search up to a moment, by default now, has been seen. Raises NotFoundError."""
        self.get(name)
        self._mine.put(SEEN, {name: f"{time.time() if moment is None else moment:.3f}"})


def query_of(search: str) -> Query:
    """The query of a saved search. Raises QueryError when it cannot be read."""
    return read_query(parse_qs(search))


def checked_name(name: str) -> str:
    """The name without spaces around it. Raises QueryError for one that is empty or too long."""
    name = " ".join(name.split())
    if not name or len(name) > MOST_CHARACTERS:
        raise QueryError(say("A saved search needs a name of 1 to {most} characters.", most=MOST_CHARACTERS))
    return name


def checked_search(search: str) -> str:
    """A query string without what says nothing about the search. Raises QueryError for what is no search."""
    given = parse_qs(search.lstrip("?"))
    if "picture" in given:
        raise QueryError(
            say("A picture that was posted is kept for a day only, so its search cannot be saved.")
        )
    left = {name: values for name, values in given.items() if name not in _LEFT_OUT}
    query = read_query(left)
    if not (query.text or query.likes or query.unlikes or query.filters != Filters()):
        raise QueryError(say("There is no query and no filter to save."))
    found = urlencode(sorted(left.items()), doseq=True)
    if len(found) > _LONGEST:
        raise QueryError(say("This search is too long to be saved."))
    return found


def with_new(before: str, found: Mapping[str, float], seen: float) -> str:
    """What is kept of new documents: those of before that are not seen yet, and those found now."""
    kept = {doc: when for doc, when in _read(before).items() if when > seen} | dict(found)
    latest = sorted(kept.items(), key=lambda each: each[1])[-MOST_NEW:]
    return " ".join(f"{doc}:{when:.3f}" for doc, when in latest)


def _unseen(kept: str, seen: float) -> tuple[str, ...]:
    """The documents of later than a moment, the latest first."""
    found = _read(kept)
    return tuple(sorted((doc for doc, when in found.items() if when > seen), key=lambda doc: -found[doc]))


def seconds_of(kept: str | None, otherwise: float) -> float:
    """A moment that is kept, in seconds since 1970; `otherwise` if none is, or none that can be read."""
    try:
        found = float(kept or "")
    except ValueError:
        return otherwise
    return found if isfinite(found) else otherwise


def _read(kept: str) -> dict[str, float]:
    """The new documents that are kept, with when they were found. What cannot be read is left out."""
    found = ((doc, seconds_of(when, -inf)) for doc, _, when in (each.partition(":") for each in kept.split()))
    return {doc: when for doc, when in found if when > -inf}
