"""A cluster, and a service of Sentinel, made of the server of the embedded engine.

Its search module has no coordinator, and cannot read hashes on a node of a cluster. So searches are tested on
three nodes of Redis 8: tests/integration/search/test_redis_cluster.py.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from semsearch.store.engine import binaries, process
from tests.engines import free_port

_SLOTS = 16_384


class Node:
    """A server that can be killed and started again with its data."""

    def __init__(self, folder: Path, *options: str, module: bool = True) -> None:
        self.port = free_port()
        folder.mkdir()
        loaded = ["--loadmodule", str(binaries.find_module())] if module else []
        self._command = [
            *(str(binaries.find_servers()[0].path), *options, "--port", str(self.port)),
            *("--bind", "127.0.0.1", "--dir", str(folder), "--logfile", str(folder / "log"), *loaded),
        ]
        self.client = redis.Redis(port=self.port, protocol=2, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait(self._answers)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.client.close()
        self.kill()

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the server ended while starting"
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


def wait(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, for some time."""
    waiting = process.Waiting()
    while not condition():
        assert waiting.goes_on()


@contextmanager
def cluster(folder: Path, *options: str, size: int = 3) -> Iterator[list[Node]]:
    """Some nodes, each with as many slots. They end with the context."""
    options += ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
    options += ("--save", "", "--appendonly", "yes")
    with ExitStack() as stack:
        nodes: list[Node] = []
        buses: list[int] = []
        for n in range(size):
            first, end = n * _SLOTS // size, (n + 1) * _SLOTS // size
            buses.append(free_port())
            node = Node(folder / str(n), *options, "--cluster-port", str(buses[n]))
            stack.callback(node.close)
            node.client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
            nodes.append(node)
            if n:
                node.client.execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, buses[0])
        wait(lambda: all(_serves(node, size) for node in nodes))
        yield nodes


def _serves(node: Node, size: int) -> bool:
    state = node.client.execute_command("CLUSTER INFO")["cluster_state"]
    return state == "ok" and len(node.client.execute_command("CLUSTER SLOTS")) == size


@contextmanager
def sentinel(folder: Path, service: str) -> Iterator[tuple[Node, Node, Node]]:
    """A primary server, its replica, and a sentinel that knows the service. They end with the context."""
    with ExitStack() as stack:
        primary = Node(folder / "primary", "--save", "", "--appendonly", "yes")
        stack.callback(primary.close)
        copy = ("--replicaof", f"127.0.0.1 {primary.port}", "--repl-diskless-sync-delay", "0")
        replica = Node(folder / "replica", "--save", "", *copy)
        stack.callback(replica.close)
        settings = folder / "sentinel.conf"
        settings.write_text(
            f"sentinel monitor {service} 127.0.0.1 {primary.port} 1\n"
            f"sentinel down-after-milliseconds {service} 300\n"
            f"sentinel failover-timeout {service} 3000\n"
        )
        guard = Node(folder / "sentinel", str(settings), "--sentinel", module=False)
        stack.callback(guard.close)
        wait(lambda: replica.client.info("replication").get("master_link_status") == "up")
        wait(lambda: len(guard.client.sentinel_slaves(service)) == 1)
        yield primary, replica, guard
