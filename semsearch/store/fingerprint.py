"""The fingerprint of an index: the model that made its vectors, their lengths, and the schema version.

Distances between vectors of two models mean nothing, and no error would show it. So the fingerprint is
compared with the model in use before the first write and before each query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import redis

from semsearch.errors import FingerprintError
from semsearch.message import say
from semsearch.store.keys import meta_key
from semsearch.store.schema import IMAGE, SCHEMA, TEXT


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A model by its id, the lengths of its vectors, and the schema version of the index.

    `dims` is the length of `vector` or `visual`, `semantic_dims` that of `semantic`; it is 0 in an index
    without that field.
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

    @classmethod
    def read(cls, stored: Mapping[bytes, bytes]) -> Fingerprint | None:
        """Read a hash as Redis returns it; None if it names no model."""
        if b"model" not in stored:
            return None
        return cls(
            stored[b"model"].decode(),
            int(stored[b"dims"]),
            int(stored.get(b"semantic_dims", 0)),
            int(stored[b"schema"]),
        )

    def mapping(self) -> dict[str, str | int]:
        """The fingerprint as fields of a hash."""
        semantic = {"semantic_dims": self.semantic_dims} if self.semantic_dims else {}
        return {
            "model": self.model,
            "dims": self.dims,
            **semantic,
            "metric": "cosine",
            "schema": self.schema,
        }

    def matches(self, other: Fingerprint) -> bool:
        """Whether vectors of both can be compared. The names of the models may differ."""
        mine, theirs = (
            (weights_of(each.model), each.dims, each.semantic_dims, each.schema) for each in (self, other)
        )
        return mine == theirs

    def __str__(self) -> str:
        dims = f"{self.dims} + {self.semantic_dims}" if self.semantic_dims else str(self.dims)
        return f"{self.model} ({dims} dimensions, schema {self.schema})"


def stored_fingerprint(client: redis.Redis, space: str) -> Fingerprint | None:
    """The fingerprint of the index of `space`; None if the index has never been written to."""
    stored: Any = client.hgetall(meta_key(space))
    return Fingerprint.read(stored)


def is_outdated(space: str, found: Fingerprint | None, model: str) -> bool:
    """Whether the index has an older schema, or another version of `model`, an id, filled it."""
    if found is None:
        return False
    return found.schema < SCHEMA[space] or is_retrained(found, model)


def is_retrained(found: Fingerprint, model: str) -> bool:
    """Whether `model`, an id, is another version of the model that filled an index."""
    return not same_weights(found.model, model) and _name(found.model) == _name(model)


def verify(space: str, found: Fingerprint | None, in_use: Fingerprint) -> None:
    """Compare the fingerprint of an index with that of the model in use. An index without one passes.

    Raises FingerprintError when another model, or another version of this model, filled the index.
    """
    if found is None or found.matches(in_use):
        return
    if is_outdated(space, found, in_use.model):
        raise FingerprintError(
            say(
                "the {space} index was built with {found}, of another version than {used}, which is in use: "
                "run `semsearch ingest` on your folders, which builds it again",
                space=space,
                found=str(found),
                used=str(in_use),
            )
        )
    setting = f"SEMSEARCH_{space.upper()}_MODEL"
    raise FingerprintError(
        say(
            "the {space} index was built with {found}, but {used} is in use: "
            "run `semsearch index build`, which makes a second index beside it and puts it to use, "
            "or set {setting} back",
            space=space,
            found=str(found),
            used=str(in_use),
            setting=setting,
        )
    )


def verify_model(space: str, found: Fingerprint | None, model: str) -> None:
    """Do the same as `verify`, with nothing but the id of the model in use."""
    if found is not None:
        verify(space, found, replace(found, model=model, schema=SCHEMA[space]))


def same_weights(one: str, other: str) -> bool:
    """Whether two ids are of the same weights. The names differ when a folder has moved or was renamed."""
    return weights_of(one) == weights_of(other)


def weights_of(model: str) -> str:
    """The hashes in the id of a model; the whole id if it has none.

    An id is `name@hash`. Those of some picture models go on with `+` and the id of a text model or a head.
    """
    return "+".join(part.rpartition("@")[2] for part in model.split("+"))


def _name(model: str) -> str:
    """The id without the version: `minilook` for `minilook@4c1f`."""
    return model.partition("@")[0]
