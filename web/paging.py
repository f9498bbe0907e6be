"""Pages of lists: which part of a list is shown, and where the pages before and after it begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """The page that begins at `offset`, with up to `size` of `total` entries. None begins beyond `last`."""

    offset: int
    size: int
    total: int
    last: int | None = None

    def of(self, every: Sequence[T]) -> Sequence[T]:
        """The entries of this page."""
        return every[self.offset : self.offset + self.size]

    @property
    def before(self) -> int | None:
        """Where the page before it begins; None for the first one."""
        return max(0, self.offset - self.size) if self.offset else None

    @property
    def after(self) -> int | None:
        """Where the next page begins; None for the last one."""
        begin = self.offset + self.size
        return begin if begin < self.total and (self.last is None or begin <= self.last) else None
