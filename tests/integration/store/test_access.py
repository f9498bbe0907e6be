"""Who may do what with Redis: the users of the embedded engine, of compose and of the docs. Real servers."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
import redis
from redis import exceptions as foreign
from redis.backoff import NoBackoff
from redis.retry import Retry

from ingest.run import Options, ingest
from ingest.workers.queue import Queue
from semsearch.cli.show_ingest import Silent
from semsearch.errors import EngineError, RedisError
from semsearch.query import Query
from semsearch.search.searcher import Searcher
from semsearch.settings import Settings
from semsearch.store.access import OWNER, Role
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import binaries, engine, password, paths, process
from semsearch.store.store import Store
from tests.conftest import redis_of_compose
from tests.engines import at, free_port
from tests.fakes import FakeModels, fill
from tests.users import NOBODY, run_as_nobody
from tests.workers import wait_until

DOCS = Path(__file__).parents[3] / "docs" / "redis-engine.md"
# By default redis-py asks again for seconds, also after a refused login.
ONCE = Retry(NoBackoff(), 0)
LIMITED = [OWNER, Role.WORKER, Role.WEB]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

FORBIDDEN = [
    ["EVAL", "return 1", "0"],
    ["FCALL", "f", "0"],
    ["FUNCTION", "LOAD", "#!lua name=f"],
    ["SCRIPT", "LOAD", "return 1"],
    ["CONFIG", "GET", "dir"],
    ["CONFIG", "SET", "dir", "/tmp"],
    ["DEBUG", "SLEEP", "0"],
    ["MODULE", "LIST"],
    ["MODULE", "LOAD", "/tmp/x.so"],
    ["FLUSHALL"],
    ["FLUSHDB"],
    ["ACL", "SETUSER", "other", "on"],
    ["ACL", "SAVE"],
    ["REPLICAOF", "127.0.0.1", "1"],
    ["MIGRATE", "127.0.0.1", "1", "key", "0", "1"],
    ["PSYNC", "?", "-1"],
    ["RESTORE", "semsearch:x", "0", "x"],
    ["SAVE"],
    ["MONITOR"],
    ["FT.CONFIG", "SET", "TIMEOUT", "1"],
]
WRITES = [
    ["SET", "semsearch:counts", "x"],
    ["HSET", "semsearch:doc:{1}", "path", "x"],
    ["DEL", "semsearch:counts"],
    ["XADD", "semsearch:runs", "*", "a", "b"],
    ["FT.CREATE", "semsearch:doc:v9", "SCHEMA", "t", "TEXT"],
    ["FT.DROPINDEX", "semsearch:doc"],
    ["FT.ALIASUPDATE", "semsearch:doc", "semsearch:text"],
    ["SCAN", "0"],
]
FOREIGN_KEYS = [
    ["GET", "other"],
    ["HGETALL", "other"],
    ["HMGET", "semsearc", "a"],
    ["SET", "other", "x"],
    ["HSET", "other", "a", "b"],
    ["FT.CREATE", "other", "SCHEMA", "t", "TEXT"],
    ["FT.SEARCH", "other", "*"],
]


@pytest.fixture
def own(home: Settings) -> Callable[[str], redis.Redis]:
    """A client of an embedded engine as one of its users."""
    return lambda user: engine.ensure_running(home, user).client()


def refused(client: redis.Redis, command: list[str]) -> bool:
    try:
        client.execute_command(*command)
    except foreign.NoPermissionError:
        return True
    except foreign.ResponseError as error:
        return "command not allowed" in str(error)  # DEBUG and MODULE are off for everybody
    return False


def client_of(settings: Settings, role: Role) -> redis.Redis:
    url = settings.redis_url
    return (Endpoint.of_url(url) if url else engine.ensure_running(settings, role)).client()


def use(worker: Settings, web: Settings, folder: Path) -> None:
    """Ingest as the worker, and then search and look as the web user."""
    fill(folder)
    ingest([folder], worker, Store.open(worker, Role.WORKER), FakeModels(), Silent(), Options())  # type: ignore[arg-type]
    store = Store.open(web, Role.WEB)
    searcher = Searcher(store, FakeModels())  # type: ignore[arg-type]
    assert searcher.search(Query("owls")).hits
    assert searcher.status().documents
    assert store.runs.last()
    store.prefix_limit()
    client = client_of(web, Role.WEB)
    assert [command for command in [*FORBIDDEN, *WRITES, *FOREIGN_KEYS] if not refused(client, command)] == []
    client = client_of(worker, Role.WORKER)
    assert [command for command in [*FORBIDDEN, *FOREIGN_KEYS] if not refused(client, command)] == []
    # A rebuild drops indexes and pieces.
    ingest([folder], worker, Store.open(worker), FakeModels(), Silent(), Options(rebuild=True))  # type: ignore[arg-type]


def use_queue(settings: Settings) -> None:
    """Send and take a batch as the user of the queue, and then look what else it may do."""
    taken: list[str] = []
    taking = Queue(settings, "batches", lambda run, _batch, _limit: taken.append(run))
    sending = Queue(settings, "batches")
    sending.send("token", {}, 1)
    taking.start()
    wait_until(lambda: taken == ["token"])
    taking.stop(10)
    sending.clear()
    for each in (taking, sending):
        each.close()
    client = client_of(settings.model_copy(update={"redis_url": settings.jobs_url}), Role.JOBS)
    scripts = [command for command in FORBIDDEN if command[0] == "SCRIPT"]
    tried = [command for command in [*FORBIDDEN, *WRITES, *FOREIGN_KEYS] if command not in scripts]
    assert [command for command in tried if not refused(client, command)] == []
    reading = client.script_load("return redis.call('hget', KEYS[1], 'path')")
    for key in ("semsearch:doc:{1}", "other"):
        with pytest.raises(foreign.ResponseError, match=r"(?i)permission|acl"):
            client.evalsha(reading, 1, key)


def test_the_user_of_the_queue_reaches_no_document_by_a_script_either(home: Settings) -> None:
    engine.ensure_running(home)
    use_queue(home)


@pytest.mark.parametrize("user", LIMITED)
def test_no_user_of_the_embedded_engine_may_run_code_change_the_server_or_empty_it(
    user: str, own: Callable[[str], redis.Redis]
) -> None:
    client = own(user)
    assert [command for command in FORBIDDEN if not refused(client, command)] == []


def test_worker_and_web_of_the_embedded_engine_can_do_their_work_and_nothing_else(
    home: Settings, tmp_path: Path
) -> None:
    use(home, home, tmp_path / "folder")


def test_the_owner_may_read_and_write_every_key_and_use_the_search(own: Callable[[str], redis.Redis]) -> None:
    client = own(OWNER)
    client.set("any", "value")
    assert client.keys("*") == [b"any"]
    client.execute_command("FT.CREATE", "i", "SCHEMA", "t", "TEXT")
    assert client.execute_command("FT.CONFIG", "GET", "TIMEOUT") == [[b"TIMEOUT", b"5000"]]
    assert refused(client, ["FT.DROP", "i"])
    assert refused(client, ["FT._DROPIFX", "i"])
    client.execute_command("FT.DROPINDEX", "i")


def test_the_port_answers_nobody_without_the_password(home: Settings) -> None:
    engine.ensure_running(home)
    logins = ({}, {"password": "wrong"}, {"username": "web", "password": ""}, {"username": "worker"})
    for login in logins:
        with (
            redis.Redis(port=home.redis_port, retry=ONCE, **login) as client,
            pytest.raises(foreign.AuthenticationError),
        ):
            client.hset("semsearch:doc:{1}", "path", "x")


def test_the_password_is_made_once_and_its_files_are_private(home: Settings, tmp_path: Path) -> None:
    engine.ensure_running(home)
    made = paths.password_file(home).read_text()
    assert len(made.strip()) >= 43  # 32 bytes in base64
    engine.stop(home)
    paths.password_file(home).chmod(0o644)
    engine.ensure_running(home)
    assert paths.password_file(home).read_text() == made
    for path in (paths.password_file(home), paths.users_file(home)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.strip() not in paths.users_file(home).read_text()
    other = at(tmp_path / "other")
    engine.ensure_running(other)
    engine.stop(other)
    assert paths.password_file(other).read_text() != made


def test_the_users_are_written_anew_at_every_start(home: Settings) -> None:
    engine.ensure_running(home)
    engine.stop(home)
    paths.users_file(home).write_text("user default on nopass ~* &* +@all\n")
    engine.ensure_running(home)
    with redis.Redis(port=home.redis_port, retry=ONCE) as client, pytest.raises(foreign.AuthenticationError):
        client.ping()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.unlink(), r"its password is gone from .*/redis/password.*redis\.pid"),
        (lambda file: file.write_text("other\n"), r"refuses the password in .*/redis/password.*redis\.pid"),
        (lambda file: file.write_bytes(b"\xff\n"), r"/redis/password, cannot be read"),
        (lambda file: file.write_bytes(b""), r"/redis/password, is empty: remove"),
    ],
)
def test_a_lost_password_of_a_running_engine_is_named(
    change: Callable[[Path], object], words: str, home: Settings
) -> None:
    engine.ensure_running(home)
    file = paths.password_file(home)
    kept = file.read_bytes()
    change(file)
    for action in (engine.ensure_running, engine.info, engine.stop):
        with pytest.raises(EngineError, match=words):
            action(home)
    file.write_bytes(kept)
    assert engine.info(home).running


def test_no_engine_starts_with_an_empty_password(home: Settings) -> None:
    (home.home / "redis").mkdir(parents=True)
    paths.password_file(home).write_text("\n")
    with pytest.raises(EngineError, match="is empty: remove the file"):
        engine.ensure_running(home)
    assert not paths.log_file(home).exists()


def test_up_ingests_as_the_worker_and_serves_as_the_web_user(
    home: Settings, own: Callable[[str], redis.Redis]
) -> None:
    port = free_port()
    environment = os.environ | {
        "SEMSEARCH_HOME": str(home.home),
        "SEMSEARCH_REDIS_PORT": str(home.redis_port),
        "SEMSEARCH_PORT": str(port),
    }
    command = [sys.executable, "-m", "semsearch", "up"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        assert up.stdout.readline().startswith("Search at")
        urlopen(f"http://127.0.0.1:{port}/", timeout=30).close()
        users = {found["user"] for found in own(OWNER).client_list()}
        up.terminate()
    assert users == set(LIMITED)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody can enter, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@needs_root
@pytest.mark.parametrize("name", ["home", "a-path-that-no-socket-can-have/" * 4])
def test_another_user_of_the_machine_reaches_neither_socket_nor_password_nor_data(
    name: str, public: Path
) -> None:
    settings = at(public / name)
    with engine.ensure_running(settings).client() as client:
        client.set("secret", "value")

    def by_port(*command: str) -> object:
        return redis.Redis(port=settings.redis_port, retry=ONCE).execute_command(*command)

    def by_file(path: Path) -> object:
        return path.read_bytes()

    info = engine.info(settings)
    try:
        for command in (["GET", "secret"], ["HSET", "h", "a", "b"], ["KEYS", "*"], ["CONFIG", "GET", "dir"]):
            found = run_as_nobody(lambda command=command: by_port(*command))
            assert isinstance(found, foreign.AuthenticationError), found
        found = run_as_nobody(lambda: engine.ensure_running(settings))
        assert isinstance(found, EngineError)
        assert "SEMSEARCH_HOME to a folder that you own" in str(found)
        (data,) = paths.data_files(settings).glob("*.incr.aof")
        for path in (paths.password_file(settings), paths.users_file(settings), data, info.log):
            assert isinstance(run_as_nobody(lambda path=path: by_file(path)), PermissionError)
        found = run_as_nobody(lambda: redis.Redis(unix_socket_path=str(info.socket), retry=ONCE).ping())
        assert isinstance(found, foreign.ConnectionError)
        assert "Permission denied" in str(found)
    finally:
        engine.stop(settings)
        if info.socket.parent != info.data:
            info.socket.parent.rmdir()


@needs_root
def test_a_folder_for_the_socket_that_another_user_made_first_is_refused(public: Path) -> None:
    settings = at(public / ("a-path-that-no-socket-can-have/" * 4))
    folder = paths.socket(settings).parent
    folder.mkdir(mode=0o777)
    try:
        os.chown(folder, 65534, 65534)
        with pytest.raises(EngineError, match=rf"{folder}, where the socket .* SEMSEARCH_HOME"):
            engine.ensure_running(settings)
        os.chown(folder, 0, 0)
        folder.chmod(0o755)
        with pytest.raises(EngineError, match="is not a folder that only you can enter"):
            engine.ensure_running(settings)
        folder.rmdir()
        folder.symlink_to(public)
        with pytest.raises(EngineError, match="is not a folder that only you can enter"):
            engine.ensure_running(settings)
    finally:
        folder.unlink() if folder.is_symlink() else folder.rmdir()


@contextmanager
def impostor(settings: Settings) -> Iterator[list[bytes]]:
    """Somebody else's data folder with a password and a socket. Yields what the socket is told."""
    data = paths.data_folder(settings)
    data.mkdir(parents=True)
    (data / "password").write_text("known\n")
    told: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(data / "socket"))
        listening.listen()
        listening.settimeout(0.2)
        data.chmod(0o777)
        os.chown(data, NOBODY, NOBODY)
        yield told
        with suppress(TimeoutError), listening.accept()[0] as connection:
            told.append(connection.recv(100))


@needs_root
def test_a_data_folder_that_another_user_made_first_is_refused_and_told_nothing(public: Path) -> None:
    settings = at(public / "home")
    actions = (engine.ensure_running, engine.info, engine.stop, password.read, paths.make_folders)
    with impostor(settings) as told:
        for action in actions:
            with pytest.raises(EngineError, match=rf"{settings.home}/redis belongs to .* as root: .*HOME"):
                action(settings)
    assert told == []
    assert stat.S_IMODE(paths.data_folder(settings).stat().st_mode) == 0o777


def test_a_link_in_place_of_the_data_folder_is_refused(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    home.home.mkdir()
    paths.data_folder(home).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EngineError, match=r"/redis, .* is a link or a file and no folder.*SEMSEARCH_HOME"):
        engine.ensure_running(home)
    paths.data_folder(home).unlink()


def test_a_data_folder_of_ours_that_others_can_enter_is_closed_at_the_next_start(home: Settings) -> None:
    paths.data_folder(home).mkdir(parents=True)
    paths.data_folder(home).chmod(0o755)
    engine.ensure_running(home)
    assert stat.S_IMODE(paths.data_folder(home).stat().st_mode) == 0o700


def test_the_documented_users_can_do_their_work_and_nothing_else(settings: Settings, tmp_path: Path) -> None:
    lines = re.findall(r"^ +(ACL SETUSER .*)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    with redis.Redis.from_url(settings.redis_url, protocol=2) as client:
        for line in lines:
            client.execute_command(*line.split())
        try:
            urls = [settings.redis_url.replace("//", f"//{role}:PASSWORD@") for role in Role]
            worker, web, _ = (settings.model_copy(update={"redis_url": url}) for url in urls)
            use(worker, web, tmp_path / "folder")
            use_queue(worker.model_copy(update={"jobs_url": urls[2]}))
        finally:
            client.acl_deluser(*Role)


@contextmanager
def compose(folder: Path, port: int) -> Iterator[None]:
    """The command of Redis in docker-compose.yml, run here. Only the server program is another one."""
    _, command = redis_of_compose()
    options = f"--bind 127.0.0.1 --port {port} --dir {folder} --loadmodule {binaries.find_module()}"
    entrypoint = folder / "docker-entrypoint.sh"
    # Valkey does not know the options of Redis 8's search. All of them come last.
    entrypoint.write_text(f'#!/bin/sh\nshift\nexec {binaries.find_servers()[0].path} "$@" {options}\n')
    entrypoint.chmod(0o755)
    mine = [word.replace("/tmp/users.acl", f"{folder}/users.acl") for word in command]
    mine = mine[: mine.index("--search-timeout")]
    passwords = {
        "SEMSEARCH_REDIS_WORKER_PASSWORD": "w$'\"w",
        "SEMSEARCH_REDIS_WEB_PASSWORD": "e e",
        "SEMSEARCH_REDIS_JOBS_PASSWORD": "j",
    }
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"} | passwords
    server = subprocess.Popen(mine, env=environment, stdout=subprocess.DEVNULL)
    waiting = process.Waiting()
    try:
        with redis.Redis(port=port, retry=ONCE) as client:
            while True:
                try:
                    client.ping()
                except foreign.AuthenticationError:
                    break  # it answers
                except foreign.ConnectionError:
                    assert server.poll() is None
                    assert waiting.goes_on()
        shown = Path(f"/proc/{server.pid}/cmdline").read_bytes()
        assert b"w$'" not in shown
        assert b"e e" not in shown
        yield
    finally:
        server.terminate()
        server.wait()


def test_the_users_of_compose_can_do_their_work_and_nothing_else(tmp_path: Path) -> None:
    port = free_port()
    with compose(tmp_path, port):
        urls = [f"redis://{login}@127.0.0.1:{port}/0" for login in ("worker:w$'%22w", "web:e%20e")]
        worker, web = (Settings(home=tmp_path / "home", redis_url=url) for url in urls)
        use(worker, web, tmp_path / "folder")
        use_queue(worker.model_copy(update={"jobs_url": f"redis://jobs:j@127.0.0.1:{port}/1"}))
        for login in ("", "default:x@", "web:wrong@", "other:e%20e@"):
            with pytest.raises(RedisError):
                Store.open(worker.model_copy(update={"redis_url": f"redis://{login}127.0.0.1:{port}/0"}))
