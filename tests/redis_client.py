"""Direct access to Redis, for tests that read or change stored data without semsearch."""

import redis

from semsearch.settings import Settings
from semsearch.store.engine import engine
from semsearch.store.store import Store


def redis_of(store: Store) -> redis.Redis:
    """The client of a store. Outside tests only semsearch.store may use it."""
    return store._client


def owner_of(settings: Settings) -> redis.Redis:
    """A client of the embedded engine with the rights of its owner, who uses it with redis-cli."""
    return engine.ensure_running(settings).client(decode_responses=True)
