"""The embedded engine starts, is found, outlives its starter, and stops. Real servers."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from semsearch.errors import EngineError, SettingsError
from semsearch.settings import Settings
from semsearch.store import access
from semsearch.store.engine import binaries, engine, listener, process
from semsearch.store.store import Store
from tests.engines import at, free_port, kill, pid_of, start_without_users
from tests.redis_client import owner_of

START = """
import sys
from pathlib import Path
from semsearch.settings import Settings
from semsearch.store.engine import engine
settings = Settings(home=Path(sys.argv[1]), redis_port=int(sys.argv[2]), redis_url="")
engine.ensure_running(settings)
print(engine.info(settings).pid)
"""


def start_elsewhere(settings: Settings) -> subprocess.Popen[str]:
    arguments = [str(settings.home), str(settings.redis_port)]
    return subprocess.Popen([sys.executable, "-c", START, *arguments], stdout=subprocess.PIPE, text=True)


def test_it_starts_and_answers_with_the_search_module(home: Settings) -> None:
    with owner_of(home) as client:
        assert client.ping()
        assert client.execute_command("FT._LIST") == []
    found = engine.info(home)
    assert found.running
    assert found.socket == home.home / "redis/socket"
    assert found.url == f"redis://127.0.0.1:{home.redis_port}/0"
    assert found.module.startswith("RediSearch 2.")
    assert found.version.split()[0] in ("Redis", "Valkey")
    assert found.memory_mb is not None
    assert found.memory_mb > 0


def test_its_options_are_those_that_keep_data_and_refuse_strangers(home: Settings) -> None:
    expected = {
        "bind": "127.0.0.1",
        "protected-mode": "yes",
        "unixsocketperm": "700",
        "enable-module-command": "no",
        "enable-protected-configs": "no",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    start_without_users(home)
    with owner_of(home) as client:
        assert client.config_get(*expected) == expected
        # Half an answer would look like a whole one.
        assert client.execute_command("FT.CONFIG", "GET", "ON_TIMEOUT") == [["ON_TIMEOUT", "fail"]]


def test_a_prefix_filter_finds_every_value(home: Settings) -> None:
    with owner_of(home) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "path", "TAG")
        with client.pipeline(transaction=False) as pipe:
            for number in range(500):
                pipe.hset(f"d:{number}", "path", f"folder/{number}")
            pipe.execute()
        for prefix in ("f*", r"folder\/*"):
            assert client.execute_command("FT.SEARCH", "i", f"@path:{{{prefix}}}", "LIMIT", "0", "0") == [500]


def test_a_second_call_finds_the_same_engine_and_starts_nothing(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.ensure_running(home)
    pid = pid_of(home)
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: pytest.fail("a program was run"))
    engine.ensure_running(home)
    assert pid_of(home) == pid


def test_processes_that_start_it_at_once_get_one_engine(home: Settings) -> None:
    children = [start_elsewhere(home) for _ in range(4)]
    said = [child.communicate(timeout=60)[0] for child in children]
    assert [child.returncode for child in children] == [0] * 4
    assert set(said) == {f"{pid_of(home)}\n"}
    log = engine.info(home).log.read_text(encoding="utf-8")
    assert log.count(" is starting ") == 1


def test_it_outlives_the_process_that_started_it(home: Settings) -> None:
    said, _ = start_elsewhere(home).communicate(timeout=60)
    assert pid_of(home) == int(said)
    assert os.getsid(int(said)) != os.getsid(0)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see the files of a process")
def test_of_the_process_that_starts_it_it_inherits_the_lock_and_no_other_file(
    home: Settings, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    with mine.open("w") as file:
        os.set_inheritable(file.fileno(), True)
        engine.ensure_running(home)
        descriptors = Path(f"/proc/{pid_of(home)}/fd")
        opened = {number.name: number.readlink() for number in descriptors.iterdir()}
    assert opened["0"] == Path("/dev/null")
    assert {opened["1"], opened["2"]} == {engine.info(home).log}
    assert home.home / "engine.lock" in opened.values()
    assert mine not in opened.values()


def test_two_homes_run_side_by_side(tmp_path: Path) -> None:
    homes = [at(tmp_path / "one"), at(tmp_path / "two")]
    try:
        for settings in homes:
            with owner_of(settings) as client:
                client.set("home", str(settings.home))
        for settings in homes:
            with owner_of(settings) as client:
                assert client.get("home") == str(settings.home)
    finally:
        assert [engine.stop(settings) for settings in homes] == [True, True]


def test_another_port_in_the_settings_finds_the_engine_that_runs(home: Settings) -> None:
    engine.ensure_running(home)
    moved = at(home.home)
    engine.ensure_running(moved)
    assert pid_of(moved) == pid_of(home)
    assert engine.info(moved).url.endswith(f":{home.redis_port}/0")


def test_no_second_server_starts_on_the_data_of_an_engine_whose_socket_was_deleted(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.ensure_running(home)
    pid = pid_of(home)
    engine.info(home).socket.rename(home.home / "elsewhere")
    monkeypatch.setattr(process, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(EngineError, match=rf"{home.home}/redis/socket, end the process .*/redis/redis\.pid"):
        engine.ensure_running(at(home.home))
    assert (home.home / "redis/redis.pid").read_text() == f"{pid}\n"
    (home.home / "elsewhere").rename(home.home / "redis/socket")
    assert pid_of(home) == pid
    assert engine.info(home).log.read_text(encoding="utf-8").count(" is starting ") == 1


@pytest.fixture
def stopped(home: Settings) -> Iterator[Settings]:
    """A home whose engine is stopped as by SIGSTOP: it accepts connections and does not answer."""
    engine.ensure_running(home)
    pid = pid_of(home)
    os.kill(pid, signal.SIGSTOP)
    yield home
    os.kill(pid, signal.SIGCONT)


def test_every_command_names_a_stopped_engine_within_seconds(stopped: Settings, tmp_path: Path) -> None:
    environment = os.environ | {
        "SEMSEARCH_HOME": str(stopped.home),
        "SEMSEARCH_REDIS_PORT": str(stopped.redis_port),
    }
    commands = (["status"], ["search", "owls"], ["ingest", "."], ["redis", "info"], ["redis", "stop"])
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "semsearch", *command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for process_of_command in running:
        said = " ".join(process_of_command.communicate(timeout=60)[1].split())
        assert "does not answer: there has been no reply for 6 s" in said
        assert "Look whether its process is stopped" in said
        assert process_of_command.returncode == 2


def test_a_stopped_engine_is_asked_only_once(stopped: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "ANSWER_SECONDS", 1.0)
    for action in (engine.ensure_running, engine.info, engine.stop):
        started = time.monotonic()
        with pytest.raises(EngineError, match=rf"no reply for 1 s.*{stopped.home}/redis/redis\.pid"):
            action(stopped)
        assert time.monotonic() - started < 1.9


def test_an_engine_that_is_busy_for_some_seconds_is_waited_for(home: Settings) -> None:
    start_without_users(home)
    with owner_of(home) as client:
        busy = client.connection_pool.get_connection()
        busy.send_command("DEBUG", "SLEEP", "4")
        started = time.monotonic()
        engine.ensure_running(home)
        assert time.monotonic() - started > 3
        busy.disconnect()


def test_an_engine_with_too_many_connections_is_named_at_once(home: Settings) -> None:
    start_without_users(home)
    with redis.Redis(port=home.redis_port) as client:
        client.config_set("maxclients", 2)
        with socket.create_connection(("127.0.0.1", home.redis_port)):
            started = time.monotonic()
            for action in (engine.ensure_running, engine.info):
                with pytest.raises(
                    EngineError, match=r"as many connections as it allows\. Close other programs"
                ):
                    action(home)
            assert time.monotonic() - started < 4
        client.config_set("maxclients", 100)


def test_an_engine_with_the_rights_of_an_earlier_version_is_started_again_and_keeps_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", redis_port=free_port(), redis_url="")
    with monkeypatch.context() as earlier:
        earlier.setattr(access, "RULES", {role: "~* -@all +ping +info" for role in access.Role})
        engine.ensure_running(settings)
    try:
        with owner_of(settings) as client:
            client.set("semsearch:kept", "yes")
        store = Store.open(settings)
        assert store.ledger.has_due() is False  # HLEN, which an earlier version did not allow
        store.close()
        with owner_of(settings) as client:
            assert client.get("semsearch:kept") == "yes"
    finally:
        engine.stop(settings)


def test_stop_saves_and_leaves_nothing_behind(home: Settings) -> None:
    with owner_of(home) as client:
        client.set("kept", "yes")
    pid = pid_of(home)
    assert engine.stop(home) is True
    assert not process.alive(pid)
    assert listener.identify(home).state == "nobody"
    assert engine.stop(home) is False
    found = engine.info(home)
    assert (found.running, found.pid, found.version) == (False, None, "")
    with owner_of(home) as client:
        assert client.get("kept") == "yes"


def test_it_starts_again_after_a_kill_that_left_its_socket_behind(home: Settings) -> None:
    engine.ensure_running(home)
    kill(home)
    assert engine.info(home).socket.is_socket()
    assert not engine.info(home).running
    assert engine.start(home).running


def test_a_port_held_by_another_program_is_named(tmp_path: Path) -> None:
    settings = at(tmp_path / "home")
    with socket.create_server(("127.0.0.1", settings.redis_port)), pytest.raises(EngineError) as caught:
        engine.ensure_running(settings)
    for part in (
        f"port {settings.redis_port}",
        "another program",
        "SEMSEARCH_REDIS_PORT",
        "SEMSEARCH_REDIS_URL",
    ):
        assert part in str(caught.value)
    assert not engine.info(settings).running


def test_without_a_server_that_runs_starting_says_what_to_do(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "server_candidates", lambda: [])
    with pytest.raises(EngineError, match=r"docker compose.*SEMSEARCH_REDIS_URL"):
        engine.ensure_running(home)


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings = at(tmp_path / "file" / "home")
    with pytest.raises(EngineError, match=rf"cannot write to {tmp_path / 'file'}.*SEMSEARCH_HOME"):
        engine.ensure_running(settings)


def test_an_impossible_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMSEARCH_REDIS_PORT", "70000")
    with pytest.raises(SettingsError, match="SEMSEARCH_REDIS_PORT is '70000'"):
        Settings.from_env()


def test_start_refuses_when_the_settings_name_another_redis(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, redis_port=free_port(), redis_url="redis://example:6379/0")
    with pytest.raises(EngineError, match="SEMSEARCH_REDIS_URL is set"):
        engine.start(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ['it\'s a "home" é', "a-path-that-no-socket-can-have/" * 4])
def test_a_home_with_an_unusual_path_works(name: str, tmp_path: Path) -> None:
    settings = at(tmp_path / name)
    try:
        assert engine.start(settings).running
        found = engine.start(settings)
        assert found.data == settings.home / "redis"
        assert stat.S_IMODE(found.socket.parent.stat().st_mode) == 0o700
    finally:
        assert engine.stop(settings)
    if found.socket.parent != found.data:
        found.socket.parent.rmdir()


@pytest.mark.parametrize("turn", [1, 2])
def test_the_shared_settings_begin_with_an_empty_database(turn: int, settings: Settings) -> None:
    with redis.Redis.from_url(settings.redis_url, decode_responses=True, protocol=2) as client:
        assert client.dbsize() == 0
        assert client.execute_command("FT._LIST") == []
        client.set("left", turn)
        client.execute_command("FT.CREATE", "left", "SCHEMA", "t", "TEXT")
        client.execute_command("FT.ALIASADD", "alias", "left")
