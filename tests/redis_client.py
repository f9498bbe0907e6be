"""Direct access to Redis, for tests that read or change stored data without semsearch."""

import redis

from semsearch.store.store import Store


def redis_of(store: Store) -> redis.Redis:
    """The client of a store. Outside tests only semsearch.store may use it."""
    return store._client
