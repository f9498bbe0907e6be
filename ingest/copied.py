"""What a run must know of what one of its workers wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copied:
    """What a run must know of what a worker wrote, besides the records.

    `copies` are documents that got the pieces of others. `moved` were missing and have lent what they had.
    `changes` counts the documents that were written.
    """

    copies: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    changes: int = 0
