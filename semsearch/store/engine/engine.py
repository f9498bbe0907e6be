"""The embedded engine: a Redis-compatible server with the search module, owned by one home folder.

It starts on demand and keeps an append-only file in SEMSEARCH_HOME/redis. All processes with that home share
it, over a Unix socket in that folder, which only its owner can enter. It also listens on a port of 127.0.0.1,
with a password, for redis-cli. It outlives the process that started it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.access import OWNER
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import launch, listener, lock, paths, previous, process

# An engine that stops answers when its data are on the disk.
_SAVE_SECONDS = 30.0

_OPEN = (
    "an earlier semsearch started this engine, which asks for no password: `semsearch redis start`, or the "
    "next command that needs it, starts one that does"
)


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The state of the engine of a home. What follows `log` has a value only if the engine is running.

    `url` is its address for redis-cli. A `warning` says that it asks for no password.
    """

    running: bool
    socket: Path
    url: str
    data: Path
    log: Path
    pid: int | None = None
    server: str = ""
    version: str = ""
    module: str = ""
    memory_mb: float | None = None
    limit_mb: float | None = None
    warning: str = ""


def ensure_running(settings: Settings, user: str = OWNER) -> Endpoint:
    """Start this home's engine if it is not running, and wait until it is ready.

    An engine that another version of semsearch started, with other users or rights, is started again. Returns
    its socket, with the login of `user`. Several processes may call this at once. Raises EngineError,
    within some seconds when the engine does not answer at all.
    """
    _stop_outdated(settings)
    waiting = process.Waiting()
    while (found := listener.identify(settings)).state != "ready":
        if found.state == "silent":
            raise listener.silent(settings)
        if found.state == "nobody" and _start_alone(settings):
            continue
        if not waiting.goes_on(found.loaded):
            raise launch.not_ready(settings)
    return listener.endpoint(settings, user)


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
    with _running(settings) as engine:
        if engine is not None:
            _shut_down(settings, engine)
        return engine is not None


def info(settings: Settings) -> EngineInfo:
    """The state of the engine, without starting it. Raises EngineError."""
    log = paths.log_file(settings)
    stopped = EngineInfo(
        running=False,
        socket=paths.socket(settings),
        url=launch.url(settings.redis_port),
        data=paths.data_folder(settings),
        log=log,
    )
    with _running(settings) as engine:
        if engine is None:
            return stopped
        try:
            facts: Any = engine.info()
        except foreign.RedisError as error:
            listener.identify(settings)  # which says so if it takes no more connections
            raise EngineError(f"the embedded engine does not answer INFO: {error}; its log: {log}") from error
        has_socket = "path" in engine.get_connection_kwargs()
    modules = {module["name"]: int(module["ver"]) for module in facts.get("modules", [])}
    return replace(
        stopped,
        running=True,
        url=launch.url(facts["tcp_port"]),  # the port may have been another one when it started
        pid=int(facts["process_id"]),
        server=str(facts["executable"]),
        version=listener.version(facts),
        module=_module_version(modules.get("search")),
        memory_mb=facts["used_memory"] / 2**20,
        # 0 means no limit: an engine that an older semsearch started.
        limit_mb=facts["maxmemory"] / 2**20 or None,
        warning="" if has_socket else _OPEN,
    )


def _stop_outdated(settings: Settings) -> None:
    if launch.has_other_users(settings):
        with _running(settings) as engine:
            if engine is not None:
                _shut_down(settings, engine)


def _start_alone(settings: Settings) -> bool:
    """Start the engine. Returns False when another process is starting it, or holds its data."""
    try:
        with lock.held(settings) as file:
            # Another process may have started it before this one got the lock.
            if file is None or listener.identify(settings).state != "nobody":
                return False
            with previous.client(settings) as engine:
                if engine is not None:
                    _shut_down(settings, engine)
            launch.start_server(settings, file)
            return True
    except OSError as error:
        raise launch.unwritable(error) from error


@contextmanager
def _running(settings: Settings) -> Iterator[redis.Redis | None]:
    """A client of the engine, as its owner; None if it is not running. Raises EngineError."""
    state = listener.identify(settings).state
    if state == "silent":
        raise listener.silent(settings)
    if state == "nobody":
        with previous.client(settings) as engine:
            yield engine
        return
    with listener.endpoint(settings).client_of_the_server(_SAVE_SECONDS) as engine:
        yield engine


def _shut_down(settings: Settings, engine: redis.Redis) -> None:
    """Have the engine save its data and end, and wait for that. Raises EngineError."""
    log = paths.log_file(settings)
    try:
        facts: Any = engine.info("server")
        engine.shutdown()
    except foreign.RedisError as error:
        raise EngineError(f"the embedded engine did not stop: {error}; its log: {log}") from error
    pid = int(facts["process_id"])
    waiting = process.Waiting()
    while process.alive(pid):
        if not waiting.goes_on():
            raise EngineError(f"the embedded engine (process {pid}) does not stop; its log: {log}")


def _module_version(number: int | None) -> str:
    """RediSearch reports version 2.10.5 as 21005."""
    return "" if number is None else f"RediSearch {number // 10000}.{number // 100 % 100}.{number % 100}"
