"""An engine of an earlier semsearch, without password and socket, is found and replaced. Real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from redis import exceptions as foreign

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.engine import binaries, engine, launch, previous, process
from tests.engines import at, pid_of
from tests.redis_client import owner_of


@pytest.fixture
def earlier(home: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The engine of `home` as an earlier semsearch started it, with one key."""
    data = home.home / "redis"
    data.mkdir(parents=True)
    (data / "port").write_text(f"{home.redis_port}\n")
    with started(home, home.redis_port) as server:
        with redis.Redis(port=home.redis_port) as client:
            client.set("kept", "yes")
        yield server


@contextmanager
def started(home: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(home.home / "redis"),
        "logfile": str(home.home / "redis/redis.log"),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
    }
    given = [word for name, value in options.items() for word in (f"--{name}", value)]
    module = ["--loadmodule", str(binaries.find_module()), *launch.MODULE_ARGUMENTS]
    server = subprocess.Popen([binaries.find_servers()[0].path, *given, *module], start_new_session=True)
    waiting = process.Waiting()
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
                break
            except foreign.ConnectionError:
                assert server.poll() is None
                assert waiting.goes_on()
    yield server
    server.terminate()
    server.wait()


def test_info_tells_that_it_runs_and_warns_of_it(home: Settings, earlier: subprocess.Popen[bytes]) -> None:
    found = engine.info(home)
    assert (found.running, found.pid, found.url) == (True, earlier.pid, launch.url(home.redis_port))
    assert "asks for no password" in found.warning
    assert "semsearch redis start" in found.warning


@pytest.mark.parametrize("same_port", [True, False])
def test_start_stops_it_and_starts_a_new_one_on_the_same_data(
    same_port: bool, home: Settings, earlier: subprocess.Popen[bytes]
) -> None:
    wanted = home if same_port else at(home.home)
    assert engine.start(wanted).warning == ""
    assert earlier.wait(timeout=10) == 0
    assert pid_of(wanted) != earlier.pid
    with owner_of(wanted) as client:
        assert client.get("kept") == "yes"
    with redis.Redis(port=wanted.redis_port) as client, pytest.raises(foreign.AuthenticationError):
        client.get("kept")


def test_stop_stops_it(home: Settings, earlier: subprocess.Popen[bytes]) -> None:
    assert engine.stop(home) is True
    assert earlier.wait(timeout=10) == 0
    assert engine.info(home).running is False


def test_no_server_starts_beside_one_that_does_not_answer(
    home: Settings, earlier: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previous, "ANSWER_SECONDS", 0.3)
    with redis.Redis(port=home.redis_port) as client:
        client.config_set("busy-reply-threshold", 60_000)
        blocked = client.connection_pool.get_connection()
        blocked.send_command("EVAL", "local n = 0 while n < 2e8 do n = n + 1 end return n", 0)
        with pytest.raises(EngineError, match=rf"port {home.redis_port}.*does not answer in 0.3 s: end it"):
            engine.ensure_running(at(home.home))
        blocked.read_response()
        blocked.disconnect()
    assert earlier.poll() is None


def test_another_redis_on_the_port_of_an_earlier_engine_is_left_alone(home: Settings) -> None:
    other = at(home.home.parent / "other")
    (other.home / "redis").mkdir(parents=True)
    (home.home / "redis").mkdir(parents=True)
    (home.home / "redis/port").write_text(f"{other.redis_port}\n")
    with started(other, other.redis_port) as server:
        assert not engine.info(home).running
        assert engine.start(home).running
        assert server.poll() is None


def test_a_damaged_port_file_counts_as_none(home: Settings) -> None:
    (home.home / "redis").mkdir(parents=True)
    (home.home / "redis/port").write_text("six thousand")
    assert engine.start(home).running
    assert not (home.home / "redis/port").exists()
