"""The engine of an earlier semsearch: it has no password and no socket, and listens on a port only.

It may still be running for a home. Two servers would destroy the data, so it is stopped before a new one
starts.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.errors import EngineError
from semsearch.settings import Settings
from semsearch.store.endpoint import Endpoint
from semsearch.store.engine import paths
from semsearch.store.engine.listener import ANSWER_SECONDS

HOST = "127.0.0.1"


@contextmanager
def client(settings: Settings) -> Iterator[redis.Redis | None]:
    """A client of the earlier engine of this home, known by its data folder; None if there is none.

    Raises EngineError when the program on its port does not answer.
    """
    port = _port(settings)
    if port is None or not _listens(port):
        yield None
        return
    where = Endpoint(f"{HOST}:{port}", {"host": HOST, "port": port})
    with where.client_of_the_server(ANSWER_SECONDS) as engine:
        yield engine if _is_of(engine, paths.data_folder(settings)) else None


def _port(settings: Settings) -> int | None:
    """The port of the last start by an earlier semsearch. A start by this one deletes the file."""
    try:
        return int(paths.previous_port_file(settings).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def _is_of(engine: redis.Redis, data: Path) -> bool:
    """Whether this server has its data in the folder `data`. Raises EngineError when it does not answer."""
    try:
        found: Any = engine.config_get("dir")
        return Path(found["dir"]).samefile(data)
    except foreign.TimeoutError as error:
        port = engine.get_connection_kwargs()["port"]
        raise EngineError(
            f"an earlier semsearch started the embedded engine on port {port}, and the program on that port "
            f"does not answer in {ANSWER_SECONDS:g} s: end it, and run the command again"
        ) from error
    except (foreign.RedisError, KeyError, OSError):
        return False
