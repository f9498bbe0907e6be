"""Cells of HTML tables that span rows: their words belong to each of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from ingest.readers.office.merged import Groups

TAGS = frozenset({"table", "tr", "td", "th"})


@dataclass(slots=True)
class _Table:
    """An open table. `column`, `rows` and `columns` are those of the open cell, `start` is its first run."""

    groups: Groups = field(default_factory=Groups)
    column: int = 0
    start: int = 0
    rows: str = ""
    columns: str = ""


class RowSpans:
    """Follows the tables of a page. `words_since` gives the words that are written from a run on."""

    def __init__(self, words_since: Callable[[int], str]) -> None:
        self._words_since = words_since
        self._tables: list[_Table] = []

    def enter(self, tag: str, node: LexborNode, run: int) -> Iterator[str]:
        """Begin an element of a table with this run. Yield the names of groups that come before it."""
        if tag == "table":
            self._tables.append(_Table())
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == "tr":
            table.groups.next_row()
            table.column = 0
        elif tag in ("td", "th"):
            while name := table.groups.of_row.get(table.column):
                yield name
                table.column += 1
                run += 1
            attributes = node.attributes
            table.start = run
            table.rows, table.columns = attributes.get("rowspan") or "", attributes.get("colspan") or ""

    def leave(self, tag: str) -> Iterator[str]:
        """End an element of a table. Yield the names of groups after the last cell of a row."""
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == "table":
            self._tables.pop()
        elif tag == "tr":
            yield from (name for at, name in sorted(table.groups.of_row.items()) if at >= table.column > 0)
        elif tag in ("td", "th"):
            if table.rows not in ("", "1"):
                table.groups.begin(table.column, table.rows, self._words_since(table.start))
            table.column += int(table.columns) if table.columns.isdigit() else 1
