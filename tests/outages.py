"""Make a Redis refuse or hang, and make it well again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import redis

from tests.engines import free_port

Mend = Callable[[], object]


def fill(server: redis.Redis) -> Mend:
    """Leave the server no memory. Returns what gives it back."""
    server.config_set("maxmemory", 1)
    return lambda: server.config_set("maxmemory", 0)


def make_replica(server: redis.Redis) -> Mend:
    """Make the server a replica of one that does not exist, so that it only reads."""
    server.replicaof("127.0.0.1", free_port())
    return lambda: server.replicaof("no", "one")


def stop(server: redis.Redis) -> Mend:
    """Stop the process of the server, which then answers nobody."""
    pid = int(server.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)
