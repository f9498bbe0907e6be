"""The store: one connection, and what the rest of semsearch does with Redis in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import redis

from semsearch.records import DocumentRecord, Kind, State
from semsearch.results import IndexStatus
from semsearch.search.relevance import Calibration
from semsearch.settings import Settings
from semsearch.store import connection, filters, keys, queries, schema
from semsearch.store.codec import space_of
from semsearch.store.ledger import Ledger
from semsearch.store.schema import DOC, IMAGE, TEXT, Fingerprint

# Runs remembered in the stream: years of nightly ones.
_RUNS_KEPT = 1000
_BATCH = 1000
_MANY = 100_000
# Changes with what a calibration keeps: those of older versions are made anew.
_CALIBRATION = b"2"
# No file has this date.
_UNSEEN = -1

SPACES = (TEXT, IMAGE)


class Store:
    """Redis as semsearch uses it. Everything it raises is a RedisError inside `mapped()`."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.address = connection.address(client)
        self.ledger = Ledger(client)

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Connect, starting the embedded engine when needed. Raises RedisError."""
        return cls(connection.connect(settings))

    def mapped(self) -> AbstractContextManager[None]:
        """What redis-py raises inside becomes a RedisError that names the server."""
        return connection.mapped(self.address)

    def ping(self) -> None:
        """Raises RedisError when Redis is away."""
        with self.mapped():
            self.client.ping()

    def check_models(self, text: str, image: str) -> None:
        """Compare the ids of the models in use with what the indexes were built with.

        Raises FingerprintError on a difference; an index without vectors, or no picture model, is fine.
        """
        for space, model in ((TEXT, text), (IMAGE, image)):
            if model:
                schema.verify_model(space, schema.fingerprint(self.client, space), model)

    def outdated(self, text: str, image: str) -> list[str]:
        """The spaces whose index an older semsearch, or another version of these models, built.

        They must be filled anew. A space without a model stays as it is: nothing could fill it.
        """
        return [
            space
            for space, model in ((TEXT, text), (IMAGE, image))
            if model and schema.is_outdated(space, schema.fingerprint(self.client, space), model)
        ]

    def prepare_index(self, space: str, wanted: Fingerprint | None = None) -> None:
        """Make sure that the index of `space` is there, and of this model. Raises FingerprintError."""
        schema.ensure(self.client, space, wanted)

    def approximated(self, space: str) -> AbstractContextManager[None]:
        """Inside, an approximate index of the same vectors answers, to be compared with the exact one."""
        return schema.approximated(self.client, space)

    def keep_calibration(self, space: str, calibration: Calibration) -> None:
        """Keep what chance finds in the index of `space`, beside what it was built with."""
        values: Any = calibration.mapping()
        pipe = self.client.pipeline(transaction=True)
        pipe.hset(keys.meta_key(space), mapping=values)
        pipe.set(keys.middle_key(space), calibration.middle)
        pipe.execute()

    def calibrations(self) -> dict[Kind, Calibration]:
        """Of the documents of each kind."""
        pipe = self.client.pipeline(transaction=False)
        kinds = (Kind.TEXT, Kind.IMAGE)
        for kind in kinds:
            pipe.hgetall(keys.meta_key(space_of(kind)))
            pipe.get(keys.middle_key(space_of(kind)))
        replies = iter(pipe.execute())
        return {kind: Calibration.read(next(replies), next(replies) or b"") for kind in kinds}

    def keep_counts(self, counts: Mapping[str, int]) -> None:
        """Keep how many documents have each of these terms, in place of what was kept before."""
        pipe = self.client.pipeline(transaction=True)
        pipe.delete(keys.COUNTS)
        values: Any = counts
        if counts:
            pipe.hset(keys.COUNTS, mapping=values)
        pipe.execute()

    def kept_counts(self) -> dict[str, int]:
        """How many documents had each of the commonest terms when they were counted last."""
        kept: Any = self.client.hgetall(keys.COUNTS)
        return {term.decode(): int(count) for term, count in kept.items()}

    def count_changes(self, more: int) -> int:
        """Documents changed since the last calibration, with `more`."""
        found: Any = self.client.hincrby(keys.meta_key(DOC), "changes", more)
        return int(found)

    def calibrated(self, changes: int) -> None:
        """Note that all indexes have been calibrated, and that so many changes are seen to.

        Also of an index of which nothing could be measured: it is empty, or its model knows no words.
        """
        for space in SPACES:
            if schema.exists(self.client, space):
                self.client.hset(keys.meta_key(space), "calibrated", _CALIBRATION)
        self.count_changes(-changes)

    def is_calibrated(self) -> bool:
        """Whether each index that there is has been calibrated since it was built, as it is done now."""
        return all(
            self.client.hget(keys.meta_key(space), "calibrated") == _CALIBRATION
            for space in SPACES
            if schema.exists(self.client, space)
        )

    def count(self, kind: Kind) -> int:
        """How many documents of this kind can be found."""
        return sum(
            n for (state, its), n in self.count_documents().items() if (state, its) == (State.INDEXED, kind)
        )

    def sample(self, kind: Kind, size: int) -> list[DocumentRecord]:
        """Some of the documents of this kind, the same ones each time."""
        docs = sorted(queries.ask(self.client, [queries.some(_MANY, filters.searchable([kind]))])[0] or ())
        return self.ledger.get_many(docs[:size])  # ids are hashes: their order is as good as chance

    def start_over(
        self, records: Iterable[DocumentRecord], spaces: Sequence[str] = SPACES
    ) -> list[DocumentRecord]:
        """Drop all that is in `spaces`, and their indexes; the records as they are then.

        The records stay, as of files that must be looked at: when a rebuild is killed, the next run goes on
        with it. The fingerprints go last: until then, no other model is let in.
        """
        renewed = [_without(spaces, record) for record in records]
        blank = [record for record in renewed if record.mtime_ns == _UNSEEN]
        for start in range(0, len(blank), _BATCH):
            self.ledger.replace_records(blank[start : start + _BATCH])
        for prefix in map(keys.piece_prefix, spaces):
            pipe = self.client.pipeline(transaction=False)
            for n, key in enumerate(self.client.scan_iter(match=f"{prefix}*", count=_BATCH), start=1):
                pipe.unlink(key)
                if n % _BATCH == 0:
                    pipe.execute()
            pipe.execute()
        for space in spaces:
            schema.drop(self.client, space)
        return renewed

    def log_run(self, counts: Iterable[tuple[str, int | float]]) -> None:
        entry: Any = dict(counts)
        self.client.xadd(keys.RUNS, entry, maxlen=_RUNS_KEPT, approximate=True)

    def last_run(self) -> dict[str, str]:
        """The counts of the latest run, as written; empty before the first one."""
        entries: Any = self.client.xrevrange(keys.RUNS, count=1)
        return {name.decode(): value.decode() for _, entry in entries for name, value in entry.items()}

    def keep_evaluation(self, dataset: str, figures: Mapping[str, Any]) -> None:
        """Remember what an evaluation found."""
        entry: Any = {"figures": json.dumps(figures)}
        self.client.xadd(keys.evals_key(dataset), entry, maxlen=_RUNS_KEPT, approximate=True)

    def last_evaluation(self, dataset: str) -> dict[str, Any] | None:
        """What the latest evaluation found, or None before the first."""
        entries: Any = self.client.xrevrange(keys.evals_key(dataset), count=1)
        return json.loads(entries[0][1][b"figures"]) if entries else None

    def index_status(self) -> list[IndexStatus]:
        """How the indexes that exist are doing."""
        found = [schema.status(self.client, space) for space in (TEXT, IMAGE, DOC)]
        return [status for status in found if status is not None]

    def server_version(self) -> str:
        info: Any = self.client.info("server")
        return (
            f"Redis {info['redis_version']}"
            if "valkey_version" not in info
            else f"Valkey {info['valkey_version']}"
        )

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
            found += self.ledger.get_many(queries.docs_in_state(self.client, state, limit))
        return found

    def _groups(self, *fields: str) -> list[tuple[tuple[str, ...], int]]:
        """How many documents there are for each combination of values of indexed fields."""
        if not schema.exists(self.client, DOC):
            return []
        # redis-py's AggregateRequest has no TIMEOUT.
        command: list[str | int] = [
            "FT.AGGREGATE",
            keys.index_alias(DOC),
            "*",
            "GROUPBY",
            len(fields),
            *fields,
        ]
        command += ["REDUCE", "COUNT", 0, "AS", "count", "LIMIT", 0, 10_000]
        _, *rows = self.client.execute_command(*command, "TIMEOUT", queries.TIMEOUT_MS, "DIALECT", 2)
        values = [[value.decode("utf-8", "surrogateescape") for value in row[1::2]] for row in rows]
        return [(tuple(group), int(count)) for *group, count in values]


def _without(spaces: Sequence[str], record: DocumentRecord) -> DocumentRecord:
    """The record as of a file that has not been looked at, if some of it is in these spaces."""
    lost, unread = space_of(record.kind) in spaces, bool(record.texts) and TEXT in spaces
    if not (lost or unread):
        return record
    return replace(
        record,
        mtime_ns=_UNSEEN,
        sha256="",
        pieces=0 if lost else record.pieces,
        texts=0 if unread else record.texts,
    )
