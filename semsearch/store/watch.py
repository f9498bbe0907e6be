"""Notice within seconds that Redis is gone or hangs, and that it is back: for a server that must not wait.

A `Watch` is shared by all connections of a store. It hears each reply. When no connection has heard anything
for `PATIENCE_SECONDS` although one waits, Redis hangs. From then on every command fails at once, until a
thread that asks again and again gets an answer. That thread also starts a dead embedded engine.

Redis answers commands one after the other, and sends the replies to all that wait together. So only a few
commands are under way at a time. The others wait for their turn here, where waiting is no sign of a hang.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from redis import exceptions as foreign
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError

from semsearch.errors import RedisError
from semsearch.store.cluster import ClusterClient
from semsearch.store.failures import Restarting, is_reply

# A page must say within two seconds that Redis hangs.
PATIENCE_SECONDS = 1.5
# How many commands are under way: while the reply to one is read, Redis has the next one.
_AT_ONCE = 2
# No query may keep Redis from answering for as long as that.
QUERY_MS = 1000
# A server on the same machine or in the same network accepts a connection in milliseconds.
_CONNECT_SECONDS = 0.5
# A command waits this long for its turn, and this long for its reply while others arrive.
_LONGEST_SECONDS = 30.0
# How often a command that waits looks whether Redis has been found to hang.
_LOOK_SECONDS = 0.05
# The pauses between two attempts to reach a lost Redis.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
# How long an attempt waits for its answer. A server that was stopped answers as soon as it goes on, so this
# may be long; a server behind a broken network needs a new connection.
_ATTEMPT_SECONDS = 5.0
# The same failure of a restart is written to the log this often.
_REPEAT_SECONDS = 60.0

_RESTARTING = "it is being started again: try again in a moment"

log = logging.getLogger("semsearch.redis")


def watch(
    client: redis.Redis, where: str, restart: Callable[[], object] | None
) -> tuple[redis.Redis, Watch | None]:
    """A client for the same server whose connections share a watch. `client` is closed.

    `restart` starts the server when nothing listens at its address. It raises RedisError when that fails. A
    cluster has no watch, since each of its nodes may hang by itself: its client is returned as it is.
    """
    if isinstance(client, ClusterClient):
        return client, None
    pool = client.connection_pool
    kind, arguments = pool.connection_class, pool.connection_kwargs
    client.close()
    shared = Watch(lambda **more: kind(**arguments | more), where, restart)
    impatient = {
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": _CONNECT_SECONDS,
        # An idle connection that a restarted server has closed is opened again.
        "retry": Retry(NoBackoff(), 1, (foreign.ConnectionError,)),
    }
    turns = redis.BlockingConnectionPool(
        _AT_ONCE, _LONGEST_SECONDS, _watched(kind, shared), **arguments | impatient
    )
    return redis.Redis.from_pool(turns), shared


class Watch:
    """Whether Redis answers, as all connections of a store find out together."""

    def __init__(
        self, connect: Callable[..., Any], where: str, restart: Callable[[], object] | None = None
    ) -> None:
        """`connect` makes a connection of redis-py, with more arguments."""
        self._connect = connect
        self._where = where
        self._restart = restart
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._heard = 0.0
        self._lost: foreign.RedisError | None = None
        self._restart_failed = ("", 0.0)

    def close(self) -> None:
        """Stop looking for a lost server."""
        self._closed.set()

    def check(self) -> None:
        """Raise the error of redis-py with which Redis was lost, if it is not back."""
        if error := self._lost:
            raise type(error)(*error.args)

    def wait(self, can_read: Callable[[float], bool]) -> None:
        """Wait until `can_read` says that a reply arrives. Raises redis-py's TimeoutError if Redis hangs."""
        asked = time.monotonic()
        while not can_read(_LOOK_SECONDS):
            self.check()
            now = time.monotonic()
            if now - max(asked, self._heard) > PATIENCE_SECONDS:
                self.lose(foreign.TimeoutError(f"there has been no reply for {PATIENCE_SECONDS:g} s"))
                self.check()
            if now - asked > _LONGEST_SECONDS:
                raise foreign.TimeoutError(f"this reply has not come for {_LONGEST_SECONDS:g} s")
        self._heard = time.monotonic()

    def lose(self, error: foreign.RedisError) -> None:
        """Fail every command from now on, and look for the server until it answers."""
        with self._lock:
            if self._lost is None:
                ended = self._restart is not None and not isinstance(error, foreign.TimeoutError)
                self._lost = Restarting(_RESTARTING) if ended else error
                silent = PATIENCE_SECONDS if isinstance(error, foreign.TimeoutError) else 0.0
                since = time.monotonic() - silent
                threading.Thread(target=self._look, args=[since], name="redis-watch", daemon=True).start()

    def _look(self, since: float) -> None:
        pause = _FIRST_PAUSE
        while not self._closed.wait(pause):
            pause = min(2 * pause, _LONGEST_PAUSE)
            error = self._attempt()
            if error is None:
                self._lost = None
                seconds = time.monotonic() - since
                log.warning("Redis at %s answers again after %.1f s", self._where, seconds)
                return
            if isinstance(error, foreign.TimeoutError):
                seconds = time.monotonic() - since
                self._lost = foreign.TimeoutError(f"there has been no reply for {seconds:.0f} s")
            elif self._restart is None or is_reply(error):
                self._lost = error
            else:
                self._try_to_restart(self._restart)

    def _attempt(self) -> foreign.RedisError | None:
        """Ask the server. Returns None if it answers, otherwise the error."""
        connection = self._connect(
            socket_timeout=_ATTEMPT_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            connection.connect()
            connection.send_command("PING")
            connection.read_response()
        except foreign.RedisError as error:
            if is_reply(error) and not isinstance(error, foreign.BusyLoadingError):
                return None  # it refuses, and so each command gets its own message
            return error
        finally:
            connection.disconnect()
        return None

    def _try_to_restart(self, restart: Callable[[], object]) -> None:
        self._lost = Restarting(_RESTARTING)
        try:
            restart()
        except RedisError as failure:
            said, when = self._restart_failed
            now = time.monotonic()
            if str(failure) != said or now - when > _REPEAT_SECONDS:
                self._restart_failed = (str(failure), now)
                log.warning("Redis at %s cannot be started again: %s", self._where, failure)
            self._lost = Restarting("it cannot be started again: the log of this server says why")


def _watched(kind: type[Any], shared: Watch) -> type[Any]:
    """A class of connections of redis-py that share a watch."""

    class Watched(kind):  # type: ignore[misc]
        def connect(self) -> None:
            try:
                super().connect()
            except MasterNotFoundError as error:  # the sentinels know no primary server
                shared.lose(error)
                raise

        def connect_check_health(self, *arguments: Any, **named: Any) -> None:
            if self._sock:
                return
            shared.check()
            try:
                super().connect_check_health(*arguments, **named)
            except (foreign.ConnectionError, foreign.TimeoutError) as error:
                if not is_reply(error):
                    shared.lose(error)
                    shared.check()
                raise

        def read_response(self, *arguments: Any, **named: Any) -> Any:
            try:
                shared.wait(self.can_read)
            except foreign.RedisError:
                self.disconnect()  # its reply may still come
                raise
            return super().read_response(*arguments, **named)

    return Watched
