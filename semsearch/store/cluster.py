"""The client of a Redis Cluster, with the methods of redis.Redis that semsearch uses.

Each command goes to the node of its key; those of searches go to any node, and Redis 8 asks the others. The
commands of a pipeline go to their nodes at the same time, so they have no order among each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

from redis import RedisCluster
from redis import exceptions as foreign
from redis.client import Pipeline
from redis.cluster import ClusterNode
from redis.connection import SSLConnection
from redis.retry import Retry

from semsearch.store.failures import passes
from semsearch.store.slots import slot_of

if TYPE_CHECKING:
    from semsearch.store.waiting import Waiting

Found = TypeVar("Found")

# Options of redis-py for a single server that its client of a cluster does not take.
_OF_SERVERS = ("host", "port", "db", "retry", "connection_class")
# What another look at the cluster may mend.
_STALE = (foreign.ConnectionError, foreign.TimeoutError, foreign.AskError, foreign.ClusterDownError)


@contextmanager
def connection_of(pool: Any) -> Iterator[Any]:
    """A connection of a pool. After an error it is closed: replies may still come, and it may watch keys."""
    connection = pool.get_connection()
    try:
        yield connection
    except BaseException:
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


class ClusterClient(RedisCluster):
    """A client of a cluster. With `waiting`, it repeats a command that is not served for the moment."""

    waiting: Waiting | None = None

    @classmethod
    def connect(cls, hosts: Sequence[tuple[str, int]], options: Mapping[str, Any]) -> ClusterClient:
        """Ask one of the hosts which nodes there are. Raises the errors of redis-py."""
        retry: Retry = options["retry"]
        left: dict[str, Any] = {name: value for name, value in options.items() if name not in _OF_SERVERS}
        if options.get("connection_class") is SSLConnection:
            left["ssl"] = True
        nodes = [ClusterNode(host, port) for host, port in hosts]
        return _told(lambda: cls(startup_nodes=nodes, retry=retry, **left))

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        """Send a command, and return its reply."""
        return self.served(lambda: RedisCluster.execute_command(self, *arguments, **options))

    def served(self, attempt: Callable[[], Found]) -> Found:
        """The result of `attempt`, which is repeated as long as the client waits."""

        def once() -> Found:
            return _told(attempt)

        return once() if self.waiting is None else self.waiting.until_served(once)

    def impatient(self) -> ClusterClient:
        """A client with the same connections that does not wait."""
        found = copy(self)
        found.waiting = None
        return found

    def pipeline(self, transaction: Any = True, _: Any = None) -> Any:
        """A pipeline. With `transaction`, its keys must be in one slot."""
        return _ClusterPipeline(self, bool(transaction))

    def send(self, commands: Sequence[Any], transaction: bool, raise_on_error: bool) -> list[Any]:
        """Send the commands of a pipeline, and return their replies."""
        if not commands:
            return []

        def once() -> list[Any]:
            pipe = RedisCluster.pipeline(self, transaction=transaction or None)
            for arguments, options in commands:
                pipe.execute_command(*arguments, **options)
            replies: list[Any] = pipe.execute(raise_on_error)
            for reply in replies:
                if self.waiting and isinstance(reply, foreign.RedisError) and passes(reply):
                    raise reply
            return replies

        return self.served(once)

    @contextmanager
    def connection(self, slot: int) -> Iterator[Any]:
        """A connection to the node of a slot. After an error it is closed, and the nodes are looked up."""
        node = _told(lambda: self.nodes_manager.get_node_from_slot(slot))
        pool = self.get_redis_connection(node).connection_pool
        try:
            with connection_of(pool) as connection:
                yield connection
        except _STALE:
            self._look_again()
            raise

    @property
    def default(self) -> ClusterNode:
        """The node that gets commands without a key."""
        node = self.nodes_manager.default_node
        assert node is not None
        return node

    def facts(self, section: str) -> dict[str, dict[str, Any]]:
        """What `INFO section` says of each primary node, by its name."""
        found: Any = self.execute_command("INFO", section, target_nodes=RedisCluster.PRIMARIES)
        names = [node.name for node in self.nodes_manager.get_nodes_by_server_type("primary")]
        return found if set(found) <= set(names) else {names[0]: found}

    def scan_iter(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        """The keys of all nodes, at least once each.

        A node that was started again, or slots that moved, may leave out keys. So all are listed again.
        """
        nodes = None
        while nodes != (nodes := self._run_ids()):
            yield from RedisCluster.scan_iter(self, *arguments, **options)

    def _run_ids(self) -> dict[str, str]:
        return {name: str(each["run_id"]) for name, each in self.facts("server").items()}

    def _look_again(self) -> None:
        with suppress(foreign.RedisClusterException):  # the next attempt says so
            self.nodes_manager.initialize()


class _ClusterPipeline(Pipeline):
    """Commands that a client of a cluster sends to the nodes of their keys.

    One that watches keys stays with their node: all of its keys must be in their slot.
    """

    def __init__(self, client: ClusterClient, transaction: bool) -> None:
        node = client.get_redis_connection(client.default)
        super().__init__(node.connection_pool, node.response_callbacks, transaction, None)
        self._client = client

    def watch(self, *names: Any) -> Any:
        """Watch keys, of which all are in one slot."""
        node = self._client.nodes_manager.get_node_from_slot(slot_of(names[0]))
        self.connection_pool = self._client.get_redis_connection(node).connection_pool
        return super().watch(*names)  # type: ignore[no-untyped-call]

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Send the commands, and return their replies."""
        if self.watching:
            return super().execute(raise_on_error)
        commands, self.command_stack = self.command_stack, []
        return self._client.send(commands, bool(self.transaction), raise_on_error)


def _told(attempt: Callable[[], Found]) -> Found:
    """The result of `attempt`. redis-py raises what is no RedisError when no node answers; here it is one."""
    try:
        return attempt()
    except foreign.RedisClusterException as error:
        raise foreign.ClusterDownError(str(error)) from error
