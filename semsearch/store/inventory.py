"""Hold what the ledger says against the hashes and the indexes that Redis has.

`semsearch:meta:<space>` counts the hashes of a space in its field `hashes`: the ledger changes it in the
transaction that writes or removes them. A run of ingestion sets it anew, from the keys that exist.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import redis

from semsearch.records import DocumentRecord, State
from semsearch.store import indexes, keys
from semsearch.store.codec import hashes_of, piece_ids, piece_keys
from semsearch.store.connection import primaries
from semsearch.store.failures import maps_errors
from semsearch.store.fingerprint import Fingerprint, stored_fingerprint
from semsearch.store.ledger import as_unread
from semsearch.store.schema import DOC, IMAGE, SPACES, TEXT, WORDS, prefixes
from semsearch.store.transactions import Transactions
from semsearch.store.versions import remove_unclaimed

# Keys in one reply of SCAN.
_BATCH = 1000
_RECORD = re.compile(rb"semsearch:(doc|aside):\{([0-9a-f]{16})\}")
_DOC = re.compile(rb"\{([0-9a-f]{16})\}")
_ASIDE = re.compile(rb"semsearch:aside:\{([0-9a-f]{16})\}:.*")
_PIECE = re.compile(rb"semsearch:(text|image|words):\{([0-9a-f]{16})\}:([0-9]{1,9})")
_OF_PIECES = tuple(keys.piece_prefix(space).encode() for space in (DOC, TEXT, IMAGE, WORDS))
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

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions
        self._primaries = frozenset[str]()

    def whole(self, records: Iterable[DocumentRecord]) -> list[DocumentRecord]:
        """The records. A document that lacks a piece is marked as unread, and loses its other pieces.

        Pieces that belong to no record or draft, and records that cannot be read, are removed. Nothing is
        written here, because a full Redis could not.
        This reads the name of every key once: less than a second for 100,000 passages.
        """
        records = list(records)
        known = {record.doc: record for record in records}
        pieces = _Pieces(records)
        drafts, aside, unwanted = set[bytes](), list[tuple[bytes, bytes]](), list[tuple[str, bytes]]()
        for key in self._client.scan_iter(match=f"{keys.PREFIX}*", count=_BATCH):
            if (record := _RECORD.fullmatch(key)) is not None:
                if record[1] == b"aside":
                    drafts.add(record[2])
                elif (doc := record[2].decode()) not in known:
                    unwanted.append((doc, key))
            elif (piece := _ASIDE.fullmatch(key)) is not None:
                aside.append((piece[1], key))
            elif key.startswith(_OF_PIECES) and not pieces.note(key):
                found = _DOC.search(key)
                unwanted.append((found[1].decode() if found else "", key))
        self._transactions.unlink([key for doc, key in aside if doc not in drafts])
        incomplete = pieces.incomplete()
        unwanted += [(doc, key.encode()) for doc in incomplete for key in piece_keys(known[doc])]
        # Another worker may have written some of these documents since their records were read.
        remove_unclaimed(self._transactions, unwanted, known)
        return [as_unread(record) if record.doc in incomplete else record for record in records]

    def _hashes(self, space: str) -> Iterator[bytes]:
        for prefix in prefixes(space):
            yield from self._client.scan_iter(match=f"{prefix}*", count=_BATCH)

    def nameless(self, records: Iterable[DocumentRecord]) -> list[str]:
        """The spaces that have vectors and no fingerprint: nobody knows which model made them."""
        counts = _sums(records)
        return [
            space for space in SPACES if counts[space] and stored_fingerprint(self._client, space) is None
        ]

    def count(self, records: Iterable[DocumentRecord]) -> None:
        """Set the number of hashes of every space to those that the records need.

        What is due for documents without a record is forgotten.
        """
        records = list(records)
        known = {record.doc.encode() for record in records}
        due: Any = self._client.hgetall(keys.DUE)

        def build(pipe: Any) -> None:
            for space, count in _sums(records).items():
                pipe.hset(keys.meta_key(space), "hashes", count)
            for doc in due.keys() - known:
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

    def lacks_records(self, records: Sequence[DocumentRecord]) -> bool:
        """Whether Redis once held more records than these, which are the whole ledger."""
        kept = self._client.hget(keys.meta_key(DOC), "hashes")
        if kept is None:  # an older semsearch counted nothing, and noted no folders
            return bool(self._client.hgetall(keys.FOLDERS))
        return int(kept) > _sums(records)[DOC]

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

    def trust(self, folders: Iterable[str]) -> None:
        """Note that all documents of these folders are known again."""
        self._note(self.lost_folders(folders).doubtful, _KNOWN)

    def _note(self, folders: Iterable[str], state: bytes) -> None:
        def build(pipe: Any) -> None:
            for folder in folders:
                pipe.hset(keys.FOLDERS, os.fsencode(folder), state)

        self._transactions.run(build)

    def forget_folder(self, folder: str) -> None:
        """Forget that a folder was ingested."""
        self._transactions.run(lambda pipe: pipe.hdel(keys.FOLDERS, os.fsencode(folder)))

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
        mark = uuid4().hex
        was_whole = self.has_ended_well()
        self._transactions.run(lambda pipe: pipe.set(keys.RUN, mark))
        self._primaries = primaries(self._client)
        return mark, was_whole

    def has_ended_well(self) -> bool:
        """Whether the last run ended without a loss, and none goes on."""
        return self._client.get(keys.RUN) == _WHOLE

    def is_lost(self, mark: str) -> bool:
        """Whether Redis has lost the mark of a run, and with it everything that it held."""
        return self._client.get(keys.RUN) != mark.encode()

    def has_failed_over(self) -> bool:
        """Whether a replica has taken the place of its server since the run began. It may lack writes."""
        return primaries(self._client) != self._primaries

    def end_run(self) -> None:
        """Mark that a run has ended without a loss."""
        self._transactions.run(lambda pipe: pipe.set(keys.RUN, _WHOLE))


class _Pieces:
    """Which pieces the records need, and which of them exist."""

    def __init__(self, records: Iterable[DocumentRecord]) -> None:
        self._expected = Counter[tuple[str, str]]()
        for record in records:
            if record.state is not State.MISSING:  # its pieces lie aside
                self._expected.update((space, record.doc) for space, _ in piece_ids(record))
        self._found = dict.fromkeys(self._expected, 0)  # a bit for each piece

    def note(self, key: bytes) -> bool:
        """Note that the piece with this key exists. Returns False if it belongs to no record."""
        if (parts := _PIECE.fullmatch(key)) is None:
            return False
        place, n = (parts[1].decode(), parts[2].decode()), int(parts[3])
        if n >= self._expected[place]:
            return False
        self._found[place] |= 1 << n
        return True

    def incomplete(self) -> set[str]:
        """The documents that lack a piece."""
        return {doc for (space, doc), n in self._expected.items() if self._found[space, doc] != (1 << n) - 1}


def _sums(records: Iterable[DocumentRecord]) -> Counter[str]:
    """The number of hashes that the records need, for every space."""
    counts = Counter(dict.fromkeys((DOC, *SPACES), 0))
    for record in records:
        counts.update(hashes_of(record))
    return counts
