"""The memory of the server, as it says itself."""

from __future__ import annotations

import redis

from semsearch.overview import Memory
from semsearch.store import connection

# The bytes that must be free for another batch of files, which is written in one transaction. A batch of 256
# passages takes half of this.
_BATCH_BYTES = 4_000_000


def memory(client: redis.Redis) -> Memory:
    """The memory of the server, or of all nodes of a cluster that hold slots."""
    every = connection.facts(client, "memory")
    limits = [int(of.get("maxmemory", 0)) for of in every]
    return Memory(sum(int(of["used_memory"]) for of in every), sum(limits) if all(limits) else 0)


def is_full(client: redis.Redis) -> bool:
    """Whether the memory that one of the servers may use has no room for another batch of files."""
    every = connection.facts(client, "memory")
    return any(0 < int(of.get("maxmemory", 0)) < int(of["used_memory"]) + _BATCH_BYTES for of in every)
