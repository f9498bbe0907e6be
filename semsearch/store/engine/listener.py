"""Who listens on a port of this machine: nobody, the engine of a data folder, or a stranger."""

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

# Longer than any query may run: a busy engine is not taken for a mute stranger.
ANSWER_SECONDS = 10.0

State = Literal["nobody", "mute", "stranger", "loading", "ready"]


@dataclass(frozen=True, slots=True)
class Listener:
    """What was found on a port. `loaded` counts the bytes read so far while `loading`."""

    state: State
    who: str = ""
    loaded: int = 0

    @property
    def ours(self) -> bool:
        return self.state in ("loading", "ready")


def identify(port: int, data: Path) -> Listener:
    """Find out who listens on `port`; the engine is told from others by its data folder."""
    # A server that is dying hangs up shortly before it lets go of the port; what hangs up again and
    # again is something else.
    for nap in (0.01, 0.05, 0.1, 0.2):
        if not _listens(port):
            return Listener("nobody")
        if found := _ask(port, data):
            return found
        time.sleep(nap)
    return Listener("stranger", "a program that hangs up on us")


def _ask(port: int, data: Path) -> Listener | None:
    """What the server on `port` says of itself; None: it hung up."""
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
            return Listener("mute")
        except foreign.AuthenticationError:
            return Listener("stranger", "a Redis that asks for a password")
        except foreign.ConnectionError:
            return None
        except foreign.ResponseError as error:
            return Listener("stranger", f"a Redis that refuses us ({error})")
        except foreign.RedisError as error:
            return Listener("stranger", f"a program that does not speak Redis's protocol ({error})")
        return Listener("ready")


def _loading(engine: redis.Redis) -> Listener | None:
    from redis import exceptions as foreign

    try:
        return Listener("loading", loaded=int(engine.info("persistence").get("loading_loaded_bytes", 0)))
    except foreign.TimeoutError:
        return Listener("loading")
    except foreign.ConnectionError:
        return None


@contextmanager
def client(port: int) -> Iterator[redis.Redis]:
    """A connection that tries once, for questions about the server itself."""
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
    """Name and version out of INFO; Valkey also gives the version of Redis it stands for."""
    if "valkey_version" in server:
        return f"Valkey {server['valkey_version']}"
    return f"Redis {server.get('redis_version', 'of unknown version')}"


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), ANSWER_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # reset, or a full queue: somebody holds the port
    return True


def _same_folder(folder: str, data: Path) -> bool:
    try:
        return os.path.samefile(folder, data)  # noqa: PTH121  (an empty path must not become ".")
    except OSError:
        return False


def _introduce(server: dict[str, Any], folder: str) -> str:
    place = f"data in {folder}" if folder else "its data folder deleted"
    return f"{version(server)} (process {server.get('process_id', 'unknown')}, {place})"
