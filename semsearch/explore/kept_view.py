"""A finding about a library, as a run looks for it and as the page and the command line show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from semsearch.explore.keeping import Finding, Shelf, missing
from semsearch.explore.renewed import Renewed
from semsearch.explore.vectors import LibraryVectors
from semsearch.store.store import Store

T = TypeVar("T")


class KeptView(Generic[T]):
    """The finding of a shelf. Safe to share between threads. Every method raises RedisError."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        look: Callable[[Store, LibraryVectors], Any],
        left: Callable[[Store, Finding], T],
    ) -> None:
        """`look` makes what is kept, and `left` what of it is there still: see `all`."""
        self._store = store
        self._shelf = shelf
        self._look = look
        self._left = left
        self._latest = Renewed(store.runs.revision, self._read)

    def all(self) -> T | None:
        """What was found, without documents that are gone or have changed; None if nobody has looked."""
        head = self._shelf.head(self._store)
        return None if head is None else self._latest.get(head.made)

    def known(self) -> T:
        """The same. Raises NotFoundError if nobody has looked."""
        found = self.all()
        if found is None:
            raise missing(self._shelf.name)
        return found

    def find(self, vectors: LibraryVectors) -> None:
        """Look for it in the whole library now, and keep it."""
        self._shelf.renew(self._store, lambda: self._look(self._store, vectors))

    def again(self) -> T:
        """The same, with the vectors as they are now, and what was found."""
        self.find(LibraryVectors(self._store))
        return self.known()

    def step(self, vectors: LibraryVectors) -> None:
        """Look for it at the end of a run, if documents have changed since it was found."""
        if self._shelf.is_due(self._store):
            self.find(vectors)

    def _read(self) -> T | None:
        return self._shelf.read(self._store, partial(self._left, self._store))
