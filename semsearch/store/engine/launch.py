"""Starting the embedded engine: its files, its options, and what to say when it dies."""

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
    # A prefix matches at most this many values (200 by default) and must have that many characters
    # (2 by default); what goes beyond is left out without a word. A path filter needs them all.
    *("MAXPREFIXEXPANSIONS", "1000000"),
    *("MINPREFIX", "1"),
)

# What a server logs that cannot load the module, or cannot read a snapshot written by another one: Redis
# and Valkey do not read each other's newer formats.
_NO_MODULE = re.compile(r"Can't load module")
_FOREIGN_DATA = re.compile(r"Can't handle RDB format version|Bad file format [^\n]*\.base\.rdb")
_DAMAGED_DATA = re.compile(r"Bad file format reading the append only file ([^\s:]+\.incr\.aof)")


def data_folder(settings: Settings) -> Path:
    return settings.home / "redis"


def log_file(settings: Settings) -> Path:
    return data_folder(settings) / "redis.log"


def start_server(settings: Settings) -> None:
    """Start the first server that loads the module and the data; returns when it is ready.

    The caller holds the home's lock, and the data folder exists. Raises EngineError.
    """
    _refuse_second_engine(settings)
    module = binaries.find_module()
    failure = None
    for server in binaries.find_servers():
        try:
            _port_file(settings).write_text(f"{settings.redis_port}\n", encoding="ascii")
            said = _run(settings, server, module)
        except OSError as error:
            raise unwritable(error) from error
        if said is None:
            return
        failure = _died(settings, server, said)
        if not (_NO_MODULE.search(said) or _FOREIGN_DATA.search(said)):
            break  # the next server would fare no better
    if failure is not None:
        raise failure


def held_by(found: Listener, port: int) -> EngineError:
    who = found.who or f"a program that did not answer in {listener.ANSWER_SECONDS:g} s"
    return EngineError(
        f"port {port}, which the embedded engine needs, is held by {who}. Set SEMSEARCH_REDIS_PORT to a free "
        "port, or SEMSEARCH_REDIS_URL to use a Redis that runs already"
    )


def not_ready(settings: Settings) -> EngineError:
    return EngineError(
        f"the embedded engine on port {settings.redis_port} was not ready after "
        f"{process.PATIENCE_SECONDS:.0f} s without progress; its log: {log_file(settings)}"
    )


def unwritable(error: OSError) -> EngineError:
    return EngineError(
        f"the embedded engine cannot write to {error.filename}: {error.strerror}. Set SEMSEARCH_HOME to a "
        "folder that is yours and has room"
    )


def _run(settings: Settings, server: Server, module: Path) -> str | None:
    """Start `server` and wait until it is ready: None, or what it wrote to its log before it died."""
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
        # The index definitions live in this preamble only: a rewrite without it would lose them.
        "aof-use-rdb-preamble": "yes",
        # A full engine refuses writes, and keeps and finds what it has.
        "maxmemory": str(memory.limit(settings)),
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def _refuse_second_engine(settings: Settings) -> None:
    """Two servers on one data folder would destroy it; the port file says where the last one listened."""
    try:
        port = int(_port_file(settings).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return  # never started here, or the file is damaged
    if port != settings.redis_port and listener.identify(port, data_folder(settings)).ours:
        raise EngineError(
            f"the engine of {settings.home} already runs on port {port}, not {settings.redis_port}: set "
            f"SEMSEARCH_REDIS_PORT={port}, or stop it with: SEMSEARCH_REDIS_PORT={port} semsearch redis stop"
        )


def _died(settings: Settings, server: Server, said: str) -> EngineError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    # Servers mark what matters with "#"; without such a line the last ones have to do.
    telling = [line for line in lines if " # " in line and "WARNING" not in line] or lines
    quoted = "\n".join(f"  {line}" for line in telling[-5:]) or "  (nothing)"
    message = (
        f"the embedded engine ({server}) died while starting. It said:\n{quoted}\n"
        f"Its log: {log_file(settings)}"
    )
    data = data_folder(settings)
    if damaged := _DAMAGED_DATA.search(said):
        file = data / "appendonlydir" / damaged[1]
        check = shlex.join(["exec", "-a", "redis-check-aof", str(server.path), "--fix", str(file)])
        message += (
            f"\nIts data are damaged. Keep a copy of {data}; then either cut off what follows the damage, in "
            f"bash, with\n  ({check})\nor move the folder away and ingest again"
        )
    elif _FOREIGN_DATA.search(said):
        message += (
            f"\n{server} cannot read the data in {data}: a server that no longer runs here wrote them, or "
            "they are damaged. Install that server again, or move the folder away and ingest again"
        )
    return EngineError(message)


def _port_file(settings: Settings) -> Path:
    return data_folder(settings) / "port"
