"""Saved searches: a name for any search, and which documents are new in it since it was last opened.

A search is kept as the query string of its page, such as "q=bread&kind=text". New documents are found by runs
of ingestion (semsearch.explore.news), and are kept by the hash of their content, as marks are. What was seen
is kept by the page: each writes a hash of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from math import inf, isfinite
from urllib.parse import parse_qs, urlencode

from semsearch.api.parameters import read_query
from semsearch.errors import NotFoundError, QueryError
from semsearch.message import say
from semsearch.query import Filters, Query
from semsearch.records import DocumentRecord
from semsearch.store import mine
from semsearch.store.by_content import records_with
from semsearch.store.store import Store
from semsearch.text import printable, readable

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
    """A search by its name. `search` is its query string, and `new` are the ids of its new documents.

    Of documents with the same content, `new` has one.
    """

    name: str
    search: str
    new: tuple[str, ...] = ()


class SavedSearches:
    """The saved searches of a library. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mine = store.mine

    def all(self) -> list[SavedSearch]:
        """All searches, by name."""
        return self._with_new(self._named(self._mine.get(SAVED)))

    def first(self, most: int) -> list[SavedSearch]:
        """Up to `most` searches, by name. Those with news come first."""
        kept = self._mine.get(SAVED)
        if not kept:
            return []
        seen, new = self._mine.get(SEEN), self._mine.get(NEW)
        has_new = {name for name, value in new.items() if _latest(value) > _moment(seen.get(name))}
        named = sorted(self._named(kept).items(), key=lambda each: each[0] not in has_new)
        return self._with_new(dict(named[:most]))

    def get(self, name: str) -> SavedSearch:
        """The search with this name. Raises NotFoundError."""
        return self._with_new({name: self.search_of(name)})[0]

    def new_records(self, search: SavedSearch) -> list[DocumentRecord]:
        """The new documents of a search, the latest first."""
        return self._store.ledger.get_many(search.new)

    def name_of(self, search: str) -> str:
        """The name of a search; "" if it is not saved."""
        return next((name for name, kept in self._mine.get(SAVED).items() if kept == search), "")

    def add(self, name: str, search: str) -> SavedSearch:
        """Save a search. One with the same name is replaced. Raises QueryError for what cannot be saved."""
        name, search = checked_name(name), checked_search(search)
        self._add(name, search, self._mine.get(SAVED))
        return SavedSearch(name, search)

    def take_over(self, name: str, search: str) -> None:
        """Save a search, under another name if a search has its name. Raises QueryError."""
        search, kept = checked_search(search), self._mine.get(SAVED)
        if search in kept.values():
            return
        try:
            name = checked_name(name)
        except QueryError:
            name = checked_name(search[:MOST_CHARACTERS])
        number, free = 1, name
        while free in kept:
            number += 1
            end = f" ({number})"
            free = f"{name[: MOST_CHARACTERS - len(end)]}{end}"
        self._add(free, search, kept)

    def rename(self, name: str, to: str) -> SavedSearch:
        """Give a search another name. Raises NotFoundError, and QueryError if another one has the name."""
        search, to = self.search_of(name), checked_name(to)
        if to == name:
            return self.get(name)
        if self._mine.some(SAVED, [to]):
            raise QueryError(say("There is a saved search {name!r} already.", name=to))
        # A run that looks at them meanwhile finds its new documents under one of the names.
        for which in (SEEN, SAVED, NEW):
            for value in self._mine.some(which, [name]).values():
                self._mine.put(which, {to: value})
        self._mine.drop(SAVED, [name])
        new = self._mine.some(NEW, [name, to])
        if (late := new.get(name, "")) != new.get(to, ""):
            self._mine.put(NEW, {to: with_new(new.get(to, ""), _read(late), -inf)})
        for which in (NEW, SEEN):
            self._mine.drop(which, [name])
        return self._with_new({to: search})[0]

    def remove(self, name: str) -> None:
        """Remove a search. Raises NotFoundError."""
        self.search_of(name)
        for which in (SAVED, SEEN, NEW):
            self._mine.drop(which, [name])

    def see(self, name: str, moment: float | None = None) -> None:
        """All that is new in a search up to a moment, by default now, has been seen. Raises NotFoundError."""
        self.search_of(name)
        self._mine.put(SEEN, {name: f"{time.time() if moment is None else moment:.3f}"})

    def search_of(self, name: str) -> str:
        """The query string of the search with this name. Raises NotFoundError."""
        for search in self._mine.some(SAVED, [readable(name)]).values():
            return search
        raise NotFoundError(say("There is no saved search {name!r}.", name=name))

    def _add(self, name: str, search: str, kept: Mapping[str, str]) -> None:
        if name not in kept and len(kept) >= MOST:
            raise QueryError(say("There are {number} saved searches already: remove one.", number=len(kept)))
        if kept.get(name) != search:
            self._mine.put(SEEN, {name: f"{time.time():.3f}"})
            self._mine.drop(NEW, [name])
            self._mine.put(SAVED, {name: search})

    def _named(self, kept: Mapping[str, str]) -> dict[str, str]:
        return {name: kept[name] for name in sorted(kept, key=str.casefold)}

    def _with_new(self, searches: Mapping[str, str]) -> list[SavedSearch]:
        """The searches, in their order, with what is new in them."""
        names = list(searches)
        seen, new = self._mine.some(SEEN, names), self._mine.some(NEW, names)
        unseen = {name: _unseen(new.get(name, ""), _moment(seen.get(name))) for name in names}
        there = records_with(self._store, chain.from_iterable(unseen.values()))
        return [
            SavedSearch(
                name, searches[name], tuple(there[each][0].doc for each in unseen[name] if each in there)
            )
            for name in names
        ]


def query_of(search: str) -> Query:
    """The query of a saved search. Raises QueryError when it cannot be read."""
    return read_query(parse_qs(search))


def checked_name(name: str) -> str:
    """The name without spaces around it. Raises QueryError for one that cannot be used."""
    name = " ".join(readable(name).split())
    if not name or len(name) > MOST_CHARACTERS:
        raise QueryError(say("A saved search needs a name of 1 to {most} characters.", most=MOST_CHARACTERS))
    if printable(name) != name:
        raise QueryError(say("The name of a saved search cannot have control characters."))
    return name


def checked_search(search: str) -> str:
    """A query string without what says nothing about the search. Raises QueryError for what is no search."""
    given = parse_qs(readable(search).lstrip("?"))
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
    """What is kept of new contents: those of before that are not seen yet, and those found now."""
    kept = {each: when for each, when in _read(before).items() if when > seen} | dict(found)
    latest = sorted(kept.items(), key=lambda each: each[1])[-MOST_NEW:]
    return " ".join(f"{each}:{when:.3f}" for each, when in latest)


def _unseen(kept: str, seen: float) -> tuple[str, ...]:
    """The contents of later than a moment, the latest first."""
    found = _read(kept)
    return tuple(sorted((each for each, when in found.items() if when > seen), key=lambda each: -found[each]))


def _latest(kept: str) -> float:
    """The moment of the latest content, which is the last one; minus infinity if there is none."""
    return seconds_of(kept.rpartition(":")[2], -inf)


def _moment(seen: str | None) -> float:
    return seconds_of(seen, inf)


def seconds_of(kept: str | None, otherwise: float) -> float:
    """A moment that is kept, in seconds since 1970; `otherwise` if none is, or none that can be read."""
    try:
        found = float(kept or "")
    except ValueError:
        return otherwise
    return found if isfinite(found) else otherwise


def _read(kept: str) -> dict[str, float]:
    """The new contents that are kept, with when they were found. What cannot be read is left out."""
    parted = (each.partition(":") for each in kept.split())
    found = ((content, seconds_of(when, -inf)) for content, _, when in parted)
    return {content: when for content, when in found if when > -inf}
