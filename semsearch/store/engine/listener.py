"""Find out whether the engine of a home answers on its socket."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Any, Literal

from redis import exceptions as foreign

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.access import OWNER
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import password, paths
from semsearch.store.failures import is_reply, sentence

# Longer than any query may run, so that a busy engine is not taken for one that does not answer.
ANSWER_SECONDS = 6.0
# A refusal comes at once.
_GREETING_SECONDS, _GREETING_BYTES = 0.2, 200

# "silent": the engine did not answer in time. "closing": it closes connections, because it is shutting down.
State = Literal["nobody", "silent", "closing", "loading", "ready"]


@dataclass(frozen=True, slots=True)
class Listener:
    """What listens on the socket of a home. `loaded` is the number of bytes loaded so far."""

    state: State
    loaded: int = 0


def identify(settings: Settings) -> Listener:
    """Find out whether the engine answers on its socket.

    Raises EngineError when this user may not reach it, when the password of the home is not its password, or
    when it has too many connections.
    """
    # A server that shuts down closes connections shortly before it releases the socket.
    for nap in (0.01, 0.05, 0.1, 0.2):
        if not _listens(settings):
            return Listener("nobody")
        if found := _ask(settings):
            return found
        time.sleep(nap)
    return Listener("closing")


def silent(settings: Settings) -> EngineError:
    """The error for an engine that is silent."""
    error = foreign.TimeoutError(f"there has been no reply for {ANSWER_SECONDS:g} s")
    return EngineError(
        f"{sentence(error, str(paths.socket(settings)))}. The number of its process is in "
        f"{paths.process_file(settings)}"
    )


def endpoint(settings: Settings, user: str = OWNER) -> Endpoint:
    """The socket of the running engine, with the login of a user. Raises EngineError."""
    return Endpoint.of_socket(paths.socket(settings), user, password.read(settings))


def version(server: dict[str, Any]) -> str:
    """The name and version from INFO. Valkey also reports the version of Redis that it is compatible with."""
    if "valkey_version" in server:
        return f"Valkey {server['valkey_version']}"
    return f"Redis {server.get('redis_version', 'of unknown version')}"


def _ask(settings: Settings) -> Listener | None:
    """The engine by its own answers; None if it closed the connection."""
    with endpoint(settings).client_of_the_server(ANSWER_SECONDS) as engine:
        try:
            try:
                engine.ping()
            except foreign.BusyLoadingError:
                facts: Any = engine.info("persistence")
                return Listener("loading", int(facts.get("loading_loaded_bytes", 0)))
        except foreign.TimeoutError:
            return Listener("silent")
        except foreign.AuthenticationError as error:
            raise EngineError(
                f"the embedded engine refuses the password in {paths.password_file(settings)}: put back the "
                f"password it was started with, or end the process whose number is in "
                f"{paths.process_file(settings)}, and run the command again"
            ) from error
        except foreign.ConnectionError as error:
            # If the engine closed it before it was asked, what it said cannot be read on this connection.
            refusal = error if is_reply(error) else foreign.ConnectionError(_greeting(settings))
            if is_reply(refusal):
                raise EngineError(sentence(refusal, str(paths.socket(settings)))) from error
            return None
        return Listener("ready")


def _greeting(settings: Settings) -> str:
    """What the engine says before it is asked: nothing, unless it refuses a connection."""
    with socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(_GREETING_SECONDS)
        try:
            attempt.connect(str(paths.socket(settings)))
            return attempt.recv(_GREETING_BYTES).decode(errors="replace").lstrip("-").strip()
        except OSError:
            return ""


def _listens(settings: Settings) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(ANSWER_SECONDS)
        try:
            attempt.connect(str(paths.socket(settings)))
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return False
        except PermissionError as error:
            raise EngineError(
                f"the embedded engine in {settings.home} belongs to another user: set SEMSEARCH_HOME to a "
                "folder that you own"
            ) from error
        except OSError:
            return True  # a full queue: the engine is busy
    return True
