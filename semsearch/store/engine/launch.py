"""Start the embedded engine: its files, its options, and the messages when it fails to start."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.engine import binaries, listener, memory, process
from semsearch.store.engine.binaries import Server
from semsearch.store.engine.listener import HOST, Listener

MODULE_ARGUMENTS = (
    *("TIMEOUT", "5000"),
    *("ON_TIMEOUT", "FAIL"),
    *("DEFAULT_DIALECT", "2"),
    # A prefix expands to at most this many values. The default, 200, would silently leave out paths that pass
    # a path filter.
    *("MAXPREFIXEXPANSIONS", "1000000"),
    # The least characters of a prefix. By default there must be 2.
    *("MINPREFIX", "1"),
)

# The log of a server that cannot load the module, or cannot read data that another server wrote: Redis and
# Valkey do not read each other's newer formats.
_NO_MODULE = re.compile(r"Can't load module")
_FOREIGN_DATA = re.compile(r"Can't handle RDB format version|Bad file format [^\n]*\.base\.rdb")
_DAMAGED_DATA = re.compile(r"Bad file format reading the append only file ([^\s:]+\.incr\.aof)")


def data_folder(settings: Settings) -> Path:
    return settings.home / "redis"


def log_file(settings: Settings) -> Path:
    return data_folder(settings) / "redis.log"


def start_server(settings: Settings) -> None:
    """Start the first server that can load the module and the data, and wait until it is ready.

    The caller must hold the lock of the home, and the data folder must exist. Raises EngineError.
    """
    _refuse_second_engine(settings)
    module = binaries.find_module()
    failure = None
    for server in binaries.find_servers():
        try:
            _port_file(settings).write_text(f"{settings.redis_port}\n", encoding="ascii")
            log = _run(settings, server, module)
        except OSError as error:
            raise unwritable(error) from error
        if log is None:
            return
        failure = _startup_error(settings, server, log)
        if not (_NO_MODULE.search(log) or _FOREIGN_DATA.search(log)):
            break  # the next server would fail for the same reason
    if failure is not None:
        raise failure


def held_by(found: Listener, port: int) -> EngineError:
    """The error when another program holds the port of the engine."""
    who = found.who or f"a program that did not answer in {listener.ANSWER_SECONDS:g} s"
    return EngineError(
        f"port {port}, which the embedded engine needs, is held by {who}. Set SEMSEARCH_REDIS_PORT to a free "
        "port, or SEMSEARCH_REDIS_URL to use a Redis that is already running"
    )


def not_ready(settings: Settings) -> EngineError:
    return EngineError(
        f"the embedded engine on port {settings.redis_port} is not ready and has made no progress for "
        f"{process.PATIENCE_SECONDS:.0f} s; its log: {log_file(settings)}"
    )


def unwritable(error: OSError) -> EngineError:
    return EngineError(
        f"the embedded engine cannot write to {error.filename}: {error.strerror}. Set SEMSEARCH_HOME to a "
        "folder that you own, on a disk with free space"
    )


def _run(settings: Settings, server: Server, module: Path) -> str | None:
    """Start `server` and wait until it is ready. Returns None, or its log if it ended before that."""
    log = log_file(settings)
    before = log.stat().st_size if log.exists() else 0
    command = [str(server.path), *_options(settings), "--loadmodule", str(module), *MODULE_ARGUMENTS]
    pid = process.spawn(command, log)
    waiting = process.Waiting()
    while (found := listener.identify(settings.redis_port, data_folder(settings))).state != "ready":
        if found.state == "stranger":
            raise held_by(found, settings.redis_port)
        if not process.alive(pid):
            with log.open("rb") as file:
                file.seek(before)
                return file.read().decode("utf-8", errors="replace")
        if not waiting.goes_on(found.loaded):
            raise not_ready(settings)
    return None


def _options(settings: Settings) -> list[str]:
    options = {
        "bind": HOST,
        "port": str(settings.redis_port),
        "protected-mode": "yes",
        "daemonize": "no",
        "dir": str(data_folder(settings)),
        "logfile": str(log_file(settings)),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        # Only this preamble holds the definitions of the indexes: a rewrite without it would lose them.
        "aof-use-rdb-preamble": "yes",
        # A full engine refuses writes. It keeps its data and answers queries.
        "maxmemory": str(memory.limit(settings)),
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def _refuse_second_engine(settings: Settings) -> None:
    """Raise EngineError if the engine of this home runs on another port.

    Two servers would destroy the data. The port file has the port of the last start.
    """
    try:
        port = int(_port_file(settings).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return  # the engine was never started here, or the file is damaged
    if port != settings.redis_port and listener.identify(port, data_folder(settings)).ours:
        raise EngineError(
            f"the engine of {settings.home} already runs on port {port}, not {settings.redis_port}: set "
            f"SEMSEARCH_REDIS_PORT={port}, or stop it with: SEMSEARCH_REDIS_PORT={port} semsearch redis stop"
        )


def _startup_error(settings: Settings, server: Server, log: str) -> EngineError:
    """The error when a server ended while starting, with advice about its data if they are the reason."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    # Servers mark important lines with "#". If there is no such line, the last lines are quoted.
    important = [line for line in lines if " # " in line and "WARNING" not in line] or lines
    quoted = "\n".join(f"  {line}" for line in important[-5:]) or "  (nothing)"
    message = (
        f"the embedded engine ({server}) ended while starting. Its log says:\n{quoted}\n"
        f"The whole log: {log_file(settings)}"
    )
    data = data_folder(settings)
    if damaged := _DAMAGED_DATA.search(log):
        file = data / "appendonlydir" / damaged[1]
        check = shlex.join(["exec", "-a", "redis-check-aof", str(server.path), "--fix", str(file)])
        message += (
            f"\nIts data are damaged. Keep a copy of {data}. Then either cut off everything after the damage "
            f"in bash, with\n  ({check})\nor move the folder away and ingest again"
        )
    elif _FOREIGN_DATA.search(log):
        message += (
            f"\n{server} cannot read the data in {data}: a server that no longer runs here wrote them, or "
            "they are damaged. Install that server again, or move the folder away and ingest again"
        )
    return EngineError(message)


def _port_file(settings: Settings) -> Path:
    return data_folder(settings) / "port"
