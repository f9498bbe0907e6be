"""Findings about a library that are kept in Redis, and made anew when its documents have changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, TypeVar

from semsearch.errors import NotFoundError
from semsearch.explore.packed import unpack_json
from semsearch.message import say
from semsearch.records import DocumentRecord, State
from semsearch.store.store import Store

T = TypeVar("T")

# As many digits of the hash of a content tell whether a document has changed.
DIGITS = 16
# Records that are read together.
_BATCH = 1000
# What takes long is made again only after this many times as long, so that small runs stay small.
_REST, _SHORT = 20, 5.0


@dataclass(frozen=True, slots=True)
class Head:
    """When a finding was made, in seconds since 1970, and how many seconds that took.

    `revision` is that of the documents before it was made, and `format` the version of its data.
    """

    made: float
    seconds: float
    revision: int
    format: int


@dataclass(frozen=True, slots=True)
class Finding(Head):
    """What was found: `data` can be written as JSON."""

    data: Any


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place of one finding: its name in Redis, and the version of its data."""

    name: str
    format: int

    @property
    def _data_name(self) -> str:
        return f"{self.name}_data"

    def head(self, store: Store) -> Head | None:
        """What is known about the finding without reading it; None as for `read`. Raises RedisError."""
        found = unpack_json(store.kept.get(self.name), lambda kept: Head(**kept))
        return found if found is not None and found.format == self.format else None

    def read(self, store: Store, make: Callable[[Finding], T]) -> T | None:
        """What `make` makes of the finding; None if there is none that it can read. Raises RedisError."""
        head = self.head(store)
        if head is None:
            return None
        data = store.kept.get(self._data_name)
        return unpack_json(data, lambda data: make(Finding(**asdict(head), data=data)))

    def renew(self, store: Store, make: Callable[[], Any]) -> None:
        """Make the finding and keep it. Raises RedisError."""
        revision, started = store.runs.revision(), time.monotonic()
        data = make()
        head = Head(time.time(), time.monotonic() - started, revision, self.format)
        store.kept.put_all({self._data_name: _as_json(data), self.name: _as_json(asdict(head))})

    def is_due(self, store: Store) -> bool:
        """Whether documents have changed since it was made, and it is time to make it again."""
        found = self.head(store)
        if found is None or not store.kept.has(self._data_name):
            return True
        return is_rested(found.made, found.seconds) and store.runs.revision() != found.revision

    def is_old(self, store: Store) -> bool:
        """Whether documents have changed since it was made."""
        found = self.head(store)
        return found is None or store.runs.revision() != found.revision


def is_rested(made: float, seconds: float) -> bool:
    """Whether it is time to make again what was made at a time, in seconds since 1970, and took so long."""
    return seconds < _SHORT or time.time() - made > _REST * seconds


def _as_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def records_of(store: Store, docs: Iterable[str]) -> dict[str, DocumentRecord]:
    """The records of documents whose files are there, by document. Raises RedisError."""
    left = iter(dict.fromkeys(docs))
    found: dict[str, DocumentRecord] = {}
    while batch := list(islice(left, _BATCH)):
        there = (each for each in store.ledger.get_many(batch) if each.state is not State.MISSING)
        found.update({record.doc: record for record in there})
    return found


def missing(command: str) -> NotFoundError:
    """The error for a finding that was never made."""
    return NotFoundError(
        say("Nobody has looked for this yet. Run `semsearch {command} --again` once.", command=command)
    )
