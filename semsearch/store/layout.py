"""How the vectors of a space are stored: in which fields of the hashes, and in which type of numbers.

A space has two slots, which are two sets of vector fields in the same hashes. A second model fills the slot
that is not in use, while searches are answered from the other one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import redis

from semsearch.records import Vector
from semsearch.store.keys import meta_key
from semsearch.store.schema import SEMANTIC, SPACES, TEXT, VECTOR, VISUAL


class Slot(StrEnum):
    """One of the two sets of vector fields."""

    A = "a"
    B = "b"

    @property
    def other(self) -> Slot:
        return Slot.B if self is Slot.A else Slot.A


class Datatype(StrEnum):
    """The type of the numbers in a stored vector."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"


@dataclass(frozen=True, slots=True)
class Layout:
    """The slot of the vectors of a space, and their type. The defaults are those of a new index."""

    slot: Slot = Slot.A
    datatype: Datatype = Datatype.FLOAT16

    def field(self, name: str) -> str:
        """The field of the hashes for VECTOR, VISUAL or SEMANTIC."""
        return name if self.slot is Slot.A else f"{name}_{self.slot}"

    def fields(self, space: str) -> list[str]:
        """The vector fields of the hashes of `space`; some of them may be absent."""
        return [self.field(name) for name in names(space)]

    def encode(self, vector: Vector) -> bytes:
        """A vector as it is stored."""
        return vector.astype(self.datatype.value).tobytes()

    def decode(self, stored: bytes) -> Vector:
        """A stored vector as float32."""
        return np.frombuffer(stored, dtype=self.datatype.value).astype(np.float32)

    def encoded(self, vectors: Mapping[str, Vector]) -> dict[str, str | int | float | bytes]:
        """The fields of a hash for these vectors, which are named VECTOR, VISUAL or SEMANTIC."""
        return {self.field(name): self.encode(vector) for name, vector in vectors.items()}

    @classmethod
    def read(cls, slot: bytes | None, datatype: bytes | None) -> Layout:
        """Read stored values. An older semsearch stored none, and its vectors are float32."""
        return cls(
            Slot((slot or b"a").decode()),
            Datatype((datatype or Datatype.FLOAT32.encode()).decode()),
        )


def names(space: str) -> Sequence[str]:
    """The names of the vectors of `space`."""
    return (VECTOR,) if space == TEXT else (VISUAL, SEMANTIC)


def stored_layouts(client: redis.Redis) -> dict[str, Layout]:
    """The layout in use of each space with vectors."""
    pipe = client.pipeline(transaction=False)
    for space in SPACES:
        pipe.hmget(meta_key(space), ["slot", "datatype"])
    replies: list[Any] = pipe.execute()
    return {space: Layout.read(*found) for space, found in zip(SPACES, replies, strict=True)}
