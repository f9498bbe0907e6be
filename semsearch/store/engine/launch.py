"""Start the embedded engine: its files, its options, and the messages when it fails to start."""

from __future__ import annotations

import re
from pathlib import Path

from semsearch.errors import DamagedDataError, EngineError
from semsearch.files import write_whole
from semsearch.settings import Settings
from semsearch.store import access
from semsearch.store.engine import binaries, listener, memory, password, paths, process
from semsearch.store.engine.binaries import Server

HOST = "127.0.0.1"

_CURE = "Run `semsearch redis repair`: it keeps a copy, mends what it can, and starts the engine"

MODULE_ARGUMENTS = (
    *("TIMEOUT", "5000"),
    *("ON_TIMEOUT", "FAIL"),
    *("DEFAULT_DIALECT", "2"),
    # A prefix expands to at most this many values. The default, 200, would silently leave out paths that pass
    # a path filter.
    *("MAXPREFIXEXPANSIONS", "1000000"),
    # The least characters of a prefix. By default there must be 2.
    *("MINPREFIX", "1"),
    # A hash that is written again counts twice in the document frequencies of its terms until the garbage
    # collector has run, and the scores of BM25 are wrong for as long. By default it runs every 30 seconds, if
    # there are 100 such hashes.
    *("FORK_GC_RUN_INTERVAL", "10"),
    *("FORK_GC_CLEAN_THRESHOLD", "1"),
)

# A hash with at most this number of fields, none of which is longer, is stored in one block of memory. By
# default a field of more than 64 bytes makes a table of it, which takes some 50 bytes more for each field.
HASH_OPTIONS = {"hash-max-listpack-entries": "64", "hash-max-listpack-value": "8192"}

# A start indexes a hash in the base of the append-only file once. It indexes what was written after
# that twice, and then the average length of a document in BM25 is too long until the next start.
# So the file is written anew when it has grown by half. By default it must have doubled, and have 64 MB.
REWRITE_OPTIONS = {"auto-aof-rewrite-percentage": "50", "auto-aof-rewrite-min-size": "1mb"}

# The log of a server that cannot load the module, or cannot read data that another server wrote: Redis and
# Valkey do not read each other's newer formats.
_NO_MODULE = re.compile(r"Can't load module")
_FOREIGN_DATA = re.compile(r"Can't handle RDB format version|Bad file format [^\n]*\.base\.rdb")
# The words of servers for their data. They end for many reasons while they read damaged data.
_DATA = re.compile(r" # [^\n]*(append[ -]?only|append log|AOF|RDB|manifest)")
_PORT_TAKEN = re.compile(r"Failed listening on port|Could not create server TCP listening socket")


def url(port: int) -> str:
    """The address of an engine for redis-cli."""
    return f"redis://{HOST}:{port}/0"


def start_server(settings: Settings, held: int) -> None:
    """Start the first server that can load the module and the data, and wait until it is ready.

    `held` is the lock of the home, which the server inherits. Raises EngineError; DamagedDataError when no
    server can read the data.
    """
    _require_manifest(settings)
    module = binaries.find_module()
    failure = None
    for server in binaries.find_servers():
        try:
            prepare_home(settings)
            log = _run(settings, command(settings, server, module), held)
        except OSError as error:
            raise unwritable(error) from error
        if log is None:
            return
        failure = _startup_error(settings, server, log)
        if not (_NO_MODULE.search(log) or _FOREIGN_DATA.search(log)):
            break  # the next server would fail for the same reason
    if failure is not None:
        raise failure


def prepare_home(settings: Settings) -> None:
    """Make the folders, the password and the ACL file of the engine. Raises OSError and EngineError."""
    paths.make_folders(settings)
    users = access.users_file(password.ensure(settings))
    write_whole(paths.users_file(settings), users.encode())
    paths.previous_port_file(settings).unlink(missing_ok=True)


def has_other_users(settings: Settings) -> bool:
    """Whether the ACL file of the latest start names other users or rights than those of this version.

    False without a password: there is nothing to compare, and only a start makes one. Raises EngineError when
    the password cannot be read.
    """
    try:
        kept = paths.users_file(settings).read_text(encoding="utf-8")
    except OSError:
        return False
    return paths.password_file(settings).exists() and kept != access.users_file(password.read(settings))


def command(settings: Settings, server: Server, module: Path) -> list[str]:
    """The command line of the engine."""
    options = {
        "bind": HOST,
        "port": str(settings.redis_port),
        "protected-mode": "yes",
        "unixsocket": str(paths.socket(settings)),
        "unixsocketperm": "700",
        "aclfile": str(paths.users_file(settings)),
        # These are the defaults: no user, with whatever rights, can turn to these commands.
        "enable-debug-command": "no",
        "enable-module-command": "no",
        "enable-protected-configs": "no",
        "daemonize": "no",
        "pidfile": str(paths.process_file(settings)),
        "dir": str(paths.data_folder(settings)),
        "logfile": str(paths.log_file(settings)),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        # Only this preamble holds the definitions of the indexes: a rewrite without it would lose them.
        "aof-use-rdb-preamble": "yes",
        # A full engine refuses writes. It keeps its data and answers queries.
        "maxmemory": str(memory.limit(settings)),
        "maxmemory-policy": "noeviction",
        **HASH_OPTIONS,
        **REWRITE_OPTIONS,
    }
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(server.path), *given, "--loadmodule", str(module), *MODULE_ARGUMENTS]


def not_ready(settings: Settings) -> EngineError:
    return EngineError(
        f"the embedded engine of {settings.home} is not ready and has made no progress for "
        f"{process.PATIENCE_SECONDS:.0f} s; its log: {paths.log_file(settings)}. If its socket was deleted, "
        f"{paths.socket(settings)}, end the process whose number is in {paths.process_file(settings)}"
    )


def unwritable(error: OSError) -> EngineError:
    return EngineError(
        f"the embedded engine cannot write to {error.filename}: {error.strerror}. Set SEMSEARCH_HOME to a "
        "folder that you own, on a disk with free space"
    )


def _run(settings: Settings, arguments: list[str], held: int) -> str | None:
    """Start a server and wait until it is ready. Returns None, or its log if it ended before that."""
    log = paths.log_file(settings)
    before = log.stat().st_size if log.exists() else 0
    pid = process.spawn(arguments, log, held)
    waiting = process.Waiting()
    while (found := listener.identify(settings)).state != "ready":
        if not process.alive(pid):
            with log.open("rb") as file:
                file.seek(before)
                return file.read().decode("utf-8", errors="replace")
        if not waiting.goes_on(found.loaded):
            raise not_ready(settings)
    return None


def _startup_error(settings: Settings, server: Server, log: str) -> EngineError:
    """The error when a server ended while starting, with advice about its data if they are the reason."""
    if _PORT_TAKEN.search(log):
        return EngineError(
            f"port {settings.redis_port}, which the embedded engine needs for redis-cli, is held by another "
            "program. Set SEMSEARCH_REDIS_PORT to a free port, or SEMSEARCH_REDIS_URL to use a Redis that is "
            "already running"
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    # Servers mark important lines with "#". If there is no such line, the last lines are quoted.
    important = [line for line in lines if " # " in line and "WARNING" not in line] or lines
    quoted = "\n".join(f"  {line}" for line in important[-5:]) or "  (nothing)"
    message = (
        f"the embedded engine ({server}) ended while starting. Its log says:\n{quoted}\n"
        f"The whole log: {paths.log_file(settings)}"
    )
    if _FOREIGN_DATA.search(log):
        return DamagedDataError(
            f"{message}\n{server} cannot read the data in {paths.data_folder(settings)}: a server that no "
            "longer runs here wrote them, or they are damaged. Install that server again, or run `semsearch "
            "redis repair`, which keeps a copy and starts the engine empty; then ingest again"
        )
    if _DATA.search(log):
        return DamagedDataError(f"{message}\nIts data are damaged. {_CURE}")
    return EngineError(message)


def _require_manifest(settings: Settings) -> None:
    """Raise DamagedDataError if the data have lost their manifest: a server would start empty over them."""
    folder = paths.data_files(settings)
    found = {path.suffix for path in folder.glob("appendonly.aof.*")}
    if found and ".manifest" not in found:
        raise DamagedDataError(
            f"the data of the embedded engine are damaged: the manifest is missing from {folder}. {_CURE}"
        )
