"""The commands of a search to Redis, one function for each kind, and `ask`, which sends them.

Every command has DIALECT 2 and an explicit LIMIT. `ask` gives it a TIMEOUT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import redis
from redis import exceptions as foreign

from semsearch.language.compounds import patterns
from semsearch.records import Vector
from semsearch.store import replies
from semsearch.store.aggregations import Aggregation
from semsearch.store.cluster import ClusterClient
from semsearch.store.completions import Completions
from semsearch.store.generation import Generation, check_in_use
from semsearch.store.indexes import is_missing
from semsearch.store.keys import index_alias, meta_key
from semsearch.store.languages import Languages
from semsearch.store.layout import Layout
from semsearch.store.schema import DOC
from semsearch.store.suggestions import Suggestions
from semsearch.store.word_filters import Sought, checked_word, with_any_term

if TYPE_CHECKING:
    from semsearch.store.filters import Where

# How long a query may run in Redis.
TIMEOUT_MS = 5000

# What is read of a document that matches words.
_OF_MATCH = ("doc", "kind", "signature", "state", "n", "language")
# A query word of at least this many characters also matches inside the words of a name.
_INFIX_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Command:
    """A query of redisvl, the space whose index it goes to, and the function that reads its reply.

    `index` is the name of another index than the one in use.
    """

    space: str
    query: Any
    read: Callable[[list[Any]], Any]
    index: str = ""

    def add_to(self, pipe: Any, timeout_ms: int) -> None:
        """Add the command to a pipeline."""
        query = self.query.timeout(timeout_ms)
        pipe.ft(self.index or index_alias(self.space)).search(query, query_params=query.params)


AnyCommand = Command | Aggregation | Suggestions | Completions | Languages


def nearest(
    space: str,
    field: str,
    vector: Vector,
    k: int,
    where: Where,
    generation: Generation | None = None,
    *,
    index: str = "",
) -> Command:
    """Find the `k` pieces whose vectors in `field` are nearest. Reads Candidates, nearest first.

    `field` is VECTOR, VISUAL or SEMANTIC. `generation` is the one in use, unless `index` names another one's.
    """
    from redisvl.query import VectorQuery

    layout = generation.layout if generation else Layout()
    fields = ["doc", "kind", "n", "signature"]
    query = VectorQuery(
        layout.encode(vector),
        layout.field(field),
        fields,
        filter_expression=where,
        num_results=k,
        # A search keeps at least as many candidates as the neighbours that it is asked for.
        ef_runtime=max(generation.reach, k) if generation and generation.reach else None,
    )
    return Command(space, query, partial(replies.candidates, space), index)


def matching(terms: Sequence[Sought], k: int, where: Where) -> Command:
    """Find the `k` hashes that pass a filter and have the highest BM25 over these terms. Reads Matches.

    A term that is repeated counts as often as it occurs: RediSearch 2.10 ignores weights of terms.
    """
    from redisvl.query.filter import FilterExpression

    any_of = with_any_term(terms)
    if str(where) != "*":
        # In RediSearch 2.10 a union inside an intersection loses terms: a document would get the score of
        # only one of its terms. Optional terms keep their scores. The filter must come after them, and
        # needs weight 0, because a TAG that matches would score like a rare word.
        scored = " ".join(f"(~{each.clause})" for each in terms)
        any_of = FilterExpression(f"{scored} ({any_of} {where})=>{{$weight: 0}}")
    query = _documents(any_of, k, _OF_MATCH)
    return Command(DOC, query.scorer("BM25STD").with_scores(), partial(replies.scored, k))


def named(words: Sequence[str], k: int, where: Where) -> Command:
    """Find `k` documents whose file name has all of these words. Reads Matches.

    A word of _INFIX_LENGTH characters or more may be a part of a word of the name.
    """
    from redisvl.query.filter import FilterExpression

    parts = [f"*{word}*" if len(word) >= _INFIX_LENGTH else word for word in map(checked_word, words)]
    fields = ["doc", "kind", "name", "signature", "state"]
    query = _documents(FilterExpression(f"@name:({' '.join(parts)})") & where, k, fields)
    return Command(DOC, query, partial(replies.named, k))


def compounded(parts: Iterable[str], k: int, where: Where) -> Command:
    """Find `k` hashes that have one of these parts in a compound. Reads Matches with all their compounds."""
    from redisvl.query.filter import FilterExpression

    either = "|".join(pattern for part in parts for pattern in patterns(checked_word(part)))
    query = _documents(FilterExpression(f"@compounds:({either})") & where, k, [*_OF_MATCH, "compounds"])
    return Command(DOC, query, partial(replies.compounded, k))


def having(k: int, where: Where) -> Command:
    """Find `k` hashes that pass a filter, in no order. Reads Matches without scores."""
    return Command(DOC, _documents(where, k, _OF_MATCH), partial(replies.unscored, k))


def newest(k: int, where: Where) -> Command:
    """Find the `k` latest documents that pass a filter. Reads Matches without scores, the latest first."""
    query = _documents(where, k, _OF_MATCH).sort_by("date", asc=False)
    return Command(DOC, query, partial(replies.unscored, k))


def doc_ids(k: int, where: Where, start: int = 0, by: str = "") -> Command:
    """Find `k` documents that pass a filter, from number `start` on. Reads their ids.

    With `by`, those with the largest values of this numeric field come first.
    """
    query = _documents(where, k, ["doc"]).paging(start, k)
    return Command(DOC, query.sort_by(by, asc=False) if by else query, replies.docs)


def _documents(where: Where, k: int, fields: Sequence[str]) -> Any:
    from redisvl.query import FilterQuery

    return FilterQuery(where, list(fields), num_results=k)


def count(space: str, where: Where) -> Command:
    """Count the hashes of a space that pass a filter."""
    from redisvl.query import CountQuery

    return Command(space, CountQuery(where), lambda reply: int(reply[0]))


def ask(
    client: redis.Redis,
    commands: Sequence[AnyCommand],
    generations: Mapping[str, Generation] | None = None,
    timeout_ms: int = TIMEOUT_MS,
) -> list[Any]:
    """Send all commands in one round trip. Returns their replies, each as its command reads it.

    The reply of a command that timed out is None. An index that does not exist counts as empty. Raises
    FingerprintError when another generation than one in `generations` is in use.
    """
    pipe = client.pipeline(transaction=False)
    for command in commands:
        command.add_to(pipe, timeout_ms)
    # Last: RediSearch 2.10 finds nothing in a field that the index does not have, and gives no error. So the
    # generations must not have been swapped before the searches.
    searched: list[Any] = []
    if isinstance(client, ClusterClient):  # the commands of one pipeline have no order there
        searched = pipe.execute(raise_on_error=False)
    for space in generations or {}:
        pipe.hgetall(meta_key(space))
    received = [*searched, *pipe.execute(raise_on_error=False)]
    for space, wanted in reversed(list((generations or {}).items())):
        stored = received.pop()
        if isinstance(stored, Exception):
            raise stored
        check_in_use(space, Generation.read(stored), wanted)
    return [_reply(command, reply) for command, reply in zip(commands, received, strict=True)]


def _reply(command: AnyCommand, reply: Any) -> Any:
    if not isinstance(reply, Exception):
        return command.read(reply)
    if is_missing(reply):
        return command.read([0])
    if isinstance(command, Languages) and isinstance(reply, foreign.ResponseError):
        return command.read([])  # an older semsearch made the index, without this field
    if "timeout" in str(reply).lower() and isinstance(reply, foreign.ResponseError):
        return None
    raise reply
