"""A store that does not wait for a Redis that hangs waits for one that is busy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import redis

from semsearch.errors import RedisError
from semsearch.settings import Settings
from semsearch.store.access import Role
from semsearch.store.store import Store
from semsearch.store.watch import PATIENCE_SECONDS

# Keeps Redis busy, so that it answers nobody meanwhile.
_BUSY = "for n = 1, tonumber(ARGV[1]) do end"


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(Store.open(settings, Role.WEB)) as store:
        yield store


@pytest.fixture
def loops(settings: Settings) -> float:
    """How many loops of the script take a second, when nothing else keeps the machine busy."""
    took = []
    with redis.Redis.from_url(settings.redis_url) as client:
        for _ in range(3):
            started = time.monotonic()
            client.eval(_BUSY, 0, 10_000_000)
            took.append(time.monotonic() - started)
    return 10_000_000 / min(took)


def test_commands_that_wait_for_their_turn_are_answered(store: Store, loops: float) -> None:
    client = store._client
    # Each takes an eighth of a second, so that a machine that is busy meanwhile cannot make one seem to hang.
    with ThreadPoolExecutor(24) as threads:
        started = time.monotonic()
        turns = [threads.submit(client.eval, _BUSY, 0, int(loops / 8)) for _ in range(24)]
        for turn in turns:
            turn.result()
    assert time.monotonic() - started > PATIENCE_SECONDS
    store.ping()


def test_a_command_that_keeps_redis_silent_for_too_long_is_given_up(store: Store, loops: float) -> None:
    with pytest.raises(redis.TimeoutError, match=r"no reply for 1\.5 s"):
        store._client.eval(_BUSY, 0, int(loops * 2.5))
    with pytest.raises(RedisError, match="does not answer"):
        store.ping()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            store.ping()
        except RedisError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Redis is free, and nobody has noticed")
