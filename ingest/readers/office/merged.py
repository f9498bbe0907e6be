"""Merged cells: the value of a group belongs to each of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

# A longer text in merged cells is a paragraph, and not the name of a group.
GROUP_NAME = 200


class Merge(NamedTuple):
    """Rows and columns of merged cells, counted from 0; the last ones belong to them."""

    top: int
    left: int
    bottom: int
    right: int


def filled(rows: Iterable[list[str]], merges: Iterable[Merge]) -> Iterator[list[str]]:
    """Yield the rows, in each of which the value of cells that are merged downwards stands.

    It stands in the first column of the merged cells only, because a row has it once.
    """
    waiting = sorted((merge for merge in merges if merge.bottom > merge.top), reverse=True)
    groups: list[tuple[Merge, str]] = []
    for number, row in enumerate(rows):
        groups = [group for group in groups if group[0].bottom >= number]
        for merge, name in groups:
            if len(row) > merge.left and any(row):  # a row without values stays empty
                row[merge.left] = row[merge.left] or name
        while waiting and waiting[-1].top <= number:
            merge = waiting.pop()
            name = row[merge.left] if merge.left < len(row) and merge.top == number else ""
            if 0 < len(name) <= GROUP_NAME:
                groups.append((merge, name))
        yield row
