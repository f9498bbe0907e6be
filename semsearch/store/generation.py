"""A generation: the vectors that one model made of the pieces of a space, and the index over them.

A space has a generation in use. Beside it there may be another one: the next, which is being built, or the
one before, which is kept until it is released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import redis

from semsearch.errors import FingerprintError
from semsearch.message import say
from semsearch.store.fingerprint import Fingerprint, verify
from semsearch.store.keys import index_alias, meta_key
from semsearch.store.layout import Layout
from semsearch.store.schema import FIELDS, IMAGE, SCHEMA, SEMANTIC, SPACES, VECTOR, VISUAL


class Algorithm(StrEnum):
    """How an index searches: it compares all vectors (flat), or follows a graph and may miss some (hnsw)."""

    FLAT = "flat"
    HNSW = "hnsw"


class Stage(StrEnum):
    """How far the other generation is."""

    BUILDING = "building"
    PAUSED = "paused"
    READY = "ready"  # it has all vectors, and can be put to use
    KEPT = "kept"  # it was in use before
    RELEASING = "releasing"  # its vectors are being removed


_FIRST = Layout()


@dataclass(frozen=True, slots=True)
class Generation:
    """Who made the vectors of a space, how they are stored, and how their index searches them.

    `source` is the setting that names the model, so that every process can load it; "" if it is not known.
    `text_source` is the text model that was set beside a picture model: the ids of some depend on it.
    `reach` is EF_RUNTIME, the candidates that a search of an HNSW index keeps. `recall` is the share of the
    10 nearest vectors that this index finds, measured on the library; None if it is exact. `exact_at` is the
    number of vectors at which no approximate index was good enough; 0 if none was tried.
    """

    fingerprint: Fingerprint
    layout: Layout = _FIRST
    algorithm: Algorithm = Algorithm.FLAT
    source: str = ""
    text_source: str = ""
    reach: int = 0
    recall: float | None = None
    exact_at: int = 0

    @classmethod
    def read(cls, stored: Mapping[bytes, bytes]) -> Generation | None:
        """Read a hash as Redis returns it; None if it names no model."""
        fingerprint = Fingerprint.read(stored)
        if fingerprint is None:
            return None
        return cls(
            fingerprint,
            Layout.read(stored.get(b"slot"), stored.get(b"datatype")),
            Algorithm(stored.get(b"algorithm", b"flat").decode()),
            stored.get(b"source", b"").decode("utf-8", "surrogateescape"),
            stored.get(b"text_source", b"").decode("utf-8", "surrogateescape"),
            int(stored.get(b"reach", 0)),
            float(stored[b"recall"]) if b"recall" in stored else None,
            int(stored.get(b"exact_at", 0)),
        )

    def mapping(self) -> dict[Any, Any]:  # redis-py takes no dict[str, ...]
        """The generation as fields of a hash."""
        return {
            **self.fingerprint.mapping(),
            "slot": self.layout.slot,
            "datatype": self.layout.datatype,
            "algorithm": self.algorithm,
            "source": self.source.encode("utf-8", "surrogateescape"),
            "text_source": self.text_source.encode("utf-8", "surrogateescape"),
            "reach": self.reach,
            **({} if self.recall is None else {"recall": f"{self.recall:.4f}"}),
        }

    def dims(self, space: str) -> dict[str, int]:
        """The vector fields of the index, each with the length of its vectors."""
        first = VISUAL if space == IMAGE else VECTOR
        lengths = {first: self.fingerprint.dims, SEMANTIC: self.fingerprint.semantic_dims}
        return {self.layout.field(name): dims for name, dims in lengths.items() if dims}

    def index_name(self, space: str) -> str:
        """The name of its index, which differs from that of the other generation."""
        return index_name(space, self)

    def makes_the_same(self, other: Generation) -> bool:
        """Whether both have vectors of the same model, stored in the same way, and search alike."""
        return (
            self.fingerprint.matches(other.fingerprint)
            and self.layout.datatype == other.layout.datatype
            and self.algorithm == other.algorithm
        )

    def __str__(self) -> str:
        return f"{self.fingerprint.model}, {self.algorithm}, {self.layout.datatype}"


def index_name(space: str, generation: Generation | None = None) -> str:
    """The name of the index of `space` in its present version, with the vectors of a generation."""
    name = f"{index_alias(space)}:v{SCHEMA[space]}.{FIELDS}"
    if generation is None:
        return name
    kind = [part for part in (generation.layout.slot, generation.algorithm) if part not in ("a", "flat")]
    return ":".join([name, *kind])


def check_in_use(space: str, found: Generation | None, wanted: Generation) -> None:
    """Raise FingerprintError unless the generation that was `found` in use is the one that is `wanted`."""
    if found is None:
        return
    verify(space, found.fingerprint, wanted.fingerprint)
    if found.layout != wanted.layout:
        raise FingerprintError(
            say("another {space} index was put to use meanwhile: search again", space=space)
        )


def stored_generation(client: redis.Redis, space: str) -> Generation | None:
    """The generation of `space` in use; None if the index has never been written to."""
    stored: Any = client.hgetall(meta_key(space))
    return Generation.read(stored)


def stored_generations(client: redis.Redis) -> dict[str, Generation]:
    """The generations in use, by space."""
    pipe = client.pipeline(transaction=False)
    for space in SPACES:
        pipe.hgetall(meta_key(space))
    read = {space: Generation.read(found) for space, found in zip(SPACES, pipe.execute(), strict=True)}
    return {space: generation for space, generation in read.items() if generation is not None}
