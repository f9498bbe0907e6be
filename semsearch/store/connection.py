"""Connect to Redis."""

from __future__ import annotations

import redis
from redis import exceptions as foreign
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import engine
from semsearch.store.failures import mapped

# A server that accepts a connection and never answers must not block semsearch. This is longer than any query
# may take (queries.TIMEOUT_MS).
SOCKET_SECONDS = 30.0
CONNECT_SECONDS = 5.0


def connect(settings: Settings, role: Role = Role.WORKER) -> redis.Redis:
    """Connect to SEMSEARCH_REDIS_URL or, if that is empty, to the embedded engine, started when needed.

    The embedded engine gives the connection the rights of `role`. A URL names its user itself. Raises
    SettingsError when the URL cannot be read, and RedisError when the server cannot be reached, refuses the
    login or lacks the search module.
    """
    url = settings.redis_url
    endpoint = Endpoint.of_url(url) if url else engine.ensure_running(settings, role)
    client = endpoint.client(
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        # A server that has not answered once will not answer at once: only a lost connection is retried.
        retry=Retry(ExponentialBackoff(base=0.05, cap=0.5), 3, (foreign.ConnectionError,)),
    )
    with mapped(endpoint.shown):
        client.execute_command("FT._LIST")
    return client


def address(client: redis.Redis) -> str:
    """The socket path, or the host and port, of a client: it is shown in messages."""
    kwargs = client.get_connection_kwargs()
    return str(kwargs.get("path") or f"{kwargs.get('host')}:{kwargs.get('port')}")
