"""Which file system each ingested folder lay on, as of the last run; see ingest.disks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import redis

from semsearch.store import keys
from semsearch.store.failures import maps_errors


@maps_errors
class KnownDisks:
    """Reads and writes the places of folders. Every method raises RedisError."""

    def __init__(self, client: redis.Redis, address: str) -> None:
        self._client = client
        self.address = address

    def places(self) -> dict[str, str]:
        """The place of each folder that was remembered."""
        kept: Any = self._client.hgetall(keys.DISKS)
        return {os.fsdecode(folder): os.fsdecode(place) for folder, place in kept.items()}

    def remember(self, places: Mapping[str, str]) -> None:
        """Remember the places of these folders, and forget those whose place is empty."""
        known = self.places()
        pipe = self._client.pipeline(transaction=True)
        for folder, place in places.items():
            if place and known.get(folder) != place:
                pipe.hset(keys.DISKS, os.fsencode(folder), os.fsencode(place))
            elif not place and folder in known:
                pipe.hdel(keys.DISKS, os.fsencode(folder))
        pipe.execute()
