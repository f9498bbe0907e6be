"""Hold what the ledger says against the hashes and the indexes that Redis has.

`semsearch:meta:<space>` counts the hashes of a space in its field `hashes`: the ledger changes it in the
transaction that writes or removes them. A run of ingestion sets it anew, from the keys that exist.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import redis

from semsearch.store import indexes, keys
from semsearch.store.census import Census
from semsearch.store.census_builder import CENSUS_FIELDS, CensusBuilder
from semsearch.store.connection import facts
from semsearch.store.failures import maps_errors
from semsearch.store.fingerprint import Fingerprint, stored_fingerprint
from semsearch.store.ledger import Ledger
from semsearch.store.scanning import scan_hashes
from semsearch.store.schema import DOC, SPACES, prefixes
from semsearch.store.sweep import sweep
from semsearch.store.transactions import Transactions
from semsearch.store.waiting import patiently

# Keys in one reply of SCAN.
_BATCH = 1000
# What `semsearch:run` holds after a run that has ended and lost nothing.
_WHOLE = b"whole"
# What `semsearch:folders` holds for a folder: all its documents are known, or some may be lost.
_KNOWN, _DOUBTFUL = b"1", b"doubtful"


@dataclass(frozen=True, slots=True)
class Shortage:
    """An index that lacks hashes of its space. `indexed` is None when the index itself is missing.

    `building` is True while Redis still builds the index. `forgotten` is True when what Redis knew about the
    index is gone: the model that filled it, and how many hashes it should have.
    """

    space: str
    hashes: int
    indexed: int | None = None
    building: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class LostFolders:
    """Folders of which Redis knows nothing, and those of which it may have lost some documents."""

    unknown: tuple[str, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What `semsearch:meta:<space>` holds, and how many hashes the index has; None if it does not exist."""

    meta: Mapping[bytes, bytes]
    indexed: int | None = None
    building: bool = False


@maps_errors
class Inventory:
    """Finds what is missing, and restores what can be restored. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions, ledger: Ledger) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        self._ledger = ledger

    def census(self) -> Census:
        """A census of the ledger, without damaged records. This reads some fields of every record."""
        return patiently(self._client, self._census)

    def _census(self) -> Census:
        due: Any = self._client.hgetall(keys.DUE)
        builder = CensusBuilder(due)
        for batch, rows in scan_hashes(self._client, keys.DOC_PREFIX, CENSUS_FIELDS):
            docs = [key.decode()[len(keys.DOC_PREFIX) + 1 : -1] for key in batch]
            builder.add_records(self._ledger.get_many(builder.add_stored(docs, rows)))
        return builder.census()

    def sweep(self, census: Census) -> Census:
        """The census, in which a document that lacks a piece is lost; its other pieces are removed.

        Pieces that belong to no document or draft, and records that cannot be read, are removed too. Nothing
        is written, because a full Redis could not. This reads the name of every key once.
        """
        return sweep(self._client, self._transactions, self._ledger, census)

    def _hashes(self, space: str) -> Iterator[bytes]:
        for prefix in prefixes(space):
            yield from self._client.scan_iter(match=f"{prefix}*", count=_BATCH)

    def nameless(self, census: Census) -> list[str]:
        """The spaces that have vectors and no fingerprint: nobody knows which model made them."""
        counts = census.sums()
        return [
            space for space in SPACES if counts[space] and stored_fingerprint(self._client, space) is None
        ]

    def count(self, census: Census) -> None:
        """Set the number of hashes of every space to those that the documents need.

        What is due for documents without a record is forgotten.
        """
        due: Any = self._client.hgetall(keys.DUE)
        docs = [doc.decode() for doc in due]
        unknown = [doc for doc, place in zip(docs, census.find(docs), strict=True) if place < 0]

        def build(pipe: Any) -> None:
            for space, count in census.sums().items():
                pipe.hset(keys.meta_key(space), "hashes", count)
            for doc in unknown:
                pipe.hdel(keys.DUE, doc)

        self._transactions.run(build)

    def sizes(self) -> dict[str, int]:
        """The number of hashes of each space with vectors."""
        pipe = self._client.pipeline(transaction=False)
        for space in SPACES:
            pipe.hget(keys.meta_key(space), "hashes")
        return {space: int(count or 0) for space, count in zip(SPACES, pipe.execute(), strict=True)}

    def shortages(self) -> list[Shortage]:
        """The indexes that lack hashes, as Redis itself counts them. This takes a millisecond or two."""
        # Another process may write between two commands: then the second look finds nothing.
        return self._shortages() and self._shortages()

    def _shortages(self) -> list[Shortage]:
        facts = self._facts()
        # Whoever counts one space counts all. A library of an older semsearch counts none.
        counts = any(b"hashes" in each.meta for each in facts.values())
        found = []
        for space, each in facts.items():
            hashes, indexed = int(each.meta.get(b"hashes", 0)), each.indexed or 0
            nameless = space != DOC and Fingerprint.read(each.meta) is None
            forgotten = indexed > 0 and (nameless or (counts and b"hashes" not in each.meta))
            if forgotten or hashes > indexed + int(each.meta.get(b"refused", 0)):
                found.append(Shortage(space, hashes, each.indexed, each.building, forgotten))
        return found

    def note_refused(self) -> None:
        """Note how many of the hashes that exist each index lacks: it refused them. A run ends with this.

        The failures that Redis counts cannot tell, because those that were mended still count.
        """

        def build(pipe: Any) -> None:
            for space, each in self._facts().items():
                if each.indexed is None or int(each.meta.get(b"hashes", 0)) <= each.indexed:
                    pipe.hdel(keys.meta_key(space), "refused")
                elif existing := len(set(self._hashes(space))):
                    pipe.hset(keys.meta_key(space), "refused", max(0, existing - each.indexed))

        self._transactions.run(build)

    def _facts(self) -> dict[str, _Facts]:
        pipe = self._client.pipeline(transaction=False)
        for space in (DOC, *SPACES):
            pipe.execute_command("FT.INFO", keys.index_alias(space))
            pipe.hgetall(keys.meta_key(space))
        replies: list[Any] = pipe.execute(raise_on_error=False)
        found = {}
        for space, info, meta in zip((DOC, *SPACES), replies[::2], replies[1::2], strict=True):
            for reply in (info, meta):
                if isinstance(reply, Exception) and not indexes.is_missing(reply):
                    raise reply
            if isinstance(info, Exception):
                found[space] = _Facts(meta)
            else:
                facts = dict(zip(info[::2], info[1::2], strict=True))
                found[space] = _Facts(meta, int(facts[b"num_docs"]), facts[b"indexing"] not in (0, b"0"))
        return found

    def lacks_records(self, census: Census) -> bool:
        """Whether Redis once held more records than the census has counted."""
        kept = self._client.hget(keys.meta_key(DOC), "hashes")
        if kept is None:  # an older semsearch counted nothing, and noted no folders
            return bool(self._client.hgetall(keys.FOLDERS))
        return int(kept) > census.sums()[DOC]

    def folders(self) -> dict[str, bool]:
        """The folders that Redis knows, and whether all their documents are known."""
        noted: Any = self._client.hgetall(keys.FOLDERS)
        return {os.fsdecode(folder): state == _KNOWN for folder, state in noted.items()}

    def note_folders(self, folders: Iterable[str]) -> None:
        """Note in Redis that these folders are being ingested."""
        self._note(self.lost_folders(folders).unknown, _KNOWN)

    def doubt(self, folders: Iterable[str]) -> None:
        """Note that documents of these folders may be lost. The note stays until they are walked again."""
        self._note(folders, _DOUBTFUL)

    def trust(self, folders: Collection[str]) -> None:
        """Note that all documents of these folders are known, because all their files were seen just now."""
        self._note(self.lost_folders(folders).doubtful, _KNOWN)
        now = time.time()

        def build(pipe: Any) -> None:
            for folder in folders:
                pipe.hset(keys.SEEN, os.fsencode(folder), now)

        self._transactions.run(build)

    def seen(self) -> dict[str, float]:
        """When all files of each folder were seen last, in seconds since 1970."""
        noted: Any = self._client.hgetall(keys.SEEN)
        return {os.fsdecode(folder): float(moment) for folder, moment in noted.items()}

    def _note(self, folders: Iterable[str], state: bytes) -> None:
        def build(pipe: Any) -> None:
            for folder in folders:
                pipe.hset(keys.FOLDERS, os.fsencode(folder), state)

        self._transactions.run(build)

    def forget_folder(self, folder: str) -> None:
        """Forget that a folder was ingested."""

        def build(pipe: Any) -> None:
            for key in (keys.FOLDERS, keys.SEEN):
                pipe.hdel(key, os.fsencode(folder))

        self._transactions.run(build)

    def lost_folders(self, folders: Iterable[str]) -> LostFolders:
        """Which of these folders, which were ingested, this Redis has lost."""
        noted: Any = self._client.hgetall(keys.FOLDERS)
        states = {folder: noted.get(os.fsencode(folder)) for folder in folders}
        return LostFolders(
            unknown=tuple(folder for folder, state in states.items() if state is None),
            doubtful=tuple(folder for folder, state in states.items() if state == _DOUBTFUL),
        )

    def begin_run(self) -> tuple[str, bool]:
        """Mark that a run goes on. Returns its mark, and whether the run before ended without a loss."""
        mark = f"{uuid4().hex} {self._processes()}"
        was_whole = self.has_ended_well()
        self._transactions.run(lambda pipe: pipe.set(keys.RUN, mark))
        return mark, was_whole

    def has_ended_well(self) -> bool:
        """Whether the last run ended without a loss, and none goes on."""
        return self._client.get(keys.RUN) == _WHOLE

    def is_lost(self, mark: str) -> bool:
        """Whether Redis has lost the mark of a run, and with it everything that it held."""
        return self._client.get(keys.RUN) != mark.encode()

    def was_restarted(self, mark: str) -> bool:
        """Whether another process of the server answers than at the beginning of a run, or of a node.

        It may lack what was written last: a server answers a write up to two seconds before it is in the
        file, when the disk is slow, and a replica that takes over may not have it.
        """
        return mark.partition(" ")[2] != self._processes()

    def has_lost(self, mark: str) -> bool:
        """Whether Redis has lost something since the beginning of a run."""
        return self.is_lost(mark) or bool(self.shortages())

    def end_run(self, mark: str) -> bool:
        """Mark that a run has ended without a loss. Returns False if the server was started again."""
        if self.was_restarted(mark):
            return False
        self._transactions.run(lambda pipe: pipe.set(keys.RUN, _WHOLE))
        return not self.was_restarted(mark)

    def _processes(self) -> str:
        return " ".join(sorted(str(each["run_id"]) for each in facts(self._client, "server")))
