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
from semsearch.store.engine import engine

# A server that accepts a connection and never answers must not block semsearch. This is longer than any query
# may take (queries.TIMEOUT_MS).
SOCKET_SECONDS = 30.0
CONNECT_SECONDS = 5.0

Class = TypeVar("Class", bound=type)

_NO_MODULE = (
    "{url} has no search module (FT._LIST is unknown): use Redis 8, Redis Stack, or unset "
    "SEMSEARCH_REDIS_URL to use the embedded engine"
)
_FULL = (
    "Redis at {where} is full: it keeps its data, and refuses new data. Give it more memory, or remove files "
    "from the folders, and run the command again. To give the embedded engine more memory, set "
    "SEMSEARCH_REDIS_MEMORY to more than `semsearch redis info` shows, and run `semsearch redis stop`. For "
    "another Redis, raise its maxmemory"
)


def connect(settings: Settings) -> redis.Redis:
    """Connect to SEMSEARCH_REDIS_URL or, if that is empty, to the embedded engine, started when needed.

    Raises RedisError when the server cannot be reached, refuses the login or lacks the search module.
    """
    url = settings.redis_url or engine.ensure_running(settings)
    try:
        client = redis.Redis.from_url(
            url,
            protocol=2,  # replies of FT.SEARCH have the same shape on every server version
            socket_timeout=SOCKET_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            retry=Retry(ExponentialBackoff(base=0.05, cap=0.5), 3),
        )
    except ValueError as error:
        raise RedisError(f"SEMSEARCH_REDIS_URL is {without_password(url)!r}: {error}") from error
    with mapped(url):
        try:
            client.execute_command("FT._LIST")
        except foreign.ResponseError as error:
            if "unknown command" in str(error).lower():
                raise RedisError(_NO_MODULE.format(url=without_password(url))) from error
            raise
    return client


def without_password(url: str) -> str:
    """The URL in a form that may be shown: without user name and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def address(client: redis.Redis) -> str:
    """The socket path, or the host and port, of a client: it is shown in messages."""
    kwargs = client.get_connection_kwargs()
    return str(kwargs.get("path") or f"{kwargs.get('host')}:{kwargs.get('port')}")


@contextmanager
def mapped(where: str) -> Iterator[None]:
    """Turn an error of redis-py into RedisError, with advice where there is any. `where` names the server."""
    shown = without_password(where) if "://" in where else where
    try:
        yield
    except foreign.BusyLoadingError as error:
        raise RedisError(f"Redis at {shown} is still loading its data: try again in a moment") from error
    except foreign.AuthenticationError as error:
        raise RedisError(f"Redis at {shown} refuses the login: {error}. Check SEMSEARCH_REDIS_URL") from error
    except foreign.TimeoutError as error:
        raise RedisError(f"Redis at {shown} does not answer: {error}") from error
    except foreign.ConnectionError as error:
        raise RedisError(f"Redis at {shown} cannot be reached: {error}") from error
    except foreign.RedisError as error:
        if _says_full(error):
            raise RedisError(_FULL.format(where=shown)) from error
        raise RedisError(f"Redis at {shown} refused: {error}") from error


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
