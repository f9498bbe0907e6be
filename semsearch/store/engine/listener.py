"""Find out who listens on a port of this machine: nobody, the engine of a data folder, or a stranger."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import redis

HOST = "127.0.0.1"

# Longer than any query may run, so that a busy engine is not taken for a program that does not answer.
ANSWER_SECONDS = 10.0

# "silent": the listener did not answer in time. "stranger": it is not the engine of the data folder.
State = Literal["nobody", "silent", "stranger", "loading", "ready"]


@dataclass(frozen=True, slots=True)
class Listener:
    """The listener on a port. `who` describes a stranger. `loaded` is the number of bytes loaded so far."""

    state: State
    who: str = ""
    loaded: int = 0

    @property
    def ours(self) -> bool:
        return self.state in ("loading", "ready")


def identify(port: int, data: Path) -> Listener:
    """Find out who listens on `port`. The engine is recognised by its data folder `data`."""
    # A server that shuts down closes connections shortly before it releases the port. A program that closes
    # them again and again is a stranger.
    for nap in (0.01, 0.05, 0.1, 0.2):
        if not _listens(port):
            return Listener("nobody")
        if found := _ask(port, data):
            return found
        time.sleep(nap)
    return Listener("stranger", "a program that closes every connection")


def _ask(port: int, data: Path) -> Listener | None:
    """The listener on `port` by its own answers; None if it closed the connection."""
    from redis import exceptions as foreign

    with client(port) as engine:
        try:
            folder = str(engine.config_get("dir").get("dir", ""))
            if not _same_folder(folder, data):
                return Listener("stranger", _introduce(engine.info("server"), folder))
            engine.ping()
            engine.execute_command("FT._LIST")
        except foreign.BusyLoadingError:
            return _loading(engine)
        except foreign.TimeoutError:
            return Listener("silent")
        except foreign.AuthenticationError:
            return Listener("stranger", "a Redis that asks for a password")
        except foreign.ConnectionError:
            return None
        except foreign.ResponseError as error:
            return Listener("stranger", f"a Redis that refuses commands ({error})")
        except foreign.RedisError as error:
            return Listener("stranger", f"a program that does not speak Redis's protocol ({error})")
        return Listener("ready")


def _loading(engine: redis.Redis) -> Listener | None:
    """The progress of an engine that loads its data; None if it closed the connection."""
    from redis import exceptions as foreign

    try:
        return Listener("loading", loaded=int(engine.info("persistence").get("loading_loaded_bytes", 0)))
    except foreign.TimeoutError:
        return Listener("loading")
    except foreign.ConnectionError:
        return None


@contextmanager
def client(port: int) -> Iterator[redis.Redis]:
    """A connection without retries, for commands about the server itself."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    connection = redis.Redis(
        HOST,
        port,
        protocol=2,
        driver_info=None,
        decode_responses=True,
        encoding_errors="surrogateescape",
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        yield connection
    finally:
        connection.close()


def version(server: dict[str, Any]) -> str:
    """The name and version from INFO. Valkey also reports the version of Redis that it is compatible with."""
    if "valkey_version" in server:
        return f"Valkey {server['valkey_version']}"
    return f"Redis {server.get('redis_version', 'of unknown version')}"


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), ANSWER_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # a reset connection or a full queue: a program holds the port
    return True


def _same_folder(folder: str, data: Path) -> bool:
    try:
        return os.path.samefile(folder, data)  # noqa: PTH121  (an empty path must not become ".")
    except OSError:
        return False


def _introduce(server: dict[str, Any], folder: str) -> str:
    place = f"data in {folder}" if folder else "its data folder deleted"
    return f"{version(server)} (process {server.get('process_id', 'unknown')}, {place})"
