"""What a search asks Redis: the legs, counts, and what documents there are.

Every query passes DIALECT 2, an explicit LIMIT and its own TIMEOUT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import redis
from redis import exceptions as foreign

from semsearch.errors import RedisError
from semsearch.records import Kind, State, Vector
from semsearch.store.connection import address
from semsearch.store.filters import plain
from semsearch.store.fingerprint import Fingerprint, verify
from semsearch.store.indexes import is_missing
from semsearch.store.keys import index_alias, meta_key
from semsearch.store.schema import DOC

if TYPE_CHECKING:
    from semsearch.store.filters import Where

TIMEOUT_MS = 5000

# A path prefix that ends within a name is looked up among the known paths; of those RediSearch takes this
# many, if not told otherwise, and silently leaves out the rest. The embedded engine takes a million.
PREFIX_LIMIT = 200

_DISTANCE = b"vector_distance"
_KINDS = {kind.value.encode(): kind for kind in Kind}


# Words of a name at least this long are also found as parts of its words.
_INFIX = 3


class Candidate(NamedTuple):
    """A passage or a view of a picture near to a vector; `kind` is that of its document."""

    doc: str
    kind: Kind
    space: str
    n: int
    distance: float
    signature: str = ""


class Match(NamedTuple):
    """A document that matched words: by its terms, with its BM25 score, or by its name, given in words."""

    doc: str
    kind: Kind
    score: float = 0.0
    name: tuple[str, ...] = ()
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Matches:
    """The best matches, and how many there are in all."""

    best: tuple[Match, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Command:
    """One query object of redisvl, the index it goes to, and how to read its reply."""

    space: str
    query: Any
    read: Callable[[list[Any]], Any]


def nearest(space: str, field: str, vector: Vector, k: int, where: Where) -> Command:
    """The `k` passages or pictures whose vectors in `field` are nearest."""
    from redisvl.query import VectorQuery

    fields = ["doc", "kind", "n", "signature"]
    query = VectorQuery(vector.tobytes(), field, fields, filter_expression=where, num_results=k)
    return Command(space, query.timeout(TIMEOUT_MS), partial(_candidates, space))


def matching(terms: Sequence[str], k: int, where: Where) -> Command:
    """The `k` documents with the highest BM25 over any of these terms, among those that pass a filter.

    A term that is there twice counts twice (weights of terms are not looked at by RediSearch 2.10).
    """
    from redisvl.query.filter import FilterExpression

    any_of = FilterExpression(f"@terms:({'|'.join(map(plain, terms))})")
    if str(where) != "*":
        # A union in an intersection loses terms (RediSearch 2.10): documents would get the score of one
        # of theirs. Optional terms keep their scores; the filter must come after them, and a TAG that
        # matches would be scored like a rare word.
        scored = " ".join(f"(~@terms:({term}))" for term in terms)
        any_of = FilterExpression(f"{scored} ({any_of} {where})=>{{$weight: 0}}")
    return Command(
        DOC, _documents(any_of, k, ["doc", "kind", "signature"]).scorer("BM25STD").with_scores(), _scored
    )


def named(words: Sequence[str], k: int, where: Where) -> Command:
    """`k` documents in whose file name all of these words are; longer ones may be parts of its words."""
    from redisvl.query.filter import FilterExpression

    parts = [f"*{word}*" if len(word) >= _INFIX else word for word in map(plain, words)]
    return Command(DOC, _documents(FilterExpression(f"@name:({' '.join(parts)})") & where, k), _named)


def some(k: int, where: Where) -> Command:
    """`k` of the documents that pass a filter, by id."""
    return Command(DOC, _documents(where, k, ["doc"]), _docs)


def _documents(where: Where, k: int, fields: Sequence[str] = ("doc", "kind", "name", "signature")) -> Any:
    from redisvl.query import FilterQuery

    return FilterQuery(where, list(fields), num_results=k).timeout(TIMEOUT_MS)


def count(space: str, where: Where) -> Command:
    from redisvl.query import CountQuery

    return Command(space, CountQuery(where).timeout(TIMEOUT_MS), lambda reply: int(reply[0]))


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
        verify(space, Fingerprint.read(replies.pop(0)), wanted)
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


def _rows(reply: list[Any], stride: int = 2) -> Iterator[dict[bytes, bytes]]:
    """The fields of a reply of FT.SEARCH: [total, key, [field, value, ...], key, [...], ...]."""
    for row in reply[stride::stride]:
        yield dict(zip(row[::2], row[1::2], strict=True))


def _candidates(space: str, reply: list[Any]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            row[b"doc"].decode(),
            _KINDS[row[b"kind"]],
            space,
            int(row[b"n"]),
            float(row[_DISTANCE]),
            row.get(b"signature", b"").decode(),
        )
        for row in _rows(reply)
    )


def _docs(reply: list[Any]) -> tuple[str, ...]:
    return tuple(row[b"doc"].decode() for row in _rows(reply))


def _scored(reply: list[Any]) -> Matches:
    """With scores: [total, key, score, [field, value, ...], key, score, [...], ...]."""
    found = zip(_rows(reply, 3), reply[2::3], strict=True)
    best = (
        Match(
            row[b"doc"].decode(),
            _KINDS[row[b"kind"]],
            float(score),
            signature=row.get(b"signature", b"").decode(),
        )
        for row, score in found
    )
    return Matches(tuple(best), int(reply[0]))


def _named(reply: list[Any]) -> Matches:
    best = (
        Match(
            row[b"doc"].decode(),
            _KINDS[row[b"kind"]],
            name=tuple(row[b"name"].decode("utf-8", "surrogateescape").split()),
            signature=row.get(b"signature", b"").decode(),
        )
        for row in _rows(reply)
    )
    return Matches(tuple(best), int(reply[0]))


def docs_in_state(client: redis.Redis, state: State, limit: int) -> list[str]:
    """The docs of files in this state, ordered by path."""
    from redisvl.query import FilterQuery
    from redisvl.query.filter import Tag

    query = FilterQuery(Tag("state") == state.value, ["doc"], num_results=limit, sort_by="path")
    return list(ask(client, [Command(DOC, query.timeout(TIMEOUT_MS), _docs)])[0] or ())


def prefix_limit(client: redis.Redis) -> int:
    """How many names this server expands a prefix to (MAXPREFIXEXPANSIONS)."""
    try:
        reply: Any = client.execute_command("FT.CONFIG", "GET", "MAXPREFIXEXPANSIONS")
        return int(reply[0][1])
    except (foreign.ResponseError, IndexError, TypeError, ValueError):
        return PREFIX_LIMIT  # a server that does not tell: the default of all of them
