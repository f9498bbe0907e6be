"""The embedded engine with real servers. Each test has a home and a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from semsearch.errors import EngineError, SettingsError
from semsearch.settings import Settings
from semsearch.store.engine import binaries, engine, listener, process
from tests.conftest import free_port

START = """
import sys
from pathlib import Path
from semsearch.settings import Settings
from semsearch.store.engine import engine
settings = Settings(home=Path(sys.argv[1]), redis_port=int(sys.argv[2]), redis_url="")
engine.ensure_running(settings)
print(engine.info(settings).pid)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Settings]:
    settings = at(tmp_path / "home")
    yield settings
    engine.stop(settings)


def at(home: Path, port: int | None = None) -> Settings:
    return Settings(home=home, redis_port=port or free_port(), redis_url="")


def start_elsewhere(settings: Settings) -> subprocess.Popen[str]:
    arguments = [str(settings.home), str(settings.redis_port)]
    return subprocess.Popen([sys.executable, "-c", START, *arguments], stdout=subprocess.PIPE, text=True)


@contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    with redis.Redis.from_url(engine.ensure_running(settings), decode_responses=True, protocol=2) as client:
        yield client


def kill(settings: Settings) -> None:
    pid = pid_of(settings)
    os.kill(pid, signal.SIGKILL)
    waiting = process.Waiting()
    while process.alive(pid):
        assert waiting.goes_on()


def pid_of(settings: Settings) -> int:
    pid = engine.info(settings).pid
    assert pid is not None
    return pid


def append_only_file(settings: Settings) -> Path:
    (path,) = (settings.home / "redis/appendonlydir").glob("*.incr.aof")
    return path


@contextmanager
def stranger(port: int, answer: bytes | None) -> Iterator[None]:
    """A program on `port` that sends `answer` to every client, or, if it is None, closes every connection."""

    def serve(listening: socket.socket) -> None:
        kept = []
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                break
            if answer is None:
                connection.close()
                continue
            if answer and connection.recv(1000):
                connection.sendall(answer)
            kept.append(connection)
        for connection in kept:
            connection.close()

    with socket.create_server(("127.0.0.1", port)) as listening:
        thread = threading.Thread(target=serve, args=[listening])
        thread.start()
        yield
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_it_starts_and_answers_with_the_search_module(home: Settings) -> None:
    url = engine.ensure_running(home)
    assert url == f"redis://127.0.0.1:{home.redis_port}/0"
    with connected(home) as client:
        assert client.ping()
        assert client.execute_command("FT._LIST") == []
    found = engine.info(home)
    assert found.running
    assert found.module.startswith("RediSearch 2.")
    assert found.version.split()[0] in ("Redis", "Valkey")
    assert found.memory_mb is not None
    assert found.memory_mb > 0


def test_it_listens_on_localhost_only_and_keeps_its_data(home: Settings) -> None:
    expected = {
        "bind": "127.0.0.1",
        "protected-mode": "yes",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    with connected(home) as client:
        assert client.config_get(*expected) == expected
    assert stat.S_IMODE((home.home / "redis").stat().st_mode) == 0o700


def test_a_prefix_filter_finds_every_value(home: Settings) -> None:
    with connected(home) as client:
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
def test_it_inherits_no_file_of_the_process_that_starts_it(home: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    with mine.open("w") as file:
        os.set_inheritable(file.fileno(), True)
        engine.ensure_running(home)
        descriptors = Path(f"/proc/{pid_of(home)}/fd")
        opened = {number.name: number.readlink() for number in descriptors.iterdir()}
    assert opened["0"] == Path("/dev/null")
    assert {opened["1"], opened["2"]} == {engine.info(home).log}
    assert mine not in opened.values()


def test_two_homes_run_side_by_side(tmp_path: Path) -> None:
    homes = [at(tmp_path / "one"), at(tmp_path / "two")]
    try:
        for settings in homes:
            with connected(settings) as client:
                client.set("home", str(settings.home))
        for settings in homes:
            with connected(settings) as client:
                assert client.get("home") == str(settings.home)
    finally:
        assert [engine.stop(settings) for settings in homes] == [True, True]


def test_documents_and_index_survive_sigkill(home: Settings) -> None:
    with connected(home) as client:
        client.execute_command(
            *("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "v", "VECTOR", "FLAT", "6"),
            *("TYPE", "FLOAT32", "DIM", "2", "DISTANCE_METRIC", "COSINE"),
        )
        client.execute_command("FT.ALIASADD", "alias", "i")
        with client.pipeline(transaction=False) as pipe:
            for number in range(2000):
                pipe.hset(f"d:{number}", "v", b"\0\0\x80?\0\0\0\0")
            pipe.execute()
        assert client.execute_command("WAITAOF", "1", "0", "5000")[0] == 1
    kill(home)
    assert not engine.info(home).running
    with connected(home) as client:
        assert client.dbsize() == 2000
        assert client.execute_command("FT.SEARCH", "alias", "*", "LIMIT", "0", "0") == [2000]


def test_an_index_survives_a_rewrite_of_the_append_only_file(home: Settings) -> None:
    with connected(home) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "t", "TEXT")
        client.hset("d:1", "t", "word")
        client.bgrewriteaof()
        waiting = process.Waiting()
        while client.info("persistence")["aof_rewrite_in_progress"]:
            assert waiting.goes_on()
    kill(home)
    with connected(home) as client:
        assert client.execute_command("FT.SEARCH", "i", "word", "NOCONTENT") == [1, "d:1"]


def test_stop_saves_and_leaves_nothing_behind(home: Settings) -> None:
    with connected(home) as client:
        client.set("kept", "yes")
    pid = pid_of(home)
    assert engine.stop(home) is True
    assert not process.alive(pid)
    assert listener.identify(home.redis_port, home.home / "redis").state == "nobody"
    assert engine.stop(home) is False
    found = engine.info(home)
    assert (found.running, found.pid, found.version) == (False, None, "")
    with connected(home) as client:
        assert client.get("kept") == "yes"


@pytest.mark.parametrize(
    ("answer", "who"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak Redis's protocol"),
        (b"-NOAUTH Authentication required.\r\n", "a Redis that asks for a password"),
        (b"", "did not answer in 0.3 s"),
        (None, "closes every connection"),
    ],
)
def test_a_stranger_on_the_port_is_named(
    answer: bytes | None, who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "ANSWER_SECONDS", 0.3)
    settings = at(tmp_path / "home")
    with stranger(settings.redis_port, answer):
        for action in (engine.ensure_running, engine.info, engine.stop):
            with pytest.raises(EngineError) as caught:
                action(settings)
            for part in (f"port {settings.redis_port}", who, "SEMSEARCH_REDIS_PORT", "SEMSEARCH_REDIS_URL"):
                assert part in str(caught.value)


def test_the_engine_of_another_home_is_a_stranger(home: Settings, tmp_path: Path) -> None:
    engine.ensure_running(home)
    second = at(tmp_path / "second", home.redis_port)
    with pytest.raises(EngineError) as caught:
        engine.ensure_running(second)
    assert f"process {pid_of(home)}, data in {home.home / 'redis'}" in str(caught.value)
    assert engine.info(home).running


def test_one_home_does_not_get_a_second_engine_on_another_port(home: Settings) -> None:
    engine.ensure_running(home)
    moved = at(home.home)
    with pytest.raises(EngineError, match=f"already runs on port {home.redis_port}, not {moved.redis_port}"):
        engine.ensure_running(moved)
    engine.stop(home)
    try:
        assert engine.ensure_running(moved).endswith(f":{moved.redis_port}/0")
    finally:
        engine.stop(moved)


def test_a_torn_tail_of_the_append_only_file_is_cut_off(home: Settings) -> None:
    with connected(home) as client:
        for number in range(10):
            client.set(f"k{number}", "value")
    kill(home)
    path = append_only_file(home)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 3)
    with connected(home) as client:
        assert sorted(client.keys()) == [f"k{number}" for number in range(9)]


def test_damaged_data_are_reported_with_the_log_and_a_repair_that_works(home: Settings) -> None:
    with connected(home) as client:
        for number in range(10):
            client.set(f"k{number}", "value")
    engine.stop(home)
    path = append_only_file(home)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"*3\r\n$3\r\nSET\r\n$2\r\nk5", b"?3\r\n$3\r\nSET\r\n$2\r\nk5"))
    with pytest.raises(EngineError) as caught:
        engine.ensure_running(home)
    message = str(caught.value)
    assert "Bad file format reading the append only file" in message
    assert str(engine.info(home).log) in message
    assert "ingest again" in message

    (command,) = [line.strip() for line in message.splitlines() if line.strip().startswith("(exec")]
    subprocess.run(["bash", "-c", command], input="y\n", text=True, check=True, capture_output=True)
    with connected(home) as client:
        assert sorted(client.keys()) == [f"k{number}" for number in range(5)]


def dying_server(folder: Path, words: str) -> Path:
    path = folder / "redis-server"
    path.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo 'Redis server v=8.0.0' && exit\n"
        f'echo "1:M 01 Jan 2026 00:00:00.000 # {words}"; exit 1\n'
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "words",
    [
        "Can't load module from redisearch.so: server aborting",
        "Can't handle RDB format version 80",
        "Bad file format reading the append only file appendonly.aof.1.base.rdb: make a backup",
    ],
)
def test_the_next_server_is_tried_when_one_cannot_load_the_module_or_the_data(
    words: str, home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = [dying_server(tmp_path, words), *binaries.server_candidates()]
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    found = engine.start(home)
    assert Path(found.server) in candidates[1:]
    assert words in found.log.read_text(encoding="utf-8")


def test_data_written_by_the_old_server_of_the_stack_are_served_by_it_again(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = binaries.server_candidates()
    stack = candidates[-1]
    monkeypatch.setattr(binaries, "server_candidates", lambda: [stack])
    try:
        written_by = engine.start(home)
    except EngineError as error:
        pytest.skip(str(error))
    with connected(home) as client:
        client.execute_command("FT.CREATE", "i", "PREFIX", "1", "d:", "SCHEMA", "t", "TEXT")
        client.hset("d:1", "t", "word")
    engine.stop(home)
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    found = engine.start(home)
    assert (found.server, found.version) == (written_by.server, written_by.version)
    with connected(home) as client:
        assert client.execute_command("FT.SEARCH", "i", "word", "NOCONTENT") == [1, "d:1"]


def test_data_of_a_server_that_no_longer_runs_here_are_reported(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = dying_server(tmp_path, "Can't handle RDB format version 80")
    monkeypatch.setattr(binaries, "server_candidates", lambda: [gone])
    with pytest.raises(EngineError, match=r"Redis 8.0.0 cannot read the data in .*/home/redis"):
        engine.ensure_running(home)


def test_the_message_about_a_server_that_ends_quotes_its_log_and_names_it(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = [dying_server(tmp_path, "bind: it is Sunday"), *binaries.server_candidates()]
    monkeypatch.setattr(binaries, "server_candidates", lambda: candidates)
    with pytest.raises(EngineError) as caught:
        engine.ensure_running(home)
    for part in ("Redis 8.0.0", "bind: it is Sunday", str(engine.info(home).log)):
        assert part in str(caught.value)


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


def test_a_home_with_quotes_spaces_and_accents_works(tmp_path: Path) -> None:
    settings = at(tmp_path / 'it\'s a "home" é')
    try:
        assert engine.start(settings).running
        assert engine.start(settings).data == settings.home / "redis"
    finally:
        assert engine.stop(settings)


def test_redis_cli_reaches_it(home: Settings) -> None:
    try:
        command, secret = engine.cli_command(engine.ensure_running(home), ["ECHO", "two words"])
    except EngineError as error:
        pytest.skip(str(error))
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("two words\n", "")


def test_redis_cli_logs_in_without_showing_the_password(home: Settings) -> None:
    url = engine.ensure_running(home)
    with redis.Redis.from_url(url) as client:
        client.execute_command("ACL", "SETUSER", "reader", "on", ">open sesame", "~*", "+@all")
        try:
            command, secret = engine.cli_command(
                url.replace("//", "//reader:open%20sesame@"), ["ACL", "WHOAMI"]
            )
        except EngineError as error:
            pytest.skip(str(error))
    assert "sesame" not in " ".join(command)
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=True)
    assert done.stdout.strip('"\n') == "reader"


@pytest.mark.parametrize("turn", [1, 2])
def test_the_shared_settings_begin_with_an_empty_database(turn: int, settings: Settings) -> None:
    with redis.Redis.from_url(settings.redis_url, decode_responses=True, protocol=2) as client:
        assert client.dbsize() == 0
        assert client.execute_command("FT._LIST") == []
        client.set("left", turn)
        client.execute_command("FT.CREATE", "left", "SCHEMA", "t", "TEXT")
        client.execute_command("FT.ALIASADD", "alias", "left")
