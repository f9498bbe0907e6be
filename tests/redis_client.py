"""Direct access to Redis, for tests that read or change stored data without semsearch."""

from __future__ import annotations

import functools
import os

import redis

from semsearch.settings import Settings
from semsearch.store.access import Role, setuser
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import engine
from semsearch.store.store import Store

# The password of the users of the roles on the Redis of the tests.
PASSWORD = "PASSWORD"


def as_role(settings: Settings, role: Role) -> Settings:
    """The settings, with the user of a role and its rights in place of one who may do everything."""
    options = Endpoint.of_url(settings.redis_url).options
    with redis.Redis.from_url(settings.redis_url) as client:
        client.execute_command(*setuser(role, PASSWORD).split())
    url = f"redis://{role}:{PASSWORD}@{options['host']}:{options['port']}/0"
    return settings.model_copy(update={"redis_url": url})


def redis_of(store: Store) -> redis.Redis:
    """A client of the Redis of a store, which may do everything unless the store is of an embedded engine."""
    options = store._client.get_connection_kwargs()
    if "path" in options:
        return store._client
    return _powerful(
        os.environ.get("SEMSEARCH_TEST_REDIS_URL") or f"redis://{options['host']}:{options['port']}/0"
    )


@functools.cache
def _powerful(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, protocol=2)


def owner_of(settings: Settings) -> redis.Redis:
    """A client of the embedded engine with the rights of its owner, who uses it with redis-cli."""
    return engine.ensure_running(settings).client(decode_responses=True)
