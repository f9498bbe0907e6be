"""The embedded engine: a Redis-compatible server with the search module, owned by one home folder.

It starts on demand, listens on 127.0.0.1 only, and keeps an append-only file in SEMSEARCH_HOME/redis. All
processes with that home share it. It outlives the process that started it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from filelock import FileLock, Timeout

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.engine import binaries, launch, listener, process


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The state of the engine of a home. `server`, `version` and `module` are empty unless it is running."""

    running: bool
    url: str
    pid: int | None
    server: str
    version: str
    module: str
    data: Path
    log: Path
    memory_mb: float | None
    limit_mb: float | None


def ensure_running(settings: Settings) -> str:
    """Start this home's engine if it is not running, wait until it is ready, and return its URL.

    Several processes may call this at the same time. Raises EngineError.
    """
    data, port = launch.data_folder(settings), settings.redis_port
    waiting = process.Waiting()
    while (found := listener.identify(port, data)).state != "ready":
        if found.state == "nobody":
            with _lock(settings) as held:
                # Another process may have started it before this one got the lock.
                if held and listener.identify(port, data).state == "nobody":
                    launch.start_server(settings)
                    continue
        elif not found.ours:
            raise launch.held_by(found, port)
        if not waiting.goes_on(found.loaded):
            raise launch.not_ready(settings)
    return _url(settings)


def start(settings: Settings) -> EngineInfo:
    """Start the engine if it is not running. Raises EngineError, also if SEMSEARCH_REDIS_URL is set."""
    if settings.redis_url:
        raise EngineError(
            "SEMSEARCH_REDIS_URL is set, so semsearch uses that Redis and not the embedded engine: unset it "
            "to use the embedded engine"
        )
    ensure_running(settings)
    return info(settings)


def stop(settings: Settings) -> bool:
    """Stop the engine, which saves its data, and wait until its process has ended.

    Returns False if it was not running. Raises EngineError.
    """
    from redis import exceptions as foreign

    if not _runs(settings):
        return False
    try:
        with listener.client(settings.redis_port) as engine:
            pid = int(engine.info("server")["process_id"])
            engine.shutdown()
    except foreign.RedisError as error:
        raise EngineError(
            f"the embedded engine did not stop: {error}; its log: {launch.log_file(settings)}"
        ) from error
    waiting = process.Waiting()
    while process.alive(pid):
        if not waiting.goes_on():
            raise EngineError(
                f"the embedded engine (process {pid}) does not stop; its log: {launch.log_file(settings)}"
            )
    return True


def info(settings: Settings) -> EngineInfo:
    """The state of the engine, without starting it.

    Raises EngineError when another program holds its port.
    """
    from redis import exceptions as foreign

    data, log = launch.data_folder(settings), launch.log_file(settings)
    if not _runs(settings):
        return EngineInfo(False, _url(settings), None, "", "", "", data, log, None, None)
    try:
        with listener.client(settings.redis_port) as engine:
            facts = engine.info()
    except foreign.RedisError as error:
        raise EngineError(f"the embedded engine does not answer INFO: {error}; its log: {log}") from error
    modules = {module["name"]: int(module["ver"]) for module in facts.get("modules", [])}
    return EngineInfo(
        running=True,
        url=_url(settings),
        pid=int(facts["process_id"]),
        server=str(facts["executable"]),
        version=listener.version(facts),
        module=_module_version(modules.get("search")),
        data=data,
        log=log,
        memory_mb=facts["used_memory"] / 2**20,
        # 0 means no limit: an engine that an older semsearch started.
        limit_mb=facts["maxmemory"] / 2**20 or None,
    )


def cli_command(url: str, arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The argv of a redis-cli for `url`, and the environment variables to add to its environment.

    The environment carries the password, because everybody on the machine can read a command line. Raises
    EngineError, which says what to install, when no redis-cli runs here.
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = ["--user", unquote(parts.username)] if parts.username else []
    secret = {"REDISCLI_AUTH": unquote(parts.password)} if parts.password else {}
    bare = urlunsplit(parts._replace(netloc=host))
    return [str(binaries.find_cli()), "-u", bare, *user, "--no-auth-warning", *arguments], secret


def _runs(settings: Settings) -> bool:
    """Whether the engine is running. Raises EngineError when another program holds its port."""
    found = listener.identify(settings.redis_port, launch.data_folder(settings))
    if found.state != "nobody" and not found.ours:
        raise launch.held_by(found, settings.redis_port)
    return found.ours


@contextmanager
def _lock(settings: Settings) -> Iterator[bool]:
    """Take the lock of the process that starts the engine. Yields False if another process holds it."""
    lock = FileLock(settings.home / "engine.lock", blocking=False)
    try:
        data = launch.data_folder(settings)
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise launch.unwritable(error) from error
    try:
        yield True
    finally:
        lock.release()


def _module_version(number: int | None) -> str:
    """RediSearch reports version 2.10.5 as 21005."""
    return "" if number is None else f"RediSearch {number // 10000}.{number // 100 % 100}.{number % 100}"


def _url(settings: Settings) -> str:
    return f"redis://{listener.HOST}:{settings.redis_port}/0"
