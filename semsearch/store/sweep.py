"""Hold a census against the keys that exist: remove what belongs to no document, and find what is lost."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import redis

from semsearch.records import DocumentRecord
from semsearch.store import keys
from semsearch.store.census import Census, name_of
from semsearch.store.census_builder import census_of
from semsearch.store.codec import piece_keys
from semsearch.store.ledger import Ledger
from semsearch.store.schema import DOC, IMAGE, TEXT, WORDS
from semsearch.store.transactions import Transactions
from semsearch.store.versions import remove_unclaimed

# Keys in one reply of SCAN.
_BATCH = 1000
_SPACES = (TEXT, IMAGE, WORDS)
_RECORD = re.compile(rb"semsearch:(doc|aside):\{([0-9a-f]{16})\}")
_DOC = re.compile(rb"\{([0-9a-f]{16})\}")
_ASIDE = re.compile(rb"semsearch:aside:\{([0-9a-f]{16})\}:.*")
_PIECE = re.compile(rb"semsearch:(text|image|words):\{([0-9a-f]{16})\}:(0|[1-9][0-9]{0,8})")
_OF_PIECES = tuple(keys.piece_prefix(space).encode() for space in (DOC, *_SPACES))
_CODES = {space.encode(): code for code, space in enumerate(_SPACES)}
# More than the number of any piece.
_MOST = 2**30


def sweep(client: redis.Redis, transactions: Transactions, ledger: Ledger, census: Census) -> Census:
    """The census, in which a document that lacks a piece is lost; its other pieces are removed.

    Pieces that belong to no document or draft, and records that cannot be read, are removed too. Nothing is
    written, because a full Redis could not. This reads the name of every key once. Raises the errors of
    redis-py.
    """
    found = _Keys(client)
    transactions.unlink(found.deserted())
    docs = np.array(found.docs, np.uint64)
    strange = docs[census.find_numbers(docs) < 0].tolist()
    unwanted = [*found.unwanted, *((doc, keys.doc_key(doc).encode()) for doc in map(name_of, strange))]
    places, extra = found.compare(census)
    incomplete = census.names(places)
    # Another worker may have written some of these documents since they were counted.
    looked_at = {*incomplete, *(doc for doc, _ in extra)}
    counted = {record.doc: record for record in ledger.get_many(looked_at) if _was_counted(record, census)}
    lost = [doc for doc in incomplete if doc in counted]
    unwanted += [(doc, key) for doc, key in extra if doc in counted or doc not in census]
    unwanted += [(doc, key.encode()) for doc in lost for key in piece_keys(counted[doc])]
    remove_unclaimed(transactions, unwanted, counted)
    return census.losing(lost) if lost else census


def _was_counted(record: DocumentRecord, census: Census) -> bool:
    """Whether the census has counted this version of a document."""
    (own,), (place,) = census_of([record]).rows, census.find([record.doc])
    names = ("version", "content", "time", "pieces", "texts", "words")
    return bool(place >= 0) and all(own[name] == census.rows[place][name] for name in names)


class _Keys:
    """The keys that exist, read at once. A piece takes 13 bytes."""

    def __init__(self, client: redis.Redis) -> None:
        self.docs = array("Q")
        self.unwanted: list[tuple[str, bytes]] = []
        self._drafts = set[bytes]()
        self._aside: list[tuple[bytes, bytes]] = []
        self._owners, self._spaces, self._numbers = array("Q"), array("B"), array("I")
        for key in client.scan_iter(match=f"{keys.PREFIX}*", count=_BATCH):
            self._take(key)

    def _take(self, key: bytes) -> None:
        if (piece := _PIECE.fullmatch(key)) is not None:
            space, doc, n = piece.groups()
            self._owners.append(int(doc, 16))
            self._spaces.append(_CODES[space])
            self._numbers.append(int(n))
        elif (record := _RECORD.fullmatch(key)) is not None:
            if record[1] == b"aside":
                self._drafts.add(record[2])
            else:
                self.docs.append(int(record[2], 16))
        elif (aside := _ASIDE.fullmatch(key)) is not None:
            self._aside.append((aside[1], key))
        elif key.startswith(_OF_PIECES):
            found = _DOC.search(key)
            self.unwanted.append((found[1].decode() if found else "", key))

    def deserted(self) -> Iterator[bytes]:
        """The keys that lie aside and belong to no draft or missing document."""
        return (key for doc, key in self._aside if doc not in self._drafts)

    def compare(self, census: Census) -> tuple[npt.NDArray[np.intp], list[tuple[str, bytes]]]:
        """The places of documents that lack a piece, and the pieces that no document has."""
        owners, spaces = np.array(self._owners, np.uint64), np.array(self._spaces, np.int64)
        numbers = np.array(self._numbers, np.int64)
        expected = np.stack([census.expected()[space] for space in _SPACES], axis=1).reshape(-1)
        places = census.find_numbers(owners)
        slots = places * len(_SPACES) + spaces
        owned = places >= 0
        owned[owned] = numbers[owned] < expected[slots[owned]]
        columns = [each[~owned].tolist() for each in (owners, spaces, numbers)]
        extra = [
            (name_of(owner), keys.piece_key(_SPACES[space], name_of(owner), n).encode())
            for owner, space, n in zip(*columns, strict=True)
        ]
        # SCAN may list a key twice.
        there = np.unique(slots[owned] * _MOST + numbers[owned]) // _MOST
        lacking = np.bincount(there, minlength=len(expected)) < expected
        return np.flatnonzero(lacking.reshape(-1, len(_SPACES)).any(axis=1)), extra
