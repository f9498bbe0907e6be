"""Connect to Redis."""

from __future__ import annotations

from typing import Any, cast

import redis
from redis import exceptions as foreign
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.cluster import ClusterClient
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import engine
from semsearch.store.failures import mapped

# A server that accepts a connection and never answers must not block semsearch. This is longer than any query
# may take (queries.TIMEOUT_MS).
SOCKET_SECONDS = 30.0
CONNECT_SECONDS = 5.0
# The option of connections in which redis-py keeps the service that Sentinel watches.
_SERVICE = "connection_pool"
# A page does not wait longer than this for a node of a cluster. On a single server a Watch ends it earlier.
_PAGE_SECONDS = 6.0
# The database of the queue in the embedded engine: a script of the queue lists all keys of its database.
QUEUE_DATABASE = 1


def connect(settings: Settings, role: Role = Role.WORKER) -> redis.Redis:
    """Connect to SEMSEARCH_REDIS_URL or, if that is empty, to the embedded engine, started when needed.

    The embedded engine gives the connection the rights of `role`. A URL names its user itself. Raises
    SettingsError when the URL cannot be read, and RedisError when the server cannot be reached, refuses the
    login or lacks the search module. SEMSEARCH_JOBS_URL is for Role.JOBS, which may not search.
    """
    url = (role is Role.JOBS and settings.jobs_url) or settings.redis_url
    endpoint = Endpoint.of_url(url) if url else engine.ensure_running(settings, role)
    options = {
        "socket_timeout": SOCKET_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        # A server that has not answered once will not answer at once: only a lost connection is retried.
        "retry": Retry(ExponentialBackoff(base=0.05, cap=0.5), 3, (foreign.ConnectionError,)),
    }
    if role is Role.JOBS:  # which may not search; semsearch.store.queue checks its rights
        return (endpoint if url else endpoint.in_database(QUEUE_DATABASE)).client(**options)
    client = endpoint.client(**options)
    with mapped(endpoint.shown):
        client.execute_command("FT._LIST")
        if url and not endpoint.service and _is_in_cluster(client):
            client.close()
            # It has the same methods as a client of one server, and no common base with it.
            seconds = SOCKET_SECONDS if role is Role.WORKER else _PAGE_SECONDS
            return cast(redis.Redis, endpoint.cluster(**options | {"socket_timeout": seconds}))
    return client


def _is_in_cluster(client: redis.Redis) -> bool:
    try:
        facts: Any = client.info("cluster")
    except foreign.ResponseError:  # a proxy that looks like one server, and does not know the command
        return False
    return bool(int(facts.get("cluster_enabled", 0)))


def address(client: redis.Redis) -> str:
    """The socket path, or the host and port, of a client: it is shown in messages.

    Of a cluster it names a node, of Sentinel the service.
    """
    if isinstance(client, ClusterClient):
        return f"{client.default.name} (a cluster)"
    kwargs = client.get_connection_kwargs()
    if (service := kwargs.get(_SERVICE)) is not None:
        return f"{service.service_name} (of Sentinel)"
    return str(kwargs.get("path") or f"{kwargs.get('host')}:{kwargs.get('port')}")


def facts(client: redis.Redis, section: str) -> list[dict[str, Any]]:
    """What INFO says in a section: of the server, or of each node that holds slots of a cluster."""
    if isinstance(client, ClusterClient):
        return list(client.facts(section).values())
    found: Any = client.info(section)
    return [found]
