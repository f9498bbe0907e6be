"""What real servers answer when they cannot serve becomes a sentence with a cure."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from semsearch.errors import RedisError
from semsearch.store.failures import mapped
from tests.engines import free_port
from tests.plain_server import plain_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    with plain_server(tmp_path, "--save", "", "--busy-reply-threshold", "50") as client:
        yield client


def test_a_server_that_runs_a_script_says_so_until_the_script_is_killed(server: redis.Redis) -> None:
    with server.client() as other:
        other.ping()
        script = threading.Thread(target=_run_for_ever, args=[server])
        script.start()
        try:
            message = _refusal(other)
            assert "answers nobody, because a script" in message
            assert "`SCRIPT KILL`" in message
        finally:
            other.script_kill()
            script.join(10)
        assert other.ping()


def _run_for_ever(server: redis.Redis) -> None:
    with pytest.raises(redis.ResponseError, match="killed"):
        server.eval("while true do end", 0)


def _refusal(client: redis.Redis) -> str:
    """The message with which the server refuses, as soon as it does."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            with mapped("here"):
                client.get("key")
        except RedisError as error:
            return str(error)
    raise AssertionError("the server answers")


def test_a_replica_refuses_to_write_and_says_that_it_is_one(server: redis.Redis) -> None:
    server.replicaof("127.0.0.1", free_port())
    with pytest.raises(RedisError, match="is a replica and refuses to write"), mapped("here"):
        server.set("key", 1)
    server.config_set("replica-serve-stale-data", "no")
    with pytest.raises(RedisError, match="has lost its primary server"), mapped("here"):
        server.get("key")


@pytest.mark.parametrize("transaction", [False, True])
def test_a_server_that_cannot_save_its_data_refuses_to_write(
    server: redis.Redis, tmp_path: Path, transaction: bool
) -> None:
    (tmp_path / "dump.rdb").mkdir()  # no file can take its place
    server.config_set("save", "3600 1")
    server.set("key", 1)
    server.bgsave()
    while server.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.01)
    pipe = server.pipeline(transaction=transaction).set("key", 2)
    with pytest.raises(RedisError, match=r"cannot save its data on its disk.*RDB snapshots"), mapped("here"):
        pipe.execute()


def test_a_full_server_says_so(server: redis.Redis) -> None:
    server.config_set("maxmemory", 100_000)
    with pytest.raises(RedisError, match="is full"), mapped("here"):
        server.set("key", 1)


def test_a_server_with_too_many_clients_says_so(server: redis.Redis) -> None:
    server.config_set("maxclients", 1)
    address = server.get_connection_kwargs()
    with (
        redis.Redis(port=address["port"], retry=address.get("retry")) as second,
        pytest.raises(RedisError, match="as many connections as it allows"),
        mapped("here"),
    ):
        second.ping()


def test_a_server_without_the_search_module_says_so(server: redis.Redis) -> None:
    with pytest.raises(RedisError, match="has no search module"), mapped("here"):
        server.execute_command("FT._LIST")


def test_a_user_who_may_not_do_something_learns_what(server: redis.Redis) -> None:
    server.acl_setuser("default", commands=["-hset"], enabled=True, nopass=True)
    with pytest.raises(RedisError, match=r"does not let its user do this: .*'hset'"), mapped("here"):
        server.hset("key", "field", "1")


def test_a_server_that_loads_its_data_says_so(tmp_path: Path) -> None:
    with plain_server(tmp_path, "--save", "3600 1") as client:
        client.mset({f"key-{n}": os.urandom(2000) for n in range(20)})
        client.save()
    slowly = ("--key-load-delay", "100000", "--loading-process-events-interval-bytes", "1024")
    with (
        plain_server(tmp_path, *slowly) as client,
        pytest.raises(RedisError, match="is still loading its data"),
        mapped("here"),
    ):
        client.get("key-1")
