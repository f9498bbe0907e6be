"""Read some fields of every hash whose key begins in one way, while Redis looks up the next ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import redis

from semsearch.store.cluster import ClusterClient, connection_of
from semsearch.store.transactions import Row
from semsearch.store.vectors_by_text import hashes

# Keys in one reply of SCAN.
_BATCH = 1000
_FIRST = b"0"

Batch = tuple[list[bytes], list[Row]]


def scan_hashes(client: redis.Redis, prefix: str, names: Sequence[str]) -> Iterator[Batch]:
    """The keys that begin with `prefix`, at least once each, with these fields of their hashes, in batches.

    Raises the errors of redis-py. After one, all must be read again: another server has other cursors.
    """
    if isinstance(client, ClusterClient):
        found = client.scan_iter(match=f"{prefix}*", count=_BATCH)
        while batch := list(islice(found, _BATCH)):
            yield batch, hashes(client, batch, names)
        return
    with connection_of(client.connection_pool) as connection:
        yield from _Scan(connection, prefix, names).batches()


class _Scan:
    """A scan on one connection. The next keys are asked for before the rows of the last ones are read."""

    def __init__(self, connection: Any, prefix: str, names: Sequence[str]) -> None:
        self._connection = connection
        self._prefix = prefix
        # redis-py would pack the same names again for each key.
        self._begin = b"*%d\r\n$5\r\nHMGET\r\n" % (len(names) + 2)
        self._end = b"".join(b"$%d\r\n%s\r\n" % (len(name), name) for name in map(str.encode, names))

    def batches(self) -> Iterator[Batch]:
        self._ask(_FIRST)
        cursor, keys = self._connection.read_response()
        self._ask(cursor, keys)
        while cursor != _FIRST:
            cursor, more = self._connection.read_response()
            self._ask(cursor, more)
            yield keys, self._rows(keys)
            keys = more
        yield keys, self._rows(keys)

    def _ask(self, cursor: bytes, keys: Sequence[bytes] | None = None) -> None:
        """Ask for the keys at a cursor, and for the rows of these keys. The scan ends at its beginning."""
        if keys is None or cursor != _FIRST:
            self._connection.send_command("SCAN", cursor, "MATCH", f"{self._prefix}*", "COUNT", _BATCH)
        if keys:
            parts = ((self._begin, b"$%d\r\n%s\r\n" % (len(key), key), self._end) for key in keys)
            self._connection.send_packed_command([b"".join(part for each in parts for part in each)])

    def _rows(self, keys: Sequence[bytes]) -> list[Row]:
        return [self._connection.read_response() for _ in keys]
