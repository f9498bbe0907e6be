"""The three search indexes: what they hold, what made their vectors, and how they come to be.

Each has a versioned name (`semsearch:text:v1`) behind an alias (`semsearch:text`), which queries use.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import redis
from redis import exceptions as foreign

from semsearch.errors import FingerprintError
from semsearch.results import IndexStatus
from semsearch.store.keys import DOC_PREFIX, index_alias, meta_key, middle_key, piece_prefix

TEXT, IMAGE, DOC = "text", "image", "doc"
# The spaces whose indexes hold vectors.
SPACES = (TEXT, IMAGE)
# A schema for each space: when one of them changes, what fills the others stays.
SCHEMA = {TEXT: 2, IMAGE: 3, DOC: 3}

# A passage has one vector; a picture has one to compare it with pictures by, and one with words.
VECTOR, VISUAL, SEMANTIC = "vector", "visual", "semantic"

_POLL_SECONDS = 0.02

# Separates the values of a TAG field. The default, a comma, occurs in file names; this one does not.
SEPARATOR = "\x1f"

_TAG = {"separator": SEPARATOR, "case_sensitive": True}

# Exact, and what is compared with it: the defaults of most servers. At a search, as many candidates are kept
# as neighbours are asked for, which are more than an EF_RUNTIME of the usual size.
_EXACT: dict[str, Any] = {"algorithm": "flat"}
_APPROXIMATE: dict[str, Any] = {"algorithm": "hnsw", "m": 16, "ef_construction": 200}

# What every index can be filtered by.
_COMMON: list[dict[str, Any]] = [
    {"name": "doc", "type": "tag", "attrs": _TAG},
    {"name": "path", "type": "tag", "attrs": _TAG},
    # Every folder above the file: a folder filter is then an exact match, where a prefix match would
    # silently stop after the first 200 paths (MAXPREFIXEXPANSIONS).
    {"name": "folders", "type": "tag", "attrs": _TAG},
    {"name": "kind", "type": "tag", "attrs": _TAG},
    {"name": "media_type", "type": "tag", "attrs": _TAG},
    {"name": "size", "type": "numeric"},
    {"name": "date", "type": "numeric"},
]

_FIELDS: dict[str, list[dict[str, Any]]] = {
    DOC: [
        {"name": "root", "type": "tag", "attrs": _TAG},
        {"name": "state", "type": "tag", "attrs": _TAG},
        # The suffixes find parts of names: "nvoic".
        {"name": "name", "type": "text", "attrs": {"no_stem": True, "withsuffixtrie": True}},
        # Whole documents, in terms of semsearch's own making.
        {"name": "terms", "type": "text", "attrs": {"no_stem": True}},
    ],
    TEXT: [],
    IMAGE: [],
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What made the vectors of an index: a model, and the length of the vectors in each field.

    `dims` is that of `vector` or `visual`, `semantic_dims` that of `semantic`: 0 where there is none.
    """

    model: str
    dims: int
    semantic_dims: int = 0
    schema: int = SCHEMA[TEXT]

    @classmethod
    def of_texts(cls, model: str, dims: int) -> Fingerprint:
        """The fingerprint of a text model, by its id and the length of its vectors."""
        return cls(model, dims)

    @classmethod
    def of_pictures(cls, model: str, dims: int, semantic_dims: int) -> Fingerprint:
        """The fingerprint of a picture model, by its id and the lengths of its vectors."""
        return cls(model, dims, semantic_dims, SCHEMA[IMAGE])

    def __str__(self) -> str:
        dims = f"{self.dims} + {self.semantic_dims}" if self.semantic_dims else str(self.dims)
        return f"{self.model} ({dims} dimensions, schema {self.schema})"

    def mapping(self) -> dict[str, str | int]:
        semantic = {"semantic_dims": self.semantic_dims} if self.semantic_dims else {}
        return {
            "model": self.model,
            "dims": self.dims,
            **semantic,
            "metric": "cosine",
            "schema": self.schema,
        }


def fingerprint(client: redis.Redis, space: str) -> Fingerprint | None:
    """What made the vectors in `space`, or None when it has never been written."""
    stored: Any = client.hgetall(meta_key(space))
    return read(stored)


def read(stored: Mapping[bytes, bytes]) -> Fingerprint | None:
    """The fingerprint in a meta hash as Redis returns it; None without a model."""
    if b"model" not in stored:
        return None
    return Fingerprint(
        stored[b"model"].decode(),
        int(stored[b"dims"]),
        int(stored.get(b"semantic_dims", 0)),
        int(stored[b"schema"]),
    )


def is_outdated(space: str, found: Fingerprint | None, model: str) -> bool:
    """Whether the index must be filled anew: of an older schema, or by another version of `model`, an id."""
    if found is None:
        return False
    return found.schema < SCHEMA[space] or (found.model != model and _name(found.model) == _name(model))


def _name(model: str) -> str:
    """The id without the version: `minilook` of `minilook@4c1f`."""
    return model.partition("@")[0]


def verify(space: str, found: Fingerprint | None, wanted: Fingerprint) -> None:
    """Compare what an index was built with, if it has been, with the model in use.

    Vectors of two models in one index give nonsense without an error, so nobody may mix them: raises
    FingerprintError when another model filled it, or another version.
    """
    if found is None or found == wanted:
        return
    if is_outdated(space, found, wanted.model):
        raise FingerprintError(
            f"the {space} index was built with {found}, of another version than {wanted}, which is in use: "
            "run `semsearch ingest` on your folders, which builds it anew"
        )
    raise FingerprintError(
        f"the {space} index was built with {found}, but {wanted} is in use: "
        f"set SEMSEARCH_{space.upper()}_MODEL back, or run `semsearch ingest --rebuild` on your folders"
    )


def verify_model(space: str, found: Fingerprint | None, model: str) -> None:
    """`verify`, where only the id of the model in use is known."""
    if found is not None:
        verify(space, found, replace(found, model=model, schema=SCHEMA[space]))


def ensure(client: redis.Redis, space: str, wanted: Fingerprint | None = None) -> None:
    """Create the index of `space` unless it is there; `wanted` is required where there are vectors.

    Raises FingerprintError when another model filled it.
    """
    if wanted is not None:
        verify(space, fingerprint(client, space), wanted)
    name = f"{index_alias(space)}:v{SCHEMA[space]}"
    if not _exists(client, name):
        _create(client, space, name, wanted)
    older = _behind(client, index_alias(space))
    if older != name:
        client.ft(name).aliasupdate(index_alias(space))
        if older:
            client.ft(older).dropindex(delete_documents=False)
    if wanted is not None:
        client.hset(meta_key(space), mapping=wanted.mapping())  # type: ignore[arg-type]


@contextmanager
def approximated(client: redis.Redis, space: str) -> Iterator[None]:
    """Let an approximate index (HNSW) of the same vectors answer, built before and dropped after.

    Where a process is killed meanwhile, the next `ensure` puts the exact index back.
    """
    alias, wanted = index_alias(space), fingerprint(client, space)
    exact, other = _behind(client, alias), f"{alias}:approximate"
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


def exists(client: redis.Redis, space: str) -> bool:
    return _exists(client, index_alias(space))


def is_missing(error: Exception) -> bool:
    """Whether the server says that there is no such index; versions word it differently."""
    return any(words in str(error).lower() for words in ("unknown index name", "no such index"))


def drop(client: redis.Redis, space: str) -> None:
    """Drop the index, its fingerprint and its calibration; its hashes stay."""
    if exists(client, space):
        client.ft(index_alias(space)).dropindex(delete_documents=False)
    client.delete(meta_key(space), middle_key(space))


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
    return bool(_behind(client, name))


def _behind(client: redis.Redis, name: str) -> str:
    """The name of the index that a name or an alias stands for; empty when there is none."""
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
    from redisvl.exceptions import RedisSearchError
    from redisvl.index import SearchIndex
    from redisvl.schema import IndexSchema

    fields = [*_COMMON, *_FIELDS[space]]
    if wanted is not None:
        fields += _vector_fields(space, wanted, algorithm)
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
    # Hashes that are there already are read in the background. One that is written meanwhile may be
    # indexed as it was before.
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
