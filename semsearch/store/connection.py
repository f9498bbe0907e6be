"""Connect to Redis, and turn the errors of redis-py into RedisError."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import redis
from redis import exceptions as foreign
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from semsearch.errors import RedisError
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import engine

# A server that accepts a connection and never answers must not block semsearch. This is longer than any query
# may take (queries.TIMEOUT_MS).
SOCKET_SECONDS = 30.0
CONNECT_SECONDS = 5.0

Class = TypeVar("Class", bound=type)

_NO_MODULE = (
    "Redis at {where} has no search module (FT._LIST is unknown): use Redis 8, Redis Stack, or unset "
    "SEMSEARCH_REDIS_URL to use the embedded engine"
)
_FULL = (
    "Redis at {where} is full: it keeps its data, and refuses new data. Give it more memory, or remove files "
    "from the folders, and run the command again. To give the embedded engine more memory, set "
    "SEMSEARCH_REDIS_MEMORY to more than `semsearch redis info` shows, and run `semsearch redis stop`. For "
    "another Redis, raise its maxmemory"
)


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
        retry=Retry(ExponentialBackoff(base=0.05, cap=0.5), 3),
    )
    with mapped(endpoint.shown):
        try:
            client.execute_command("FT._LIST")
        except foreign.ResponseError as error:
            if "unknown command" in str(error).lower():
                raise RedisError(_NO_MODULE.format(where=endpoint.shown)) from error
            raise
    return client


def address(client: redis.Redis) -> str:
    """The socket path, or the host and port, of a client: it is shown in messages."""
    kwargs = client.get_connection_kwargs()
    return str(kwargs.get("path") or f"{kwargs.get('host')}:{kwargs.get('port')}")


@contextmanager
def mapped(where: str) -> Iterator[None]:
    """Turn an error of redis-py into RedisError, with advice where there is any. `where` names the server."""
    try:
        yield
    except foreign.BusyLoadingError as error:
        raise RedisError(f"Redis at {where} is still loading its data: try again in a moment") from error
    except foreign.AuthenticationError as error:
        raise RedisError(f"Redis at {where} refuses the login: {error}. Check SEMSEARCH_REDIS_URL") from error
    except foreign.TimeoutError as error:
        raise RedisError(f"Redis at {where} does not answer: {error}") from error
    except foreign.ConnectionError as error:
        raise RedisError(f"Redis at {where} cannot be reached: {error}") from error
    except foreign.RedisError as error:
        if _says_full(error):
            raise RedisError(_FULL.format(where=where)) from error
        raise RedisError(f"Redis at {where} refused: {error}") from error


def _says_full(error: foreign.RedisError) -> bool:
    """Whether Redis is full. If it fills up after a transaction was queued, EXEC fails with another error."""
    return isinstance(error, foreign.OutOfMemoryError) or (
        isinstance(error, foreign.ExecAbortError) and "OOM" in str(error)
    )


def maps_errors(decorated: Class) -> Class:
    """Decorate a class so that its public methods raise RedisError in place of the errors of redis-py.

    The messages name the `address` of the instance. A method that is a generator is covered while it runs.
    """
    for name, method in list(vars(decorated).items()):
        if inspect.isfunction(method) and (not name.startswith("_") or name == "__iter__"):
            wrap = _mapped_generator if inspect.isgeneratorfunction(method) else _mapped_method
            setattr(decorated, name, wrap(method))
    return decorated


def _mapped_method(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Any:
        with mapped(self.address):
            return method(self, *arguments, **named)

    return wrapper


def _mapped_generator(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Iterator[Any]:
        with mapped(self.address):
            yield from method(self, *arguments, **named)

    return wrapper
