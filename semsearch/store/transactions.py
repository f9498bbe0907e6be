"""Transactions that are applied exactly once, although connections break and replies are lost.

The reply to EXEC may be lost, and the server may still execute it, now or minutes later: a server that was
stopped, or a network that was broken, delivers it when it goes on. Many writes count, so that sending them
again could count twice. So each transaction also writes a token into a key, the turn, which its connection
watches. When a reply is lost, another connection watches and reads the turn. It holds the token: then the
transaction was applied. It holds something else: then the transaction is sent again, and as this changes the
turn, Redis discards the first one when it comes late.

A transaction that only deletes may be repeated, so it needs no token. A full Redis must apply it, and takes
no token. So it changes the turn by a new expiry.

A cluster applies at once only what lies in one slot. There each slot has a turn of its own, and a transaction
is applied in parts, each exactly once, in the order of semsearch.store.slots.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import redis
from redis import exceptions as foreign
from redis.client import Pipeline

from semsearch.store.cluster import ClusterClient, connection_of
from semsearch.store.keys import turn_key
from semsearch.store.slots import Command, by_slot, grouped, in_order, slot_of, tag
from semsearch.store.waiting import Waiting

# The most pieces that are written or removed in one transaction: other clients wait until it is applied.
MOST_PIECES = 200
# How long the token is kept: much longer than any process waits for Redis.
_KEPT_SECONDS = 86_400

# A full Redis applies these.
_DELETING = frozenset({"DEL", "HDEL", "UNLINK"})

# The values of some fields of a hash, None for those that do not exist.
Row = list[bytes | None]

Item = TypeVar("Item")
# Commands for keys of one slot; of any, on a single server.
_Part = tuple[int | None, list[Command]]


class Guard(Protocol):
    """What must hold whenever a process writes. It is stored in one key, which is read by one command."""

    @property
    def key(self) -> str: ...

    @property
    def read(self) -> Command: ...

    def check(self, reply: Any) -> None:
        """Raise LeaseError when it does not hold any more. `reply` is that to the command."""


class Transactions:
    """Applies transactions, one at a time. Safe to share between threads. Raises the errors of redis-py."""

    def __init__(self, client: redis.Redis, waiting: Waiting) -> None:
        self._client = client
        self._waiting = waiting
        self._process = uuid4().hex
        self._lock = threading.RLock()
        self._later = threading.local()
        self._guards: tuple[Guard, ...] = ()

    @property
    def in_slots(self) -> bool:
        """Whether the server is a cluster, where a transaction holds keys of one slot."""
        return isinstance(self._client, ClusterClient)

    @contextmanager
    def guarded(self, guard: Guard) -> Iterator[None]:
        """In this block, each transaction checks a guard, and raises LeaseError when it does not hold.

        A guard is for a single server: on a cluster, its key would be in another slot.
        """
        before = self._guards
        self._guards = (*before, guard)
        try:
            yield
        finally:
            self._guards = before

    def together(
        self, items: Iterable[Item], key: Callable[[Item], str], act: Callable[[list[Item]], object]
    ) -> None:
        """Call `act` with the items that `update` can change at once: with all, or with those of each slot.

        `key` gives the key of an item. On a cluster, what follows the changes of documents is written when
        all of them have changed.
        """
        every = list(items)
        if not self.in_slots:
            act(every)
            return
        before, self._later.commands = self._deferred, []
        try:
            for _, some in by_slot(every, list(map(key, every))):
                act(some)
        finally:
            commands, self._later.commands = self._deferred, before
        self._follow(commands or [])

    @property
    def _deferred(self) -> list[Command] | None:
        found: list[Command] | None = getattr(self._later, "commands", None)
        return found

    def run(self, build: Callable[[Pipeline], object]) -> None:
        """Apply the commands that `build` puts into a pipeline, all of them or none.

        On a cluster that holds for the commands of each slot.
        """
        commands = _commands(self._client, build)
        if not self.in_slots:
            self._apply_all([(None, commands)])
            return
        announced, own, later = in_order(commands)
        self._apply_all([*grouped(announced), *grouped(own)])
        self._follow(later)

    def update(
        self, keys: Sequence[str], names: Sequence[str], build: Callable[[Pipeline, list[Row]], object]
    ) -> None:
        """Do the same, based on what is stored: `build` also gets the fields `names` of the hashes `keys`.

        `build` is called again when somebody else changes one of these hashes meanwhile. The keys are those
        of items that `together` hands over at once, or of one document.
        """
        slot = slot_of(keys[0]) if self.in_slots and keys else None
        later: list[Command] = []

        def built(rows: list[Row]) -> list[Command]:
            commands = _commands(self._client, lambda pipe: build(pipe, rows))
            if not self.in_slots:
                return commands
            announced, own, later[:] = in_order(commands)
            self._apply_all(grouped(announced))
            return own

        self._apply(slot, keys, names, built)
        self._follow(later)

    def _follow(self, commands: list[Command]) -> None:
        """Write what follows the changes of documents, or keep it until `together` ends."""
        if self._deferred is not None:
            self._deferred.extend(commands)
        else:
            self._apply_all(grouped(commands))

    def _apply_all(self, each: Iterable[_Part]) -> None:
        for slot, commands in each:
            self._apply(slot, (), (), partial(_same, commands))

    def unlink(self, keys: Iterable[str | bytes]) -> None:
        """Remove keys, at most MOST_PIECES in one transaction. A full Redis does this too."""
        left = iter(keys)
        while batch := list(islice(left, MOST_PIECES)):
            self._unlink(batch)

    def _unlink(self, keys: Sequence[str | bytes]) -> None:
        self.run(lambda pipe: pipe.unlink(*keys))

    def _apply(
        self,
        slot: int | None,
        keys: Sequence[str],
        names: Sequence[str],
        built: Callable[[list[Row]], list[Command]],
    ) -> None:
        token = uuid4().hex.encode()
        with self._lock:
            while not self._waiting.until_served(lambda: self._attempt(slot, token, keys, names, built)):
                pass  # somebody else was quicker

    def _attempt(
        self,
        slot: int | None,
        token: bytes,
        keys: Sequence[str],
        names: Sequence[str],
        built: Callable[[list[Row]], list[Command]],
    ) -> bool:
        """Whether the commands are applied. If not, a key that they are based on has changed meanwhile."""
        own = turn_key(self._process, "" if slot is None else tag(slot))
        with self._connection(slot) as connection:
            reads = [("HMGET", key, *names) for key in keys]
            guards = self._guards
            watched = ("WATCH", own, *(guard.key for guard in guards), *keys)
            asked = [guard.read for guard in guards]
            _, turn, *replies = _ask(connection, [watched, ("GET", own), *asked, *reads])
            for guard, reply in zip(guards, replies, strict=False):
                guard.check(reply)
            commands = [] if turn == token else built(replies[len(guards) :])
            if not commands:
                _ask(connection, [("UNWATCH",)])
                return True
            if all(command[0] in _DELETING for command in commands):
                change: Command = ("EXPIRE", own, _KEPT_SECONDS)
            else:
                change = ("SET", own, token, "EX", _KEPT_SECONDS)
            *_, done = _ask(connection, [("MULTI",), *commands, change, ("EXEC",)])
            if done is None:
                return False
            _raise_first(done)
            return True

    @contextmanager
    def _connection(self, slot: int | None) -> Iterator[Any]:
        if isinstance(self._client, ClusterClient) and slot is not None:
            with self._client.connection(slot) as connection:
                yield connection
            return
        with connection_of(self._client.connection_pool) as connection:
            yield connection


def _same(commands: list[Command], _: list[Row]) -> list[Command]:
    return commands


def _commands(client: redis.Redis, build: Callable[[Pipeline], object]) -> list[Command]:
    pipe = client.pipeline()
    build(pipe)
    return [command for command, _ in pipe.command_stack]


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
