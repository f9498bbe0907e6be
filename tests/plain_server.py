"""A Redis or Valkey server without the search module, with options of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from semsearch.store.engine import binaries
from tests.engines import free_port


@contextmanager
def plain_server(folder: Path, *options: str) -> Iterator[redis.Redis]:
    """A client without retries of a new server, whose data lie in `folder`; both end with the context."""
    port = free_port()
    command = [str(binaries.find_servers()[0].path), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--logfile", str(folder / "log"), *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port, protocol=2, socket_timeout=10, retry=Retry(NoBackoff(), 0))
    try:
        _wait(client, server)
        yield client
    finally:
        client.close()
        os.kill(server.pid, signal.SIGKILL)
        server.wait()


def _wait(client: redis.Redis, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended while starting"
        try:
            client.ping()
        except redis.BusyLoadingError:
            return
        except redis.ConnectionError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("the server does not answer")
