"""Create, replace, look at and drop the search indexes.

An index has a versioned name (`semsearch:text:v2.1`). Queries use its alias (`semsearch:text`), so another
index can be built on the same hashes while the old one answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.errors import RedisError
from semsearch.overview import IndexStatus
from semsearch.store.cluster import ClusterClient
from semsearch.store.fingerprint import Fingerprint, verify
from semsearch.store.generation import Algorithm, Generation, index_name, stored_generation
from semsearch.store.keys import index_alias, meta_key
from semsearch.store.schema import fields, prefixes

# M and EF_CONSTRUCTION are the defaults of most servers. EF_RUNTIME is set with each query.
ALGORITHMS: dict[Algorithm, dict[str, Any]] = {
    Algorithm.FLAT: {"algorithm": "flat"},
    Algorithm.HNSW: {"algorithm": "hnsw", "m": 16, "ef_construction": 200},
}

_POLL_SECONDS = 0.02

# How long the garbage collector may keep a client waiting. It goes on by itself then.
_COLLECTED_MS = 5000

# An index is made anew when it has taken up this many times as many hashes as it has, and at least so many.
_WORN, _LEAST_WORN = 3, 1000
_ANEW = "anew"

# By default, RediSearch expands a prefix to this many values and silently leaves out the rest. A path prefix
# that ends inside a name is such a prefix. The embedded engine expands it to a million paths.
PREFIX_LIMIT = 200


def ensure(client: redis.Redis, space: str, wanted: Fingerprint | None = None) -> None:
    """Create the index of `space` if it does not exist; an index with vectors needs a fingerprint.

    Raises FingerprintError when another model filled the index.
    """
    stored = stored_generation(client, space)
    if wanted is not None:
        verify(space, stored.fingerprint if stored else None, wanted)
    generation = stored or (Generation(wanted) if wanted is not None else None)
    try:
        _put_in_place(client, space, generation)
    except foreign.ResponseError as error:
        if not is_missing(error):
            raise
        _put_in_place(client, space, generation)  # somebody has dropped the new index meanwhile
    if stored is None and generation is not None:
        client.hset(meta_key(space), mapping=generation.mapping())


def _put_in_place(client: redis.Redis, space: str, generation: Generation | None) -> None:
    """Create the index if it is missing, and let the alias name it. An older index is dropped.

    Raises RedisError when an index of another program has the name of the alias.
    """
    alias = index_alias(space)
    older = name_behind(client, alias)
    if older == alias:
        raise RedisError(
            f"this Redis has an index {alias} that semsearch has not made. Drop it (`semsearch redis cli "
            f"FT.DROPINDEX {alias}`), or set SEMSEARCH_REDIS_URL to another Redis"
        )
    create(client, space, generation)
    name = index_name(space, generation)
    if older != name:
        client.ft(name).aliasupdate(alias)
        if older:
            client.ft(older).dropindex(delete_documents=False)


@contextmanager
def approximated(client: redis.Redis, space: str) -> Iterator[None]:
    """Inside the context, an approximate index (HNSW) of the same vectors answers; it is dropped afterwards.

    If the process is killed inside the context, the next call of `ensure` puts the exact index back.
    """
    generation = stored_generation(client, space)
    if generation is None or not exists(client, space):
        yield
        return
    with _beside(client, space, "approximate", replace(generation, algorithm=Algorithm.HNSW)):
        yield


@contextmanager
def _beside(client: redis.Redis, space: str, suffix: str, generation: Generation | None) -> Iterator[None]:
    """Inside the context, a second index answers. It is dropped afterwards."""
    alias = index_alias(space)
    own, other = name_behind(client, alias), f"{alias}:{suffix}"
    drop_named(client, other)
    _create(client, space, other, generation)
    client.ft(other).aliasupdate(alias)
    try:
        yield
    finally:
        client.ft(own).aliasupdate(alias)
        client.ft(other).dropindex(delete_documents=False)


def make_anew(client: redis.Redis, space: str) -> None:
    """Make an index anew from the hashes, while a second one answers.

    If the process is killed meanwhile, the next call of `ensure` puts the index in its place.
    """
    generation = stored_generation(client, space)
    name = name_behind(client, index_alias(space))
    with _beside(client, space, _ANEW, generation):
        drop_named(client, name)
        _create(client, space, name, generation)


def drop_unfinished(client: redis.Redis, space: str) -> None:
    """Drop the second index of a process that was killed in `make_anew` before that index answered."""
    other = f"{index_alias(space)}:{_ANEW}"
    if name_behind(client, index_alias(space)) != other:
        drop_named(client, other)


def is_worn(client: redis.Redis, space: str) -> bool:
    """Whether an index has taken up hashes so often that it should be made anew.

    RediSearch adds the length of a hash to the sum of lengths each time, and never subtracts one. BM25 takes
    its average from this sum, so that long documents count for more and more.
    """
    info: Any = client.ft(index_alias(space)).info()
    return int(info["max_doc_id"]) > max(_LEAST_WORN, _WORN * int(info["num_docs"]))


def is_current(client: redis.Redis, space: str) -> bool:
    """Whether queries of `space` go to an index of the present version."""
    wanted = index_name(space, stored_generation(client, space))
    return name_behind(client, index_alias(space)) == wanted


def exists(client: redis.Redis, space: str) -> bool:
    """Whether `space` has an index."""
    return bool(name_behind(client, index_alias(space)))


def is_missing(error: Exception) -> bool:
    """Whether the server says that the index does not exist. The wording depends on its version."""
    return any(words in str(error).lower() for words in ("unknown index name", "no such index"))


def create(client: redis.Redis, space: str, generation: Generation | None) -> None:
    """Create the index of a generation if it is missing. No alias names it yet."""
    name = index_name(space, generation)
    if not name_behind(client, name):
        _create(client, space, name, generation)


def drop_named(client: redis.Redis, name: str) -> None:
    """Drop the index with this name or alias, if it exists."""
    try:
        client.ft(name).dropindex(delete_documents=False)
    except foreign.ResponseError as error:
        if not is_missing(error):  # a command whose reply was lost is sent again
            raise


def drop(client: redis.Redis, space: str) -> None:
    """Drop the index of `space`. Its hashes, its fingerprint and its calibration stay."""
    drop_named(client, index_alias(space))


def status(client: redis.Redis, space: str) -> IndexStatus | None:
    """The state of the index of `space`; None if it does not exist."""
    if not exists(client, space):
        return None
    info: Any = client.ft(index_alias(space)).info()
    meta: Any = client.hgetall(meta_key(space))
    found = Fingerprint.read(meta)
    return IndexStatus(
        name=index_alias(space),
        records=int(info["num_docs"]),
        failures=int(meta.get(b"refused", 0)),
        percent_indexed=float(info["percent_indexed"]) * 100,
        memory_mb=_megabytes(info),
        model=found.model if found else "",
        dims=found.dims if found else 0,
    )


def collect_garbage(client: redis.Redis, space: str) -> None:
    """Have the garbage collector run now, where the user may: that is the worker of the embedded engine.

    What rewritten hashes left in an index counts in document frequencies until then, and words count too
    little. Elsewhere the collector runs by itself, after a while. A cluster does not know the command.
    """
    if isinstance(client, ClusterClient):
        return
    name = name_behind(client, index_alias(space))
    with suppress(foreign.ResponseError):
        client.execute_command("FT.DEBUG", "GC_FORCEINVOKE", name, _COLLECTED_MS)


def wait_for_collector(client: redis.Redis, space: str, seconds: float = 60.0) -> None:
    """Wait until the garbage collector has run by itself, at most `seconds`, if there is something to remove.

    See `collect_garbage`.
    """
    end, before = time.monotonic() + seconds, None
    while time.monotonic() < end:
        info: Any = client.ft(index_alias(space)).info()
        collector = info["gc_stats"]
        cycles = int(collector[collector.index(b"total_cycles") + 1])
        before = cycles if before is None else before
        if cycles > before or int(info["max_doc_id"]) == int(info["num_docs"]):
            return
        time.sleep(_POLL_SECONDS)


def name_behind(client: redis.Redis, name: str) -> str:
    """The name of the index with this name or alias; empty if there is none."""
    try:
        info: Any = client.ft(name).info()
    except foreign.ResponseError as error:
        if is_missing(error):
            return ""
        raise
    found = info["index_name"]
    return found.decode() if isinstance(found, bytes) else str(found)


def _create(
    client: redis.Redis,
    space: str,
    name: str,
    generation: Generation | None,
) -> None:
    """Create an index, and wait until it holds the hashes that exist already."""
    from redisvl.exceptions import RedisSearchError
    from redisvl.index import SearchIndex
    from redisvl.schema import IndexSchema

    vectors = [] if generation is None else _vector_fields(space, generation)
    # Without stop words, so that "The Who.jpg" is found.
    index = {"name": name, "prefix": prefixes(space), "stopwords": []}
    schema = IndexSchema.from_dict({"index": index, "fields": [*fields(space), *vectors]})
    try:
        SearchIndex(schema, redis_client=client).create()
    except RedisSearchError as error:
        # Two workers may create it at the same time: the second one gets this error.
        if "already exists" not in str(error).lower():
            raise foreign.ResponseError(str(error)) from error
    # The server indexes existing hashes in the background. It may index the old state of a hash that is
    # written to meanwhile.
    while int(client.ft(name).info()["indexing"]):
        time.sleep(_POLL_SECONDS)


def _vector_fields(space: str, generation: Generation) -> list[dict[str, Any]]:
    datatype = generation.layout.datatype.value
    how = {**ALGORITHMS[generation.algorithm], "datatype": datatype, "distance_metric": "cosine"}
    return [
        {"name": name, "type": "vector", "attrs": {"dims": dims, **how}}
        for name, dims in generation.dims(space).items()
    ]


def memory_mb(client: redis.Redis, name: str) -> float | None:
    """The memory of the index with this name or alias, in MB; None if it does not exist."""
    if not name_behind(client, name):
        return None
    return _megabytes(client.ft(name).info())


def _megabytes(info: Any) -> float:
    # Some servers count the vectors, which are by far the largest part, apart from the total.
    return float(info.get("total_index_memory_sz_mb", 0)) + float(info.get("vector_index_sz_mb", 0))


def prefix_limit(client: redis.Redis) -> int:
    """The number of values to which this server expands a prefix (MAXPREFIXEXPANSIONS)."""
    try:
        reply: Any = client.execute_command("FT.CONFIG", "GET", "MAXPREFIXEXPANSIONS")
        return int(reply[0][1])
    except (foreign.ResponseError, IndexError, TypeError, ValueError):
        return PREFIX_LIMIT  # the server does not tell, so its default is assumed
