"""What was found out about a library as a whole, such as a model or a list: bytes under names.

All of it can be made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis

from semsearch.store.failures import maps_errors
from semsearch.store.keys import explored_key
from semsearch.store.transactions import Transactions


@maps_errors
class Kept:
    """Reads and writes bytes by name. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str, transactions: Transactions) -> None:
        self._client = client
        self.address = address
        self._transactions = transactions

    def get(self, name: str) -> bytes | None:
        """What is kept under this name; None if there is nothing."""
        found: bytes | None = self._client.get(explored_key(name))  # type: ignore[assignment]
        return found

    def has(self, name: str) -> bool:
        """Whether something is kept under this name."""
        return bool(self._client.exists(explored_key(name)))

    def put(self, name: str, data: bytes) -> None:
        """Keep data under a name."""
        self.put_all({name: data})

    def put_all(self, values: Mapping[str, bytes]) -> None:
        """Keep data under several names at once; on a cluster, under one after the other."""

        def build(pipe: Any) -> None:
            for name, data in values.items():
                pipe.set(explored_key(name), data)

        self._transactions.run(build)

    def forget(self, name: str) -> None:
        """Keep nothing under this name any more."""
        self._transactions.run(lambda pipe: pipe.unlink(explored_key(name)))
