"""The store: everything that semsearch does with Redis, behind one connection.

`Store.ledger` holds the documents, `Store.statistics` the calibrations and document frequencies, `Store.runs`
the past runs. Searches send their commands through `Store.ask`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import redis

from semsearch.records import DocumentRecord, Kind, State
from semsearch.results import IndexStatus
from semsearch.settings import Settings
from semsearch.store import connection, filters, indexes, keys, queries
from semsearch.store.codec import space_of
from semsearch.store.connection import mapped, maps_errors
from semsearch.store.fingerprint import Fingerprint, is_outdated, stored_fingerprint, verify_model
from semsearch.store.ledger import Ledger
from semsearch.store.queries import Command
from semsearch.store.runs import Runs
from semsearch.store.schema import DOC, IMAGE, SPACES, TEXT
from semsearch.store.statistics import Statistics

_BATCH = 1000
# Candidates for a sample: more documents than this are sampled from a part of them.
_SAMPLED = 100_000
# A batch of files is written in one transaction; one of 256 passages takes half of this. Bytes.
_ROOM = 4_000_000
# No file has this date, so the next run reads the file again.
_UNSEEN = -1


@maps_errors
class Store:
    """One connection to Redis. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self.address = connection.address(client)
        self.ledger = Ledger(client, self.address)
        self.statistics = Statistics(client, self.address)
        self.runs = Runs(client, self.address)

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Connect, starting the embedded engine when needed. Raises RedisError."""
        return cls(connection.connect(settings))

    def close(self) -> None:
        """Close the connection; the store can no longer be used."""
        self._client.close()

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        self._client.ping()

    def ask(
        self, commands: Sequence[Command], fingerprints: Mapping[str, Fingerprint] | None = None
    ) -> list[Any]:
        """Send all commands in one round trip; their replies, each as its command reads it.

        The reply of a command that timed out is None. Raises FingerprintError when an index in
        `fingerprints`, by space, was filled by another model.
        """
        return queries.ask(self._client, commands, fingerprints)

    def prefix_limit(self) -> int:
        """How many values this server expands a prefix to."""
        return queries.prefix_limit(self._client)

    def check_models(self, text: str, image: str) -> None:
        """Compare the ids of the models in use with the models that filled the indexes.

        Raises FingerprintError on a difference. An index without vectors passes, and so does an empty id.
        """
        for space, model in ((TEXT, text), (IMAGE, image)):
            if model:
                verify_model(space, stored_fingerprint(self._client, space), model)

    def outdated(self, text: str, image: str) -> list[str]:
        """The spaces whose index an older semsearch, or another version of these models, has filled.

        Ingestion must fill them anew. A space without a model is left out: nothing could fill it.
        """
        return [
            space
            for space, model in ((TEXT, text), (IMAGE, image))
            if model and is_outdated(space, stored_fingerprint(self._client, space), model)
        ]

    def prepare_index(self, space: str, wanted: Fingerprint | None = None) -> None:
        """Create the index of `space` where it is missing. Raises FingerprintError for another model."""
        indexes.ensure(self._client, space, wanted)

    @contextmanager
    def approximated(self, space: str) -> Iterator[None]:
        """Inside the context, an approximate index of the same vectors answers in place of the exact one."""
        with mapped(self.address), indexes.approximated(self._client, space):
            yield

    def count(self, kind: Kind) -> int:
        """How many documents of this kind are indexed."""
        return self.count_documents().get((State.INDEXED, kind), 0)

    def sample(self, kind: Kind, size: int) -> list[DocumentRecord]:
        """Up to `size` documents of this kind, the same ones at each call."""
        command = queries.some(_SAMPLED, filters.searchable([kind]))
        # Ids are hashes, so their order is random and stable.
        docs = sorted(self.ask([command])[0] or ())
        return self.ledger.get_many(docs[:size])

    def start_over(
        self, records: Iterable[DocumentRecord], spaces: Sequence[str] = SPACES
    ) -> list[DocumentRecord]:
        """Drop the hashes and the indexes of `spaces`. Returns the records as they are afterwards.

        The records stay, marked as files to read again: when a rebuild is killed, the next run goes on
        with it. The fingerprints are dropped last, so that no other model fills an index before that.
        """
        renewed = [_without(spaces, record) for record in records]
        blank = [record for record in renewed if record.mtime_ns == _UNSEEN]
        for start in range(0, len(blank), _BATCH):
            self.ledger.replace_records(blank[start : start + _BATCH])
        for prefix in map(keys.piece_prefix, spaces):
            self._unlink(f"{prefix}*")
        for space in spaces:
            indexes.drop(self._client, space)
        return renewed

    def index_status(self) -> list[IndexStatus]:
        """The state of each index that exists."""
        found = [indexes.status(self._client, space) for space in (TEXT, IMAGE, DOC)]
        return [status for status in found if status is not None]

    def is_full(self) -> bool:
        """Whether the memory that Redis may use is too small for another batch of files."""
        facts: Any = self._client.info("memory")
        limit = int(facts.get("maxmemory", 0))
        return limit > 0 and int(facts["used_memory"]) + _ROOM > limit

    def server_version(self) -> str:
        """Name and version of the server, such as "Valkey 9.1.2"."""
        info: Any = self._client.info("server")
        if "valkey_version" in info:
            return f"Valkey {info['valkey_version']}"
        return f"Redis {info['redis_version']}"

    def count_documents(self) -> dict[tuple[State, Kind], int]:
        """How many files there are of each state and kind."""
        rows = self._groups("@state", "@kind")
        return {(State(state), Kind(kind)): count for (state, kind), count in rows}

    def roots(self) -> tuple[str, ...]:
        """The folders that have been ingested."""
        return tuple(sorted(root for (root,), _ in self._groups("@root")))

    def troubled(self, limit: int = 1000) -> list[DocumentRecord]:
        """Files that failed, that wait and that are not read: the first `limit` of each."""
        found = []
        for state in (State.FAILED, State.WAITING, State.SKIPPED):
            found += self.ledger.get_many(queries.docs_in_state(self._client, state, limit))
        return found

    def _unlink(self, pattern: str) -> None:
        pipe = self._client.pipeline(transaction=False)
        for n, key in enumerate(self._client.scan_iter(match=pattern, count=_BATCH), start=1):
            pipe.unlink(key)
            if n % _BATCH == 0:
                pipe.execute()
        pipe.execute()

    def _groups(self, *fields: str) -> list[tuple[tuple[str, ...], int]]:
        """How many documents there are for each combination of values of indexed fields."""
        if not indexes.exists(self._client, DOC):
            return []
        # redis-py's AggregateRequest has no TIMEOUT.
        command: list[Any] = [
            *("FT.AGGREGATE", keys.index_alias(DOC), "*", "GROUPBY", len(fields), *fields),
            *("REDUCE", "COUNT", 0, "AS", "count", "LIMIT", 0, 10_000),
            *("TIMEOUT", queries.TIMEOUT_MS, "DIALECT", 2),
        ]
        _, *rows = self._client.execute_command(*command)
        values = [[value.decode("utf-8", "surrogateescape") for value in row[1::2]] for row in rows]
        return [(tuple(group), int(count)) for *group, count in values]


def _without(spaces: Sequence[str], record: DocumentRecord) -> DocumentRecord:
    """The record, marked as unread where it has pieces in one of these spaces."""
    loses_own, loses_texts = space_of(record.kind) in spaces, bool(record.texts) and TEXT in spaces
    if not (loses_own or loses_texts):
        return record
    return replace(
        record,
        mtime_ns=_UNSEEN,
        sha256="",
        pieces=0 if loses_own else record.pieces,
        texts=0 if loses_texts else record.texts,
    )
