"""A worker waits for a Redis that is away, full or busy, says so, and goes on."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from semsearch.errors import DamagedDataError, EngineError, RedisError
from semsearch.records import DocumentRecord, Kind, State
from semsearch.settings import Settings
from semsearch.store import connection
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import engine
from semsearch.store.failures import mapped
from semsearch.store.keys import doc_id
from semsearch.store.store import Store
from semsearch.store.waiting import Waiting, patient
from tests.engines import at, free_port, kill, pid_of
from tests.outages import Mend, fill, make_replica, stop
from tests.plain_server import plain_server
from tests.proxy import Fault, proxy
from tests.redis_client import redis_of

LATER = 0.4


def patient_client(
    port: int, patience: float = 20.0, restart: Callable[[], object] | None = None
) -> redis.Redis:
    client = redis.Redis(port=port, protocol=2, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))
    return patient(client, Waiting("here", restart, patience))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    with plain_server(tmp_path, "--save", "", "--busy-reply-threshold", "50") as client:
        yield client


def port_of(server: redis.Redis) -> int:
    return int(server.get_connection_kwargs()["port"])


OUTAGES = [(fill, "is full"), (make_replica, "is a replica"), (stop, "does not answer")]


@pytest.mark.parametrize(("breaks", "said"), OUTAGES)
def test_a_command_waits_says_so_once_and_is_served_when_redis_is_well_again(
    server: redis.Redis,
    caplog: pytest.LogCaptureFixture,
    breaks: Callable[[redis.Redis], Mend],
    said: str,
) -> None:
    threading.Timer(LATER, breaks(server)).start()
    with patient_client(port_of(server)) as client:
        assert client.set("key", 1)
        assert client.get("key") == b"1"
    waiting, again = caplog.messages
    assert waiting.startswith("waiting up to 20 s for Redis: Redis at here ")
    assert said in waiting
    assert again.startswith("Redis at here serves again after ")
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


@pytest.mark.parametrize("transaction", [False, True])
@pytest.mark.parametrize("tolerant", [False, True])
def test_all_commands_of_a_pipeline_wait(server: redis.Redis, transaction: bool, tolerant: bool) -> None:
    threading.Timer(LATER, fill(server)).start()
    with patient_client(port_of(server)) as client:
        pipe = client.pipeline(transaction=transaction).set("one", 1).get("one").set("two", 2)
        assert pipe.execute(raise_on_error=not tolerant) == [True, b"1", True]
        assert pipe.get("two").execute() == [b"2"]


def test_an_error_that_is_the_reply_ends_the_wait(
    server: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    server.set("key", "no number")
    threading.Timer(LATER, stop(server)).start()
    with (
        patient_client(port_of(server)) as client,
        pytest.raises(redis.ResponseError, match="not an integer"),
    ):
        client.incr("key")
    assert caplog.messages[1].startswith("Redis at here serves again after ")


def test_a_server_that_runs_a_script_is_waited_for(server: redis.Redis) -> None:
    def run_for_ever() -> None:
        with server.client() as other, pytest.raises(redis.ResponseError, match="killed"):
            other.eval("while true do end", 0)

    script = threading.Thread(target=run_for_ever)
    script.start()
    threading.Timer(LATER, server.script_kill).start()
    with patient_client(port_of(server)) as client:
        assert client.set("key", 1)
    script.join(10)


def test_a_server_that_loads_its_data_is_waited_for(tmp_path: Path) -> None:
    with plain_server(tmp_path, "--save", "3600 1") as client:
        client.mset({f"key-{n}": os.urandom(2000) for n in range(20)})
        client.save()
    slowly = ("--key-load-delay", "30000", "--loading-process-events-interval-bytes", "1024")
    with plain_server(tmp_path, *slowly) as server, patient_client(port_of(server)) as client:
        assert len(client.get("key-1")) == 2000


@pytest.mark.parametrize("lost", [Fault.CUT_AFTER, Fault.NO_REPLY])
@pytest.mark.parametrize("command", [b"FT.DROPINDEX", b"FT.CREATE", b"FT.ALIASUPDATE"])
def test_a_command_to_an_index_whose_reply_is_lost_may_be_sent_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: bytes, lost: Fault
) -> None:
    monkeypatch.setattr(connection, "SOCKET_SECONDS", 0.3)
    faults: list[Fault] = []

    def meets(request: bytes) -> Fault:
        return faults.pop() if faults and command in request else Fault.NONE

    with proxy(int(Endpoint.of_url(settings.redis_url).options["port"]), meets) as between:
        url = f"redis://127.0.0.1:{between.port}/0"
        with closing(Store.open(settings.model_copy(update={"redis_url": url}))) as store:
            faults.append(lost)
            store.prepare_index("doc")
            store.start_over([], ["doc"])
            assert not faults
            store.prepare_index("doc")
            assert [index.name for index in store.index_status()] == ["semsearch:doc"]


def test_what_waiting_cannot_cure_is_told_at_once(server: redis.Redis) -> None:
    server.acl_setuser("default", commands=["-hset"], enabled=True, nopass=True)
    with patient_client(port_of(server)) as client:
        started = time.monotonic()
        for command in (["HSET", "key", "field", "1"], ["FT._LIST"], ["AUTH", "nobody", "wrong"]):
            with pytest.raises(redis.RedisError):
                client.execute_command(*command)
        assert time.monotonic() - started < 0.1


def test_what_waiting_cannot_cure_is_told_when_it_is_found_while_waiting(server: redis.Redis) -> None:
    fill(server)

    def forbid() -> None:
        server.acl_setuser("default", commands=["-set"], enabled=True, nopass=True)

    threading.Timer(LATER, forbid).start()
    with patient_client(port_of(server)) as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.set("key", 1)


def test_a_worker_gives_up_when_its_patience_is_over(server: redis.Redis) -> None:
    fill(server)
    with patient_client(port_of(server), patience=0.5) as client:
        started = time.monotonic()
        with pytest.raises(RedisError, match="Redis at here is full"), mapped("here"):
            client.set("key", 1)
        assert 0.4 < time.monotonic() - started < 2


def test_an_engine_that_cannot_be_started_again_is_told_when_the_patience_is_over() -> None:
    def fail() -> None:
        raise EngineError("the port is held by another program")

    with (
        patient_client(free_port(), 0.5, fail) as client,
        pytest.raises(EngineError, match="the port is held"),
    ):
        client.get("key")


def test_damaged_data_are_told_at_once() -> None:
    def fail() -> None:
        raise DamagedDataError("the data are damaged")

    with patient_client(free_port(), 20.0, fail) as client, pytest.raises(DamagedDataError):
        client.get("key")


def test_a_redis_that_is_not_there_at_first_is_told_at_once(tmp_path: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    started = time.monotonic()
    with pytest.raises(RedisError, match="cannot be reached"):
        Store.open(Settings(home=tmp_path, redis_url=url))
    assert time.monotonic() - started < 2


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Settings]:
    settings = at(tmp_path / "home")
    yield settings
    engine.stop(settings)


def test_a_worker_starts_an_engine_that_has_ended(home: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Store.open(home)) as store:
        before = pid_of(home)
        kill(home)
        store.ping()
        assert pid_of(home) != before
    ended, again = caplog.messages
    assert f"engine at {store.address} has ended, and it is being started again" in ended
    assert again.startswith(f"Redis at {store.address} serves again after ")


def test_no_key_is_left_out_when_the_engine_ends_while_they_are_listed(home: Settings) -> None:
    with closing(Store.open(home)) as store:
        client = redis_of(store)
        expected = {f"semsearch:text:{{{n:016}}}:0".encode() for n in range(3000)}
        pipe = client.pipeline(transaction=False)
        for key in expected:
            pipe.hset(key, "n", 1)
        pipe.execute()
        keys = client.scan_iter(match="semsearch:text:*", count=100)
        found = {next(keys) for _ in range(1500)}
        kill(home)
        assert found | set(keys) == expected


def test_a_record_is_listed_once_when_the_engine_ends_meanwhile(home: Settings) -> None:
    with closing(Store.open(home)) as store:
        store.documents.replace_records(record(n) for n in range(3000))
        records = iter(store.ledger)
        found = [next(records).path for _ in range(1500)]
        kill(home)
        found += [record.path for record in records]
        assert sorted(found) == sorted(f"{n}.txt" for n in range(3000))


def record(n: int) -> DocumentRecord:
    return DocumentRecord(
        doc=doc_id("/folder", f"{n}.txt"),
        root="/folder",
        path=f"{n}.txt",
        kind=Kind.TEXT,
        media_type="text/plain",
        size=1,
        mtime_ns=1,
        sha256="",
        title="",
        state=State.FAILED,
    )
