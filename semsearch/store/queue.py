"""Connect to Redis for the queue of batches, with the rights of its user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import redis
from redis import exceptions as foreign

from semsearch.errors import RedisError
from semsearch.settings import Settings
from semsearch.store import connection
from semsearch.store.access import Role
from semsearch.store.engine import engine
from semsearch.store.failures import mapped
from semsearch.store.waiting import PATIENCE_SECONDS, Waiting, patient


def connect(settings: Settings) -> redis.Redis:
    """A client for the consumer of a worker, which begins anew when Redis is back. Raises RedisError."""
    return connection.connect(settings, Role.JOBS)


def connect_patiently(settings: Settings) -> redis.Redis:
    """A client that waits for a Redis that is away. Raises RedisError."""
    client = connect(settings)
    restart = None if settings.redis_url else partial(engine.ensure_running, settings)
    return patient(client, Waiting(connection.address(client), restart, PATIENCE_SECONDS))


@contextmanager
def permitted(client: redis.Redis) -> Iterator[None]:
    """Turn errors of redis-py in this block into RedisError. One about rights names the setting."""
    try:
        with mapped(connection.address(client)):
            yield
    except RedisError as error:
        if isinstance(error.__cause__, foreign.NoPermissionError):
            raise RedisError(
                f"{error.__cause__}: this user of Redis may not use the queue of workers. Set "
                "SEMSEARCH_JOBS_URL to one that may: docs/workers.md says how"
            ) from error
        raise
