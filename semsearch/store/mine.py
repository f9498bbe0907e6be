"""What people have said about their library: labels, likes, saved searches, judged hits.

Nothing of it can be made anew. What is about a document is kept by the hash of its content, so it survives
moves, rebuilds and exports. The page writes these keys itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis

from semsearch.store.failures import maps_errors
from semsearch.store.keys import MINE_PREFIX, mine_key

# The names of all hashes: labels by name, and the beginning of the name of a label's marks; what is liked,
# and what is not to be proposed again; saved searches, and what was seen and is new in each; judged pairs;
# sums of searches and clicks by month; and switches.
LABELS, MARKS = "labels", "label:"
IS_IT, IS_NOT = "1", "0"  # what a mark says
LIKES, LIKES_SHOWN = "likes", "likes_shown"
SAVED, SAVED_SEEN, SAVED_NEW = "saved", "saved_seen", "saved_new"
JUDGED = "judged"
CLICKS = "clicks"
SWITCHES = "switches"


@maps_errors
class Mine:
    """Hashes of texts by name. Safe to share between threads. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def get(self, name: str) -> dict[str, str]:
        """All fields of a hash; none if it does not exist."""
        return self.get_all([name])[name]

    def get_all(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """All fields of hashes, by the names of these, in one round trip."""
        wanted = list(names)
        pipe = self._client.pipeline(transaction=False)
        for name in wanted:
            pipe.hgetall(mine_key(name))
        found = zip(wanted, pipe.execute() if wanted else (), strict=True)
        return {
            name: {field.decode(): value.decode() for field, value in each.items()} for name, each in found
        }

    def size(self, name: str) -> int:
        """The number of fields of a hash."""
        found: Any = self._client.hlen(mine_key(name))
        return int(found)

    def values(self, names: Iterable[str], field: str) -> dict[str, str]:
        """The values that a field has in hashes, by the names of those that have it."""
        wanted = list(names)
        pipe = self._client.pipeline(transaction=False)
        for name in wanted:
            pipe.hget(mine_key(name), field)
        found = zip(wanted, pipe.execute() if wanted else (), strict=True)
        return {name: value.decode() for name, value in found if value is not None}

    def some(self, name: str, fields: Sequence[str]) -> dict[str, str]:
        """Those of these fields of a hash that exist."""
        if not fields:
            return {}
        found: Any = self._client.hmget(mine_key(name), list(fields))
        return {
            field: value.decode() for field, value in zip(fields, found, strict=True) if value is not None
        }

    def put(self, name: str, values: Mapping[str, str]) -> None:
        """Write fields of a hash."""
        fields: Any = dict(values)
        if fields:
            self._client.hset(mine_key(name), mapping=fields)

    def drop(self, name: str, fields: Iterable[str]) -> int:
        """Remove these fields of a hash. Returns how many there were."""
        wanted = list(fields)
        found: Any = self._client.hdel(mine_key(name), *wanted) if wanted else 0
        return int(found)

    def forget(self, name: str) -> None:
        """Remove a hash with all its fields."""
        self._client.unlink(mine_key(name))

    def count(self, name: str, field: str, more: int = 1) -> None:
        """Add to a number in a hash."""
        self._client.hincrby(mine_key(name), field, more)

    def names(self) -> list[str]:
        """The names of all hashes. Only the user of ingestion may ask."""
        keys = self._client.scan_iter(match=f"{MINE_PREFIX}*", count=1000)
        return sorted({key.decode().removeprefix(MINE_PREFIX) for key in keys})
