"""A parameter that is repeated for each of its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError
from semsearch.message import say

T = TypeVar("T")


@dataclass(frozen=True)
class Several(Value[tuple[T, ...]]):
    """Any number of values up to `most`, in the order in which they were sent, each once."""

    each: Value[T]
    most: int = 20

    @property
    def bounds(self) -> str:
        return ", ".join(filter(None, (self.each.bounds, f"up to {self.most} times")))

    @property
    def schema(self) -> Json:
        return {"type": "array", "items": self.each.schema, "maxItems": self.most}

    def trimmed(self, text: str) -> str:
        return self.each.trimmed(text)

    def read(self, name: str, text: str) -> tuple[T, ...]:
        return self.read_all(name, [text])

    def read_all(self, name: str, texts: Sequence[str]) -> tuple[T, ...]:
        if len(texts) > self.most:
            raise QueryError(
                say(
                    "{name} has {number} values; at most {most} are allowed: leave some out.",
                    name=name,
                    number=len(texts),
                    most=self.most,
                )
            )
        return tuple(dict.fromkeys(self.each.read(name, text) for text in texts))
