"""The legs of a search, asked in one round trip.

Every query passes DIALECT 2, an explicit LIMIT and its own TIMEOUT. Values that a user typed reach the
server through redisvl's escaped filters or as bare words, never by formatting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import redis
from redis import exceptions as foreign

from semsearch.display import readable
from semsearch.errors import QueryError, RedisError
from semsearch.store.connection import address
from semsearch.store.indexes import DOC, Fingerprint, is_missing, read, verify
from semsearch.store.keys import index_alias, meta_key
from semsearch.types import Filters, State, Vector

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

    Where = FilterExpression

TIMEOUT_MS = 5000

_SPECIAL = re.compile(r"[^\w]")

# A path prefix that ends within a name is looked up among the known paths; of those RediSearch takes this
# many, if not told otherwise, and silently leaves out the rest. The embedded engine takes a million.
PREFIX_LIMIT = 200

_DISTANCE = "vector_distance"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage, picture or document that a leg found. `distance` is None where words were matched."""

    doc: str
    n: int
    distance: float | None


@dataclass(frozen=True, slots=True)
class Command:
    """One query object of redisvl, the index it goes to, and how to read its reply."""

    space: str
    query: Any
    read: Callable[[list[Any]], Any]


def condition(filters: Filters, *, excluding: str = "") -> FilterExpression:
    """The filter every leg applies: path, media type, dates; without `excluding`, a doc."""
    from redisvl.query.filter import FilterExpression, Num, Tag

    parts: list[Any] = []
    if path := prefix(filters):
        parts.append(in_folder(path) | beginning(path))
    if filters.media_type:
        parts.append(Tag("media_type") == filters.media_type)
    if filters.since is not None:
        parts.append(Num("modified") >= filters.since.timestamp())
    if filters.until is not None:
        parts.append(Num("modified") <= filters.until.timestamp())
    if excluding:
        parts.append(Tag("doc") != excluding)
    whole: FilterExpression = FilterExpression("*")
    for part in parts:
        whole = whole & part
    return whole


def prefix(filters: Filters) -> str:
    """The path that hits must begin with, as paths are stored; empty when any will do."""
    return filters.path.strip().strip("/")


def beginning(path: str) -> FilterExpression:
    """Files whose path begins like this; within a name, as many as the server expands (PREFIX_LIMIT)."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@path:{{{_escaped(path)}*}}")


def in_folder(path: str) -> FilterExpression:
    """Files in this folder, or the file itself."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@folders:{{{_escaped(path)}}}")


def _escaped(value: str) -> str:
    """A value as part of a TAG clause. redisvl's escaper leaves some characters as they are.

    Raises QueryError for what no query can carry, and no path contains.
    """
    if "\0" in value:
        raise QueryError(f"a path cannot contain a NUL: {value!r}")
    return _SPECIAL.sub(r"\\\g<0>", readable(value))


def nearest(space: str, field: str, vector: Vector, k: int, where: FilterExpression) -> Command:
    """The `k` passages or pictures whose vectors in `field` are nearest."""
    from redisvl.query import VectorQuery

    query = VectorQuery(vector.tobytes(), field, ["doc", "n"], filter_expression=where, num_results=k)
    return Command(space, query.timeout(TIMEOUT_MS), _candidates)


def having_name(words: Sequence[str]) -> FilterExpression:
    """Documents whose file name has all of these words, which are letters and digits only."""
    from redisvl.query.filter import FilterExpression

    if not all(word.isalnum() for word in words):  # anything else could be query syntax
        raise QueryError(f"these are not words: {' '.join(words)!r}")
    return FilterExpression(f"@name:({' '.join(words)})")


def some(k: int, where: FilterExpression) -> Command:
    """`k` of the documents that pass a filter."""
    from redisvl.query import FilterQuery

    return Command(DOC, FilterQuery(where, ["doc"], num_results=k).timeout(TIMEOUT_MS), _candidates)


def count(space: str, where: FilterExpression) -> Command:
    from redisvl.query import CountQuery

    return Command(space, CountQuery(where).timeout(TIMEOUT_MS), lambda reply: int(reply[0]))


def searchable(kinds: Sequence[str]) -> FilterExpression:
    """Documents that a search can show: indexed, or waiting for a model and known by name."""
    from redisvl.query.filter import Tag

    return (Tag("state") == [State.INDEXED.value, State.WAITING.value]) & (Tag("kind") == list(kinds))


def ask(
    client: redis.Redis, commands: Sequence[Command], prints: Mapping[str, Fingerprint] | None = None
) -> list[Any]:
    """Send all commands in one round trip; the replies as their readers return them.

    A reply that timed out is None; an index that does not exist counts as empty. Raises FingerprintError
    when an index in `prints` was filled by another model, RedisError for what else goes wrong.
    """
    pipe = client.pipeline(transaction=False)
    for space in prints or {}:
        pipe.hgetall(meta_key(space))
    for command in commands:
        pipe.ft(index_alias(command.space)).search(command.query, query_params=command.query.params)
    replies = pipe.execute(raise_on_error=False)
    for space, wanted in (prints or {}).items():
        verify(space, read(replies.pop(0)), wanted)
    return [_reply(client, command, reply) for command, reply in zip(commands, replies, strict=True)]


def _reply(client: redis.Redis, command: Command, reply: Any) -> Any:
    if not isinstance(reply, Exception):
        return command.read(reply)
    if is_missing(reply):
        return command.read([0])
    if "timeout" in str(reply).lower() and isinstance(reply, foreign.ResponseError):
        return None
    if isinstance(reply, foreign.ResponseError):
        raise RedisError(f"Redis at {address(client)} refused a query: {reply}") from reply
    raise reply


def _candidates(reply: list[Any]) -> tuple[Candidate, ...]:
    """Read a reply of FT.SEARCH: [total, key, [field, value, ...], key, [...], ...]."""
    found = []
    for row in reply[2::2]:
        values = dict(zip(row[::2], row[1::2], strict=True))
        distance = values.get(_DISTANCE.encode())
        found.append(
            Candidate(
                doc=values[b"doc"].decode(),
                n=int(values.get(b"n", 0)),
                distance=None if distance is None else float(distance),
            )
        )
    return tuple(found)


def docs_in_state(client: redis.Redis, state: State, limit: int) -> list[str]:
    """The docs of files in this state, ordered by path."""
    from redisvl.query import FilterQuery
    from redisvl.query.filter import Tag

    query = FilterQuery(Tag("state") == state.value, ["doc"], num_results=limit, sort_by="path")
    found = ask(client, [Command(DOC, query.timeout(TIMEOUT_MS), _candidates)])[0]
    return [candidate.doc for candidate in found or ()]


def prefix_limit(client: redis.Redis) -> int:
    """How many names this server expands a prefix to (MAXPREFIXEXPANSIONS)."""
    try:
        reply: Any = client.execute_command("FT.CONFIG", "GET", "MAXPREFIXEXPANSIONS")
        return int(reply[0][1])
    except (foreign.ResponseError, IndexError, TypeError, ValueError):
        return PREFIX_LIMIT  # a server that does not tell: the default of all of them
