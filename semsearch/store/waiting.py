"""Wait for a Redis that is away, full or busy for a while: for a worker, which loses nothing by waiting.

A `PatientClient` repeats a command until Redis serves it. So a command must be one that may be repeated.
Writes that count, or whose order matters, go through semsearch.store.transactions.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import redis
from redis import exceptions as foreign
from redis.client import Pipeline

from semsearch.errors import DamagedDataError, EngineError
from semsearch.store.cluster import ClusterClient
from semsearch.store.failures import Restarting, is_away, passes, sentence

# How long a worker waits before it gives up: long enough for a restart, or for a person who makes room.
PATIENCE_SECONDS = 600.0
# The pauses between two attempts.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

log = logging.getLogger("semsearch.redis")

Found = TypeVar("Found")


class Waiting:
    """Repeats what Redis does not serve for the moment, and says so once, and once more when it goes on."""

    def __init__(self, where: str, restart: Callable[[], object] | None, patience: float) -> None:
        """`where` names the server in messages. `patience` is the longest time to wait, in seconds.

        `restart` starts the server when nothing listens at its address. It raises EngineError when that
        fails.
        """
        self._where = where
        self._restart = restart
        self._patience = patience
        # Called with the reason, and with "" when the wait is over.
        self.tell: Callable[[str], object] = lambda _: None

    def until_served(self, attempt: Callable[[], Found]) -> Found:
        """The result of `attempt`, which is repeated as long as waiting can help.

        Raises the error of redis-py when waiting cannot help, or when the patience is over. Raises
        EngineError when the embedded engine has ended and cannot be started again.
        """
        try:
            return attempt()
        except foreign.RedisError as error:
            if not passes(error) or not self._patience:
                raise
            ended = is_away(error) and self._restart is not None
            reason = sentence(Restarting("it is being started again") if ended else error, self._where)
            log.warning("waiting up to %.0f s for Redis: %s", self._patience, reason)
            self.tell(reason)
            try:
                return self._repeat(attempt, error)
            finally:
                self.tell("")

    def _repeat(self, attempt: Callable[[], Found], error: foreign.RedisError) -> Found:
        since, pause = time.monotonic(), _FIRST_PAUSE
        while True:
            left = since + self._patience - time.monotonic()
            # Workers that lost the same server must not all come back at the same moment.
            time.sleep(min(pause * random.uniform(0.5, 1.0), max(left, 0.0)))
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                if is_away(error) and self._restart is not None:
                    self._restart()
                found = attempt()
            except (foreign.RedisError, EngineError) as failure:
                if isinstance(failure, foreign.ResponseError) and not passes(failure):
                    self._go_on(since)  # this is the reply, such as that an index does not exist
                    raise
                if not _may_pass(failure) or time.monotonic() >= since + self._patience:
                    raise
                if isinstance(failure, foreign.RedisError):
                    error = failure
            else:
                self._go_on(since)
                return found

    def _go_on(self, since: float) -> None:
        seconds = time.monotonic() - since
        log.warning("Redis at %s serves again after %.1f s: going on", self._where, seconds)


def _may_pass(failure: foreign.RedisError | EngineError) -> bool:
    if isinstance(failure, foreign.RedisError):
        return passes(failure)
    return not isinstance(failure, DamagedDataError)


class PatientClient(redis.Redis):
    """A client that waits. A command that Redis does not serve for the moment is sent again."""

    waiting: Waiting

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        """Send a command, and return its reply."""
        return self.waiting.until_served(lambda: redis.Redis.execute_command(self, *arguments, **options))

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> PatientPipeline:
        """A pipeline that waits, too."""
        pipe = PatientPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipe.waiting = self.waiting
        return pipe

    def scan_iter(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        """The keys of the server, at least once each.

        A server that is started again has other cursors, and would leave out keys. So all are listed again.
        """
        server = None
        while server != (server := self._run_id()):
            yield from super().scan_iter(*arguments, **options)

    def _run_id(self) -> str:
        facts: Any = self.info("server")
        return str(facts["run_id"])


class PatientPipeline(Pipeline):
    """A pipeline that waits. All of its commands are sent again when Redis does not serve one of them."""

    waiting: Waiting

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Send the commands, and return their replies."""
        commands = self.command_stack

        def attempt() -> list[Any]:
            self.command_stack = commands  # redis-py forgets them, also when it fails
            replies: list[Any] = super(PatientPipeline, self).execute(raise_on_error)
            for reply in replies:
                if isinstance(reply, foreign.RedisError) and passes(reply):
                    raise reply
            return replies

        return self.waiting.until_served(attempt)


def patient(client: redis.Redis, waiting: Waiting) -> redis.Redis:
    """A client with the connections of `client` that waits. `client` can no longer be used."""
    if isinstance(client, ClusterClient):
        client.waiting = waiting
        return client
    client.auto_close_connection_pool = False
    found = PatientClient(connection_pool=client.connection_pool)
    found.auto_close_connection_pool = True
    found.waiting = waiting
    return found


def patiently(client: redis.Redis, attempt: Callable[[], Found]) -> Found:
    """The result of several commands, which a client that waits begins anew when Redis did not serve one."""
    return client.waiting.until_served(attempt) if isinstance(client, PatientClient) else attempt()


def impatient(client: redis.Redis) -> redis.Redis:
    """A client with the connections of `client` that does not wait."""
    if isinstance(client, ClusterClient):
        return client.impatient()
    return redis.Redis(connection_pool=client.connection_pool)
