"""A run of ingestion in which somebody flushes Redis, or drops the indexes, before a given write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import redis
from redis.connection import AbstractConnection

from semsearch.store.store import Store
from tests.dying import is_write
from tests.redis_client import redis_of

Disturbance = Callable[[redis.Redis], object]


def flush(client: redis.Redis) -> None:
    client.flushall()


def drop_indexes(client: redis.Redis) -> None:
    for name in client.execute_command("FT._LIST"):
        client.ft(name).dropindex(delete_documents=False)


@dataclass
class Writes:
    """How many writes there have been."""

    number: int = 0


@contextmanager
def disturbed(store: Store, disturb: Disturbance, nth: int) -> Iterator[Writes]:
    """Inside the context, `disturb` happens before the `nth` write of any connection; 0 means never."""
    with disturbed_at({nth: lambda: disturb(redis_of(store))}) as writes:
        yield writes


@contextmanager
def disturbed_at(moments: Mapping[int, Callable[[], object]]) -> Iterator[Writes]:
    """Inside the context, something happens before the writes with these numbers, of any connection."""
    writes, send = Writes(), AbstractConnection.send_packed_command

    def counted(self: AbstractConnection, command: Iterable[bytes], check_health: bool = True) -> None:
        sent = b"".join([command] if isinstance(command, str) else command)
        if is_write(sent):
            writes.number += 1
            if (disturb := moments.get(writes.number)) is not None:
                AbstractConnection.send_packed_command = send
                disturb()
                AbstractConnection.send_packed_command = counted
        send(self, [sent], check_health)

    AbstractConnection.send_packed_command = counted
    try:
        yield writes
    finally:
        AbstractConnection.send_packed_command = send
