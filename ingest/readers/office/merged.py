"""Merged cells: the value of a group belongs to each of its rows.

The value stands in the first column of the merged cells only, because a row has it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from semsearch.formats.rows import is_name

# A longer text in merged cells is a paragraph, and not the name of a group.
GROUP_NAME = 200


class Merge(NamedTuple):
    """Rows and columns of merged cells, counted from 0; the last ones belong to them."""

    top: int
    left: int
    bottom: int
    right: int


def filled(rows: Iterable[list[str]], merges: Iterable[Merge]) -> Iterator[list[str]]:
    """Yield the rows, in each of which the value of cells that are merged downwards stands."""
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


def with_heads(rows: Iterable[list[str]], merges: Iterable[Merge]) -> Iterator[list[str]]:
    """Yield the rows, with the names of columns in one row where they stand in two.

    So "Price" above "old" and "new" gives "Price old" and "Price new". The upper row is then blank. Only the
    first row with several values can be the upper one.
    """
    wide = [merge for merge in merges if merge.right > merge.left and merge.top == merge.bottom]
    rows = iter(rows)
    for number, row in enumerate(rows):
        if sum(map(bool, row)) < 2:
            yield row
            continue
        lower = next(rows, [])
        joined = _joined(row, lower, [merge for merge in wide if merge.top == number])
        yield from ([], joined) if joined else (row, lower)
        break
    yield from rows


def _joined(upper: Sequence[str], lower: Sequence[str], above: Sequence[Merge]) -> list[str]:
    """Return the names of columns that stand in two rows; [] when these are no names."""
    if not above or not all(is_name(name, "") for name in (*upper, *lower) if name):
        return []
    names = [under or name for name, under in zip(upper, lower, strict=False)]
    for merge in above:
        columns = range(merge.left, min(merge.right + 1, len(names)))
        if not all(lower[column] for column in columns):
            return []
        for column in columns:
            names[column] = f"{upper[merge.left]} {lower[column]}"
    return names


class Groups:
    """The names of groups in cells that span several rows, by their columns, while a table is read.

    Begin each row with `next_row`. `of_row` has the names of groups that began in a row above.
    """

    def __init__(self) -> None:
        self.of_row: dict[int, str] = {}
        self._left: dict[int, tuple[int, str]] = {}

    def next_row(self) -> None:
        self.of_row = {column: name for column, (_, name) in self._left.items()}
        self._left = {column: (rows - 1, name) for column, (rows, name) in self._left.items() if rows > 1}

    def begin(self, column: int, rows: str, name: str) -> None:
        """Note a cell that spans `rows`, a number as its file writes it. A long text names no group."""
        further = int(rows) - 1 if rows.isdigit() else 0
        if further > 0 and name and len(name) <= GROUP_NAME:
            self._left[column] = (further, name)
