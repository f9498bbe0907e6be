"""Where a Redis is and how to log in: SEMSEARCH_REDIS_URL, or the socket of the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import UnixDomainSocketConnection
from redis.retry import Retry
from redis.sentinel import Sentinel

from semsearch.store import urls
from semsearch.store.cluster import ClusterClient
from semsearch.store.failures import mapped

# A sentinel that does not answer at once is passed over.
_SENTINEL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A Redis. `shown` names it in messages. `options` are those of redis-py, with the login.

    `hosts` are those of the URL. If there is a `service`, they are sentinels, which are asked for its primary
    server at each new connection, with `sentinel_options`.
    """

    shown: str
    options: Mapping[str, Any] = field(repr=False)
    hosts: Sequence[tuple[str, int]] = ()
    service: str = ""
    sentinel_options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of_socket(cls, path: Path, user: str, password: str) -> Endpoint:
        """The Redis that listens on a Unix socket."""
        login = {"username": user, "password": password}
        return cls(
            str(path), {"connection_class": UnixDomainSocketConnection, "path": str(path), "db": 0, **login}
        )

    @classmethod
    def of_url(cls, url: str) -> Endpoint:
        """The Redis of SEMSEARCH_REDIS_URL. Raises SettingsError, which shows no part of the URL."""
        read = urls.read(url)
        return cls(read.shown, read.options, read.hosts, read.service, read.sentinel_options)

    def in_database(self, number: int) -> Endpoint:
        """The same Redis with another of its databases."""
        return replace(self, options={**self.options, "db": number})

    def client(self, **options: Any) -> redis.Redis:
        """A client of this Redis, or of its first host. It connects with its first command."""
        if not self.service:
            return redis.Redis.from_pool(redis.ConnectionPool(**self.options, protocol=2, **options))
        found: redis.Redis = self._sentinel().master_for(self.service, **self.options, protocol=2, **options)
        return found

    def primary(self) -> tuple[str, int]:
        """Host and port of the primary server of the service. Raises RedisError when no sentinel knows it."""
        with mapped(self.shown):
            host, port = self._sentinel().discover_master(self.service)
            return str(host), int(port)

    def _sentinel(self) -> Sentinel:
        patience = {"socket_timeout": _SENTINEL_SECONDS, "socket_connect_timeout": _SENTINEL_SECONDS}
        without_retry = {"retry": Retry(NoBackoff(), 0), **patience, **self.sentinel_options}
        return Sentinel(self.hosts, sentinel_kwargs=without_retry)

    def cluster(self, **options: Any) -> ClusterClient:
        """A client of the cluster to which the hosts belong. Raises the errors of redis-py."""
        return ClusterClient.connect(self.hosts, {**self.options, "protocol": 2, **options})

    def client_of_the_server(self, seconds: float) -> redis.Redis:
        """A client without retries, for commands about the server itself. It waits `seconds` for a reply."""
        return self.client(
            driver_info=None,
            decode_responses=True,
            encoding_errors="surrogateescape",
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
