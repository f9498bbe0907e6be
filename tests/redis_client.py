"""Redis as redis-cli sees it, for tests that look at what is stored or change it behind semsearch's back."""

import redis

from semsearch.store.store import Store


def redis_of(store: Store) -> redis.Redis:
    """The client of a store, which only semsearch.store may use elsewhere."""
    return store._client
