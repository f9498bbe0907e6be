"""Which documents have places on a map, as commands that `Store.ask` sends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from semsearch.query import MapName
from semsearch.records import Kind, State
from semsearch.store import queries
from semsearch.store.aggregations import Aggregation, docs_of_hashes, in_states
from semsearch.store.explored import COORDINATES
from semsearch.store.queries import Command
from semsearch.store.schema import DOC

if TYPE_CHECKING:
    from semsearch.store.filters import Where

# The strips of a map whose documents are listed by a command each, so that none runs long.
_STRIPS = 32
_MOST = 10_000_000


def count_placed(on: MapName) -> Command:
    """Count the documents that have a place on a map."""
    return queries.count(DOC, _of_map(on) & _between(on, 0, 1))


def placed(on: MapName) -> Sequence[Aggregation]:
    """Find the documents that have a place on a map, in parts. Each reads ids."""
    borders = [n / _STRIPS for n in range(_STRIPS + 1)]
    return [docs_of_hashes(_of_map(on) & _between(on, low, high), _MOST) for low, high in pairwise(borders)]


def unplaced(on: MapName, kind: Kind, start: int, limit: int) -> Command:
    """Find indexed documents of a kind that have no place on a map, from number `start` on. Reads ids."""
    from redisvl.query.filter import FilterExpression, Tag

    without = FilterExpression(f"(-{_between(on, 0, 1)})")
    return queries.doc_ids(limit, in_states([State.INDEXED]) & (Tag("kind") == kind.value) & without, start)


def _of_map(on: MapName) -> Where:
    from redisvl.query.filter import Tag

    return in_states([State.INDEXED]) & (Tag("kind") == [kind.value for kind in on.kinds])


def _between(on: MapName, low: float, high: float) -> Where:
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@{COORDINATES[on][0]}:[{low:.6f} {high:.6f}]")
