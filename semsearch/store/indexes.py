"""Create, replace, look at and drop the search indexes.

An index has a versioned name (`semsearch:text:v2.1`). Queries use its alias (`semsearch:text`), so a new
version can be built on the same hashes while the old one answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.results import IndexStatus
from semsearch.store.fingerprint import Fingerprint, stored_fingerprint, verify
from semsearch.store.keys import index_alias, meta_key
from semsearch.store.schema import FIELDS, IMAGE, SCHEMA, SEMANTIC, VECTOR, VISUAL, fields, prefixes

# Exact search, and the approximate search that `semsearch eval` compares with it. M and EF_CONSTRUCTION are
# the defaults of most servers. A search never keeps fewer candidates than the neighbours it is asked for, and
# semsearch asks for more than a usual EF_RUNTIME, so that parameter is not set.
_EXACT: dict[str, Any] = {"algorithm": "flat"}
_APPROXIMATE: dict[str, Any] = {"algorithm": "hnsw", "m": 16, "ef_construction": 200}

_POLL_SECONDS = 0.02


def ensure(client: redis.Redis, space: str, wanted: Fingerprint | None = None) -> None:
    """Create the index of `space` if it does not exist; an index with vectors needs a fingerprint.

    Raises FingerprintError when another model filled the index.
    """
    if wanted is not None:
        verify(space, stored_fingerprint(client, space), wanted)
    try:
        _put_in_place(client, space, wanted)
    except foreign.ResponseError as error:
        if not is_missing(error):
            raise
        _put_in_place(client, space, wanted)  # somebody has dropped the new index meanwhile
    if wanted is not None and stored_fingerprint(client, space) is None:
        client.hset(meta_key(space), mapping=wanted.mapping())  # type: ignore[arg-type]


def _put_in_place(client: redis.Redis, space: str, wanted: Fingerprint | None) -> None:
    """Create the index if it is missing, and let the alias name it. An older index is dropped."""
    name = index_name(space)
    if not _name_behind(client, name):
        _create(client, space, name, wanted)
    older = _name_behind(client, index_alias(space))
    if older != name:
        client.ft(name).aliasupdate(index_alias(space))
        if older:
            client.ft(older).dropindex(delete_documents=False)


@contextmanager
def approximated(client: redis.Redis, space: str) -> Iterator[None]:
    """Inside the context, an approximate index (HNSW) of the same vectors answers; it is dropped afterwards.

    If the process is killed inside the context, the next call of `ensure` puts the exact index back.
    """
    alias, wanted = index_alias(space), stored_fingerprint(client, space)
    exact, other = _name_behind(client, alias), f"{alias}:approximate"
    if wanted is None or not exact:
        yield
        return
    _create(client, space, other, wanted, _APPROXIMATE)
    client.ft(other).aliasupdate(alias)
    try:
        yield
    finally:
        client.ft(exact).aliasupdate(alias)
        client.ft(other).dropindex(delete_documents=False)


def index_name(space: str) -> str:
    """The name of the index of `space` in its present version."""
    return f"{index_alias(space)}:v{SCHEMA[space]}.{FIELDS}"


def is_current(client: redis.Redis, space: str) -> bool:
    """Whether queries of `space` go to an index of the present version."""
    return _name_behind(client, index_alias(space)) == index_name(space)


def exists(client: redis.Redis, space: str) -> bool:
    """Whether `space` has an index."""
    return bool(_name_behind(client, index_alias(space)))


def is_missing(error: Exception) -> bool:
    """Whether the server says that the index does not exist. The wording depends on its version."""
    return any(words in str(error).lower() for words in ("unknown index name", "no such index"))


def drop(client: redis.Redis, space: str) -> None:
    """Drop the index of `space`. Its hashes, its fingerprint and its calibration stay."""
    try:
        client.ft(index_alias(space)).dropindex(delete_documents=False)
    except foreign.ResponseError as error:
        if not is_missing(error):  # a command whose reply was lost is sent again
            raise


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
        # Some servers count the vectors, which are by far the largest part, apart from the total.
        memory_mb=float(info.get("total_index_memory_sz_mb", 0)) + float(info.get("vector_index_sz_mb", 0)),
        model=found.model if found else "",
        dims=found.dims if found else 0,
    )


def _name_behind(client: redis.Redis, name: str) -> str:
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
    wanted: Fingerprint | None,
    algorithm: Mapping[str, Any] = _EXACT,
) -> None:
    """Create an index, and wait until it holds the hashes that exist already."""
    from redisvl.exceptions import RedisSearchError
    from redisvl.index import SearchIndex
    from redisvl.schema import IndexSchema

    vectors = [] if wanted is None else _vector_fields(space, wanted, algorithm)
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


def _vector_fields(space: str, wanted: Fingerprint, algorithm: Mapping[str, Any]) -> list[dict[str, Any]]:
    lengths = {VISUAL if space == IMAGE else VECTOR: wanted.dims, SEMANTIC: wanted.semantic_dims}
    how = {**algorithm, "datatype": "float32", "distance_metric": "cosine"}
    return [
        {"name": name, "type": "vector", "attrs": {"dims": dims, **how}}
        for name, dims in lengths.items()
        if dims
    ]
