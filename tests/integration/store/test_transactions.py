"""A transaction is applied exactly once, whatever becomes of its connection and its reply."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry

from semsearch.store.transactions import Row, Transactions
from semsearch.store.waiting import Waiting, patient
from tests.plain_server import plain_server
from tests.proxy import Fault, proxy


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    with plain_server(tmp_path, "--save", "") as client:
        yield client


def port_of(server: redis.Redis) -> int:
    return int(server.get_connection_kwargs()["port"])


@contextmanager
def transactions_at(port: int, patience: float = 30.0) -> Iterator[Transactions]:
    """Transactions of a process that waits a quarter of a second for each reply."""
    client = redis.Redis(port=port, protocol=2, socket_timeout=0.25, retry=Retry(NoBackoff(), 0))
    waiting = Waiting("here", None, patience)
    with patient(client, waiting) as client:
        yield Transactions(client, waiting)


@pytest.fixture
def transactions(server: redis.Redis) -> Iterator[Transactions]:
    with transactions_at(port_of(server)) as transactions:
        yield transactions


def count(pipe: Pipeline) -> None:
    pipe.hincrby("counts", "sent", 1)
    pipe.rpush("sent", 1)


def counted(server: redis.Redis) -> tuple[int, int]:
    return int(server.hget("counts", "sent") or 0), server.llen("sent")


def stopped_for(pid: int, seconds: float) -> threading.Timer:
    """Stop a process, and let it go on after some seconds."""
    os.kill(pid, signal.SIGSTOP)
    timer = threading.Timer(seconds, os.kill, (pid, signal.SIGCONT))
    timer.start()
    return timer


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6, 1.2])
def test_a_server_that_stops_before_exec_applies_it_once(
    server: redis.Redis, transactions: Transactions, seconds: float
) -> None:
    pid, stops = int(server.info("server")["process_id"]), []

    def build(pipe: Pipeline, _: list[Row]) -> None:
        if not stops:  # the turn is watched, and EXEC is not yet sent
            stops.append(stopped_for(pid, seconds))
        count(pipe)

    transactions.update([], [], build)
    stops[0].join()
    assert counted(server) == (1, 1)


def test_a_server_that_stops_at_any_moment_applies_each_transaction_once(
    server: redis.Redis, transactions: Transactions
) -> None:
    pid, dice, ended = int(server.info("server")["process_id"]), random.Random(7), threading.Event()

    def stop_again_and_again() -> int:
        stops = 0
        while not ended.wait(dice.uniform(0, 0.05)):
            stopped_for(pid, dice.uniform(0.2, 0.5)).join()
            stops += 1
        return stops

    with ThreadPoolExecutor(1) as threads:
        stops = threads.submit(stop_again_and_again)
        sent, until = 0, time.monotonic() + 5
        while time.monotonic() < until:
            transactions.run(count)
            sent += 1
        ended.set()
    assert stops.result() > 5
    assert counted(server) == (sent, sent)


def failing(fault: Fault, times: int = 1) -> Callable[[bytes], Fault]:
    """Some requests with EXEC meet a fault. All others pass."""
    left = [times]

    def decide(request: bytes) -> Fault:
        if b"EXEC" not in request or not left[0]:
            return Fault.NONE
        left[0] -= 1
        return fault

    return decide


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.NO_REPLY])
def test_a_transaction_whose_reply_is_lost_is_applied_once(
    server: redis.Redis, fault: Fault, times: int
) -> None:
    with (
        proxy(port_of(server), failing(fault, times)) as between,
        transactions_at(between.port) as transactions,
    ):
        for sent in range(1, 4):
            transactions.run(count)
            assert counted(server) == (sent, sent)


def test_a_transaction_that_comes_after_it_was_sent_again_is_discarded(server: redis.Redis) -> None:
    with (
        proxy(port_of(server), failing(Fault.LATE, 3)) as between,
        transactions_at(between.port) as transactions,
    ):
        transactions.run(count)
        assert counted(server) == (1, 1)
        assert between.deliver() == 3
        assert counted(server) == (1, 1)


def test_a_transaction_that_comes_while_it_is_sent_again_is_applied_once(server: redis.Redis) -> None:
    with (
        proxy(port_of(server), failing(Fault.LATE)) as between,
        transactions_at(between.port) as transactions,
    ):
        delivered = []

        def build(pipe: Pipeline, _: list[Row]) -> None:
            # The second time, the new connection has read the old turn.
            delivered.append(between.deliver())
            count(pipe)

        transactions.update([], [], build)
        assert delivered == [0, 1]
        assert counted(server) == (1, 1)


def test_a_deletion_that_comes_late_is_discarded(server: redis.Redis) -> None:
    late: list[Fault] = []
    with (
        proxy(
            port_of(server), lambda request: late.pop() if b"EXEC" in request and late else Fault.NONE
        ) as between,
        transactions_at(between.port) as transactions,
    ):
        transactions.run(lambda pipe: pipe.set("key", 1))
        late.append(Fault.LATE)
        transactions.run(lambda pipe: pipe.unlink("key"))
        server.set("key", 2)
        assert between.deliver() == 1
        assert server.get("key") == b"2"


def test_a_full_server_deletes(server: redis.Redis, transactions: Transactions) -> None:
    server.set("key", 1)
    server.config_set("maxmemory", 1)
    transactions.run(lambda pipe: pipe.unlink("key"))
    assert not server.exists("key")


def test_a_transaction_is_all_or_nothing(server: redis.Redis) -> None:
    server.config_set("maxmemory", 1)
    with (
        transactions_at(port_of(server), patience=0) as transactions,
        pytest.raises(redis.exceptions.OutOfMemoryError),
    ):
        transactions.run(lambda pipe: pipe.unlink("key").hincrby("counts", "sent", 1))
    server.config_set("maxmemory", 0)
    assert counted(server) == (0, 0)


def test_a_transaction_is_based_on_what_is_stored_when_it_is_applied(
    server: redis.Redis, transactions: Transactions
) -> None:
    server.hset("hash", "size", 1)
    seen: list[list[Row]] = []

    def build(pipe: Pipeline, rows: list[Row]) -> None:
        seen.append(rows)
        if len(seen) == 1:
            server.hset("hash", "size", 5)  # another worker is quicker
        pipe.hset("hash", "size", int(rows[0][0] or 0) + 1)

    transactions.update(["hash"], ["size", "name"], build)
    assert seen == [[[b"1", None]], [[b"5", None]]]
    assert server.hget("hash", "size") == b"6"


def test_threads_and_processes_that_change_one_hash_lose_no_change(server: redis.Redis) -> None:
    def add(transactions: Transactions) -> None:
        for _ in range(25):
            transactions.update(
                ["hash"], ["size"], lambda pipe, rows: pipe.hset("hash", "size", int(rows[0][0] or 0) + 1)
            )

    with (
        transactions_at(port_of(server)) as one,
        transactions_at(port_of(server)) as other,
        ThreadPoolExecutor(4) as threads,
    ):
        for each in [threads.submit(add, which) for which in (one, one, other, other)]:
            each.result()
    assert server.hget("hash", "size") == b"100"


def queues_nothing(pipe: Pipeline, rows: list[Row]) -> None:
    assert not pipe.command_stack
    assert rows == [[None]]


def fails(pipe: Pipeline, rows: list[Row]) -> None:
    raise ValueError(f"{pipe}: {rows}")


@pytest.mark.parametrize("build", [queues_nothing, fails])
def test_a_transaction_that_sends_nothing_watches_nothing_afterwards(
    server: redis.Redis, transactions: Transactions, build: Callable[[Pipeline, list[Row]], None]
) -> None:
    with suppress(ValueError):
        transactions.update(["hash"], ["size"], build)
    server.hset("hash", "size", 1)
    calls = []

    def once(pipe: Pipeline, rows: list[Row]) -> None:
        calls.append(rows)
        count(pipe)

    transactions.update([], [], once)
    assert len(calls) == 1


def test_the_turn_of_a_process_that_has_ended_expires(
    server: redis.Redis, transactions: Transactions
) -> None:
    transactions.run(count)
    transactions.run(lambda pipe: pipe.unlink("sent"))
    (turn,) = server.keys("semsearch:turn:*")
    assert 3_600 < server.ttl(turn) <= 86_400


def test_a_command_that_fails_is_told_and_the_next_transaction_is_applied(
    server: redis.Redis, transactions: Transactions
) -> None:
    server.set("counts", "no hash")
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        transactions.run(count)
    server.delete("counts", "sent")
    transactions.run(count)
    assert counted(server) == (1, 1)
