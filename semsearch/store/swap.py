"""What a swap of two generations writes: the other one comes into use, and the one before is kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from semsearch.store.generation import Generation, Stage
from semsearch.store.keys import (
    index_alias,
    mean_vector_key,
    meta_key,
    other_key,
    other_mean_vector_key,
)

# The fields of `semsearch:meta:<space>` that belong to the space, and not to the generation in use.
OF_SPACE = frozenset((b"hashes", b"refused", b"changes"))
# The fields of `semsearch:other:<space>` that no generation in use has.
OF_OTHER = frozenset((b"stage", b"done", b"total", b"at", b"index", b"compared"))

# What a swap in several steps notes beside the other generation.
_BEFORE, _MEAN, _OTHER_MEAN = b"before:", b"swap:mean", b"swap:other_mean"


@dataclass(frozen=True, slots=True)
class Change:
    """A swap in a space: the fields of the generations `before` and `after` it, and their mean vectors.

    `index` is the name of the index that comes into use.
    """

    space: str
    before: Mapping[Any, Any]
    after: Mapping[Any, Any]
    mean: bytes
    other_mean: bytes
    index: bytes

    @classmethod
    def noted(cls, space: str, stored: Mapping[bytes, bytes]) -> Change | None:
        """The swap that was noted in the hash of the other generation; None if there is none."""
        if _MEAN not in stored:
            return None
        own = {name: value for name, value in stored.items() if name not in OF_OTHER}
        before = {name.removeprefix(_BEFORE): own.pop(name) for name in list(own) if name.startswith(_BEFORE)}
        return cls(space, before, own, own.pop(_MEAN), own.pop(_OTHER_MEAN), stored[b"index"])

    def note(self, pipe: Any) -> None:
        """Note what is to be written."""
        fields = {_BEFORE + name: value for name, value in self.before.items()}
        facts = {_MEAN: self.mean, _OTHER_MEAN: self.other_mean}
        pipe.hset(other_key(self.space), mapping=fields | facts)

    def use(self, pipe: Any) -> None:
        """Write the generation that comes into use."""
        if self.before:
            pipe.hdel(meta_key(self.space), *self.before)
        pipe.hset(meta_key(self.space), mapping=self.after)
        pipe.set(mean_vector_key(self.space), self.other_mean)

    def name(self, pipe: Any) -> None:
        """Let the alias name its index."""
        pipe.execute_command("FT.ALIASUPDATE", index_alias(self.space), self.index)

    def keep(self, pipe: Any) -> None:
        """Write the generation before, which is kept. What was noted goes with this, so it comes last."""
        index = Generation.read(self.before).index_name(self.space)  # type: ignore[union-attr]
        facts = {"stage": Stage.KEPT, "at": time.time(), "index": index}
        pipe.set(other_mean_vector_key(self.space), self.mean)
        pipe.delete(other_key(self.space))
        pipe.hset(other_key(self.space), mapping={**self.before, **facts})
