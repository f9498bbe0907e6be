"""The store: all access of semsearch to Redis, behind one connection.

`Store.ledger` reads documents, `lookup` finds some, `contents` copies them, `documents` and `drafts` write
them. `pages` has pages of half-read scans, `disks` file systems, `statistics` calibrations, `posted` pictures
of searches, `explored` places on maps, topics and labels, `kept` what these were made by, `mine` what people
say. `inventory` tells what is missing, `lease` who may write. `ask` sends the commands of searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

import redis

from semsearch.errors import FingerprintError, RedisError
from semsearch.overview import Away, IndexStatus, Memory
from semsearch.records import DocumentRecord, Kind, State
from semsearch.settings import Settings
from semsearch.store import aggregations, connection, filters, indexes, keys, memory, queries
from semsearch.store.access import Role
from semsearch.store.aggregations import Aggregation
from semsearch.store.census import Census
from semsearch.store.contents import Contents
from semsearch.store.disks import KnownDisks
from semsearch.store.documents import Documents
from semsearch.store.drafts import Drafts
from semsearch.store.engine import engine
from semsearch.store.explored import Explored
from semsearch.store.failures import mapped, maps_errors
from semsearch.store.fingerprint import Fingerprint, stored_fingerprint, verify_model
from semsearch.store.generation import Generation
from semsearch.store.generations import Generations
from semsearch.store.inventory import Inventory
from semsearch.store.jobs import Jobs
from semsearch.store.kept import Kept
from semsearch.store.lease import Lease
from semsearch.store.ledger import Ledger
from semsearch.store.lookup import Lookup
from semsearch.store.mine import Mine
from semsearch.store.pages import Pages
from semsearch.store.posted import PostedPictures
from semsearch.store.queries import AnyCommand
from semsearch.store.runs import Runs
from semsearch.store.schema import DOC, IMAGE, SCHEMA, SPACES, TEXT
from semsearch.store.statistics import Statistics
from semsearch.store.transactions import Transactions
from semsearch.store.unread import UNREAD, as_unread, without_pieces
from semsearch.store.waiting import PATIENCE_SECONDS, Waiting, patient
from semsearch.store.watch import QUERY_MS, Watch, watch

# Keys in one reply of SCAN.
_BATCH = 1000
# Records in one transaction, which a nearly full Redis has to hold beside its data.
_RECORDS = 250


@maps_errors
class Store:
    """One connection to Redis. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, waiting: Waiting, watch: Watch | None = None) -> None:
        """`client` is one that waits, or one with a `watch`."""
        self._client = client
        self._waiting = waiting
        self._watch = watch
        self.query_ms = queries.TIMEOUT_MS if watch is None else QUERY_MS
        self.address = connection.address(client)
        self.ledger = Ledger(client, self.address)
        self.lookup = Lookup(client, self.address)
        self._transactions = transactions = Transactions(client, waiting)
        self.drafts = Drafts(client, self.address, transactions, self.ledger)
        self.documents = Documents(client, self.address, transactions, self.ledger, self.drafts)
        self.contents = Contents(client, self.address)
        self.inventory = Inventory(client, self.address, transactions, self.ledger)
        self.statistics = Statistics(client, self.address, transactions)
        self.disks = KnownDisks(client, self.address)
        self.runs = Runs(client, self.address, transactions)
        self.pages = Pages(client, self.address)
        self.generations = Generations(client, self.address, transactions)
        self.lease = Lease(client, self.address, transactions, waiting)
        self.jobs = Jobs(client, self.address, transactions)
        self.posted = PostedPictures(client, self.address)
        self.explored = Explored(client, self.address, transactions)
        self.kept = Kept(client, self.address, transactions)
        self.mine = Mine(client, self.address)

    @classmethod
    def open(cls, settings: Settings, role: Role = Role.WORKER, patience: float = PATIENCE_SECONDS) -> Store:
        """Connect to Redis with the rights of a role. Starts the embedded engine when needed.

        A store of Role.WORKER waits for a Redis that goes away later, for up to `patience` seconds: see
        semsearch.store.waiting. A store of Role.WEB does not wait for it: see semsearch.store.watch. Raises
        RedisError, and SettingsError when SEMSEARCH_REDIS_URL cannot be read.
        """
        client = connection.connect(settings, role)
        where = connection.address(client)
        restart = None if settings.redis_url else partial(engine.ensure_running, settings)
        if role is Role.WORKER:
            waiting = Waiting(where, restart, patience)
            return cls(patient(client, waiting), waiting)
        impatient, shared = watch(client, where, restart)
        return cls(impatient, Waiting(where, None, 0.0), shared)

    def close(self) -> None:
        """Close the connection; the store can no longer be used."""
        if self._watch is not None:
            self._watch.close()
        self._client.close()

    def tell_waits(self, tell: Callable[[str], object]) -> None:
        """Have `tell` called with the reason when the store waits for Redis, and with "" when it goes on."""
        self._waiting.tell = tell

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        self._client.ping()

    def ask(
        self, commands: Sequence[AnyCommand], generations: Mapping[str, Generation] | None = None
    ) -> list[Any]:
        """Send all commands in one round trip. Returns their replies, each as its command reads it.

        The reply of a command that timed out is None. `generations` are those that the commands are made for,
        by space: raises FingerprintError when another one is in use.
        """
        return queries.ask(self._client, commands, generations, self.query_ms)

    def prefix_limit(self) -> int:
        """The number of values to which this server expands a prefix."""
        return indexes.prefix_limit(self._client)

    def check_models(self, text: str, image: str) -> None:
        """Compare the ids of the models in use with the models that filled the indexes.

        Raises FingerprintError on a difference. An index without vectors passes, and so does an empty id.
        """
        for space, model in ((TEXT, text), (IMAGE, image)):
            if model:
                verify_model(space, stored_fingerprint(self._client, space), model)

    def fingerprints(self) -> dict[str, Fingerprint]:
        """The fingerprints of the models that filled the indexes, by space. An empty index has none."""
        found = {space: stored_fingerprint(self._client, space) for space in SPACES}
        return {space: each for space, each in found.items() if each is not None}

    def outdated(self, text: str, image: str) -> list[str]:
        """The spaces that an older semsearch filled, without those whose model has an empty id."""
        in_use, models = self.generations.in_use(), {TEXT: text, IMAGE: image}
        older = [space for space, each in in_use.items() if each.fingerprint.schema < SCHEMA[space]]
        return [space for space in older if models[space]]

    def prepare_index(self, space: str, wanted: Fingerprint | None = None) -> None:
        """Create the index of `space` if it is missing, or if an older semsearch made it.

        Raises FingerprintError when another model than `wanted` filled it.
        """
        if not indexes.is_current(self._client, space):
            self.documents.renew(space)
        indexes.ensure(self._client, space, wanted)

    def complete(self) -> None:
        """Complete what killed runs began, and change what an older semsearch has stored.

        A run or an import begins with this, before it reads the ledger.
        """
        self.drafts.finish()
        self.generations.finish()
        indexes.drop_unfinished(self._client, DOC)
        if not indexes.is_current(self._client, DOC):
            for record in self.ledger:
                self.documents.cut_terms(record)

    def restore(self, census: Census) -> None:
        """Create each index that is missing, older or lacks hashes, from the stored hashes; count them anew.

        The records of lost documents are marked as unread and without pieces.
        """
        lost = iter(census.lost)
        while batch := list(islice(lost, _RECORDS)):
            self._write_unread(map(as_unread, self.ledger.get_many(batch)))
        self.inventory.count(census)
        filled_by = {space: each.fingerprint for space, each in self.generations.in_use().items()}
        for space, found in filled_by.items():
            if found.schema == SCHEMA[space]:
                self.prepare_index(space, found)
        # Last: when the index of documents is current, all are.
        self.prepare_index(DOC)
        for shortage in self.inventory.shortages():
            indexes.drop(self._client, shortage.space)
            self.prepare_index(shortage.space, filled_by.get(shortage.space))

    def check_fields(self) -> None:
        """Raise FingerprintError when an older semsearch made the indexes, which lack a field of filters."""
        if indexes.exists(self._client, DOC) and not indexes.is_current(self._client, DOC):
            raise FingerprintError(
                "the indexes were built by an older semsearch and lack a field by which to filter: "
                "run `semsearch ingest` on your folders, which renews them without reading the files again"
            )

    def is_whole(self, text: str, image: str) -> bool:
        """Whether the last run ended without a loss, and its indexes are whole and those of these models.

        Then documents can be written without a look at the whole ledger. Raises FingerprintError when other
        models filled an index.
        """
        self.check_models(text, image)
        return (
            self.inventory.has_ended_well()
            and indexes.is_current(self._client, DOC)
            and not self.outdated(text, image)
            and not self.inventory.shortages()
        )

    @contextmanager
    def approximated(self, space: str) -> Iterator[None]:
        """Inside the context, an approximate index of the same vectors answers in place of the exact one."""
        with mapped(self.address), indexes.approximated(self._client, space):
            yield

    def count(self, kind: Kind) -> int:
        """The number of indexed documents of this kind."""
        return self.count_documents().get((State.INDEXED, kind), 0)

    def sample(self, kind: Kind, size: int) -> list[DocumentRecord]:
        """Up to `size` documents of this kind, the same ones at each call."""
        return self.ledger.get_many(self.lookup.sample(kind, size))

    def start_over(self, records: Iterable[DocumentRecord], spaces: Sequence[str] = SPACES) -> None:
        """Drop the pieces and indexes of `spaces`, and what lies aside. `records` are the whole ledger.

        They stay, marked so that the next run reads their files again: if a rebuild is killed, the
        next run continues it. The indexes are dropped first, which makes room for the marks in a full Redis.
        The fingerprints are dropped last, so that no other model can fill a space that still has old pieces.
        """
        for space in spaces:
            indexes.drop(self._client, space)
            self.generations.forget(space)
        self._write_unread(without_pieces(spaces, record) for record in records)
        for prefix in (keys.ASIDE_PREFIX, *map(keys.piece_prefix, spaces)):
            self._transactions.unlink(self._client.scan_iter(match=f"{prefix}*", count=_BATCH))
        for space in spaces:
            self._transactions.unlink([keys.meta_key(space), keys.mean_vector_key(space)])

    def index_status(self) -> list[IndexStatus]:
        """The state of each index that exists."""
        found = [indexes.status(self._client, space) for space in (TEXT, IMAGE, DOC)]
        return [status for status in found if status is not None]

    def is_full(self) -> bool:
        """Whether the memory that Redis may use has no room for another batch of files."""
        return memory.is_full(self._client)

    def memory(self) -> Memory:
        """The memory that Redis takes, and the most that it may take."""
        return memory.memory(self._client)

    def server_version(self) -> str:
        """The name and version of the server, such as "Valkey 9.1.2"."""
        info: Any = self._client.info("server")
        valkey = info.get("valkey_version")
        return f"Valkey {valkey}" if valkey else f"Redis {info['redis_version']}"

    def count_documents(self) -> dict[tuple[State, Kind], int]:
        """The number of files of each state and kind."""
        known = {(state.value, kind.value): (state, kind) for state in State for kind in Kind}
        return {known[values]: count for values, count in self.groups("@state", "@kind") if values in known}

    def roots(self) -> tuple[str, ...]:
        """The folders that have been ingested."""
        return tuple(sorted(root for (root,), _ in self.groups("@root") if root))

    def away(self) -> tuple[Away, ...]:
        """The folders that have missing documents."""
        return tuple(sorted(self._counted(aggregations.away()), key=lambda away: away.root))

    def _write_unread(self, records: Iterable[DocumentRecord]) -> None:
        unread = (record for record in records if record.mtime_ns == UNREAD)
        while batch := list(islice(unread, _RECORDS)):
            self.documents.replace_records(batch)

    def groups(self, *fields: str, where: filters.Where | None = None) -> list[tuple[tuple[str, ...], int]]:
        """The number of documents that pass a filter, for each combination of values of these fields."""
        return list(self._counted(aggregations.groups(fields, where)))

    def _counted(self, aggregation: Aggregation) -> Any:
        found = self.ask([aggregation])[0]
        if found is None:
            raise RedisError(f"Redis did not count the documents within {self.query_ms:,} ms: try again")
        return found
