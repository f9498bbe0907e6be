"""The three search indexes: what they hold, what made their vectors, and how they come to be.

Each has a versioned name (`semsearch:text:v1`) behind an alias (`semsearch:text`): queries use the
alias, so that a new version can be built beside the old one on the same hashes and swapped in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.errors import FingerprintError
from semsearch.store.keys import DOC_PREFIX, index_alias, meta_key, piece_prefix
from semsearch.types import IndexStatus

SCHEMA = 1
TEXT, IMAGE, DOC = "text", "image", "doc"
VECTOR_FIELD = {TEXT: "vector", IMAGE: "visual"}

# Separates the values of a TAG field. The default, a comma, occurs in file names; this one does not.
SEPARATOR = "\x1f"

_TAG = {"separator": SEPARATOR, "case_sensitive": True}

# What every index can be filtered by.
_COMMON: list[dict[str, Any]] = [
    {"name": "doc", "type": "tag", "attrs": _TAG},
    {"name": "path", "type": "tag", "attrs": _TAG},
    # Every folder above the file: a folder filter is then an exact match, where a prefix match would
    # silently stop after the first 200 paths (MAXPREFIXEXPANSIONS).
    {"name": "folders", "type": "tag", "attrs": _TAG},
    {"name": "media_type", "type": "tag", "attrs": _TAG},
    {"name": "modified", "type": "numeric"},
]

_FIELDS: dict[str, list[dict[str, Any]]] = {
    DOC: [
        {"name": "root", "type": "tag", "attrs": _TAG},
        {"name": "state", "type": "tag", "attrs": _TAG},
        {"name": "kind", "type": "tag", "attrs": _TAG},
        {"name": "name", "type": "text", "attrs": {"no_stem": True}},
    ],
    TEXT: [],
    IMAGE: [],
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What made the vectors of an index."""

    model: str
    dims: int
    schema: int = SCHEMA

    def __str__(self) -> str:
        return f"{self.model} ({self.dims} dimensions, schema {self.schema})"

    def mapping(self) -> dict[str, str | int]:
        return {"model": self.model, "dims": self.dims, "metric": "cosine", "schema": self.schema}


def fingerprint(client: redis.Redis, space: str) -> Fingerprint | None:
    """What made the vectors in `space`, or None when it has never been written."""
    stored: Any = client.hgetall(meta_key(space))
    return read(stored)


def read(stored: Mapping[bytes, bytes]) -> Fingerprint | None:
    """The fingerprint in a meta hash as Redis returns it."""
    if not stored:
        return None
    return Fingerprint(stored[b"model"].decode(), int(stored[b"dims"]), int(stored[b"schema"]))


def verify(space: str, found: Fingerprint | None, wanted: Fingerprint) -> None:
    """Compare what an index was built with, if it has been, with the model in use.

    Vectors of two models in one index give nonsense without an error, so nobody may mix them: raises
    FingerprintError when another model filled it.
    """
    if found is not None and found != wanted:
        raise FingerprintError(
            f"the {space} index was built with {found}, but {wanted} is in use: "
            f"set SEMSEARCH_{space.upper()}_MODEL back, or run `semsearch ingest --rebuild` on your folders"
        )


def ensure(client: redis.Redis, space: str, wanted: Fingerprint | None = None) -> None:
    """Create the index of `space` unless it is there; `wanted` is required where there are vectors.

    Raises FingerprintError when another model filled it.
    """
    if wanted is not None:
        verify(space, fingerprint(client, space), wanted)
    name = f"{index_alias(space)}:v{SCHEMA}"
    if not _exists(client, name):
        _create(client, space, name, wanted)
    try:
        client.ft(name).aliasadd(index_alias(space))
    except foreign.ResponseError as error:
        if "alias already exists" not in str(error).lower():
            raise
    if wanted is not None:
        client.hset(meta_key(space), mapping=wanted.mapping())  # type: ignore[arg-type]


def exists(client: redis.Redis, space: str) -> bool:
    return _exists(client, index_alias(space))


def is_missing(error: Exception) -> bool:
    """Whether the server says that there is no such index; versions word it differently."""
    return any(words in str(error).lower() for words in ("unknown index name", "no such index"))


def drop(client: redis.Redis, space: str) -> None:
    """Drop the index and its fingerprint; its hashes stay."""
    if exists(client, space):
        client.ft(index_alias(space)).dropindex(delete_documents=False)
    client.delete(meta_key(space))


def status(client: redis.Redis, space: str) -> IndexStatus | None:
    """How the index of `space` is doing, or None when there is none."""
    if not exists(client, space):
        return None
    info: Any = client.ft(index_alias(space)).info()
    mark = fingerprint(client, space)
    return IndexStatus(
        name=index_alias(space),
        records=int(info["num_docs"]),
        failures=int(info["hash_indexing_failures"]),
        percent_indexed=float(info["percent_indexed"]) * 100,
        # Where a server counts the vectors apart, they are by far the most.
        memory_mb=float(info.get("total_index_memory_sz_mb", 0)) + float(info.get("vector_index_sz_mb", 0)),
        model=mark.model if mark else "",
        dims=mark.dims if mark else 0,
    )


def _exists(client: redis.Redis, name: str) -> bool:
    try:
        client.ft(name).info()
    except foreign.ResponseError as error:
        if is_missing(error):
            return False
        raise
    return True


def _create(client: redis.Redis, space: str, name: str, wanted: Fingerprint | None) -> None:
    from redisvl.exceptions import RedisSearchError
    from redisvl.index import SearchIndex
    from redisvl.schema import IndexSchema

    fields = [*_COMMON, *_FIELDS[space]]
    if wanted is not None:
        vector = {
            "dims": wanted.dims,
            "algorithm": "flat",
            "datatype": "float32",
            "distance_metric": "cosine",
        }
        fields.append({"name": VECTOR_FIELD[space], "type": "vector", "attrs": vector})
    prefix = DOC_PREFIX if space == DOC else piece_prefix(space)
    # Without stop words of its own: "The Who.jpg" must be found.
    index = {"name": name, "prefix": prefix, "stopwords": []}
    schema = IndexSchema.from_dict({"index": index, "fields": fields})
    try:
        SearchIndex(schema, redis_client=client).create()
    except RedisSearchError as error:
        # Two workers may create it at once; one of them comes second.
        if "already exists" not in str(error).lower():
            raise foreign.ResponseError(str(error)) from error
