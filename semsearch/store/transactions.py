"""Transactions that are applied exactly once, although connections break and replies are lost.

The reply to EXEC may be lost, and the server may still execute it, now or minutes later: a server that was
stopped, or a network that was broken, delivers it when it goes on. Many writes count, so that sending them
again could count twice. So each transaction also writes a token into a key, the turn, which its connection
watches. When a reply is lost, another connection watches and reads the turn. It holds the token: then the
transaction was applied. It holds something else: then the transaction is sent again, and as this changes the
turn, Redis discards the first one when it comes late.

A transaction that only deletes may be repeated, so it needs no token. A full Redis must apply it, and takes
no token. So it changes the turn by a new expiry.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

import redis
from redis import exceptions as foreign
from redis.client import Pipeline

from semsearch.store.keys import turn_key
from semsearch.store.waiting import Waiting

# The most pieces that are written or removed in one transaction: other clients wait until it is applied.
MOST_PIECES = 200
# How long the token is kept: much longer than any process waits for Redis.
_KEPT_SECONDS = 86_400

# A full Redis applies these.
_DELETING = frozenset({"DEL", "HDEL", "UNLINK"})

# The values of some fields of a hash, None for those that do not exist.
Row = list[bytes | None]


class Transactions:
    """Applies transactions, one at a time. Safe to share between threads. Raises the errors of redis-py."""

    def __init__(self, client: redis.Redis, waiting: Waiting) -> None:
        self._client = client
        self._waiting = waiting
        self._turn = turn_key(uuid4().hex)
        self._lock = threading.Lock()

    def run(self, build: Callable[[Pipeline], object]) -> None:
        """Apply the commands that `build` puts into a pipeline, all of them or none."""
        pipe = self._client.pipeline()
        build(pipe)
        self._apply((), (), lambda _: pipe)

    def update(
        self, keys: Sequence[str], names: Sequence[str], build: Callable[[Pipeline, list[Row]], object]
    ) -> None:
        """Do the same, based on what is stored: `build` also gets the fields `names` of the hashes `keys`.

        `build` is called again when somebody else changes one of these hashes meanwhile.
        """

        def built(rows: list[Row]) -> Pipeline:
            pipe = self._client.pipeline()
            build(pipe, rows)
            return pipe

        self._apply(keys, names, built)

    def unlink(self, keys: Iterable[str | bytes]) -> None:
        """Remove keys, at most MOST_PIECES in one transaction. A full Redis does this too."""
        left = iter(keys)
        while batch := list(islice(left, MOST_PIECES)):
            self._unlink(batch)

    def _unlink(self, keys: Sequence[str | bytes]) -> None:
        self.run(lambda pipe: pipe.unlink(*keys))

    def _apply(
        self, keys: Sequence[str], names: Sequence[str], built: Callable[[list[Row]], Pipeline]
    ) -> None:
        token = uuid4().hex.encode()
        with self._lock:
            while not self._waiting.until_served(lambda: self._attempt(token, keys, names, built)):
                pass  # somebody else was quicker

    def _attempt(
        self, token: bytes, keys: Sequence[str], names: Sequence[str], built: Callable[[list[Row]], Pipeline]
    ) -> bool:
        """Whether the transaction is applied. If not, a key that it is based on has changed meanwhile."""
        with self._connection() as connection:
            reads = [("HMGET", key, *names) for key in keys]
            _, turn, *rows = _ask(connection, [("WATCH", self._turn, *keys), ("GET", self._turn), *reads])
            commands = [] if turn == token else [command for command, _ in built(rows).command_stack]
            if not commands:
                _ask(connection, [("UNWATCH",)])
                return True
            if all(command[0] in _DELETING for command in commands):
                change: tuple[Any, ...] = ("EXPIRE", self._turn, _KEPT_SECONDS)
            else:
                change = ("SET", self._turn, token, "EX", _KEPT_SECONDS)
            *_, done = _ask(connection, [("MULTI",), *commands, change, ("EXEC",)])
            if done is None:
                return False
            _raise_first(done)
            return True

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection of the pool. After an error it is closed: replies may still come, and it watches."""
        pool = self._client.connection_pool
        connection = pool.get_connection()
        try:
            yield connection
        except BaseException:
            connection.disconnect()
            raise
        finally:
            pool.release(connection)


def _ask(connection: Any, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The replies to commands that are sent together. Raises the first error among them."""
    connection.send_packed_command(connection.pack_commands(commands))
    replies = []
    for _ in commands:
        try:
            replies.append(connection.read_response())
        except foreign.ResponseError as error:
            replies.append(error)
    _raise_first(replies)
    return replies


def _raise_first(replies: Sequence[Any]) -> None:
    for reply in replies:
        if isinstance(reply, Exception):
            raise reply
