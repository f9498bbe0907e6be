"""Where a Redis is and how to log in: SEMSEARCH_REDIS_URL, or the socket of the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import UnixDomainSocketConnection
from redis.retry import Retry

from semsearch.store import urls


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A Redis. `shown` names it in messages. `options` are those of redis-py, with the login."""

    shown: str
    options: Mapping[str, Any] = field(repr=False)

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
        return cls(*urls.read(url))

    def client(self, **options: Any) -> redis.Redis:
        """A client of this Redis. It connects with its first command."""
        return redis.Redis.from_pool(redis.ConnectionPool(**self.options, protocol=2, **options))

    def client_of_the_server(self, seconds: float) -> redis.Redis:
        """A client without retries, for commands about the server itself. It waits `seconds` for a reply."""
        return self.client(
            driver_info=None,
            decode_responses=True,
            encoding_errors="surrogateescape",
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
