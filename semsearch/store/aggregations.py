"""Aggregations: commands to Redis that group hashes and count them. `Store.ask` sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from semsearch.overview import Away
from semsearch.records import Kind, State
from semsearch.store.filters import everything
from semsearch.store.keys import index_alias
from semsearch.store.schema import DOC
from semsearch.store.word_filters import Sought, with_any_term

if TYPE_CHECKING:
    from semsearch.store.filters import Where


_STATES = {state.value.encode(): state for state in State}
_KINDS = {kind.value.encode(): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of documents of a folder in one state and of one kind.

    `changed` is when the latest of them was indexed, in seconds since 1970.
    """

    root: str
    state: State
    kind: Kind
    number: int
    changed: float


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The steps of FT.AGGREGATE over the hashes of documents that pass a filter.

    `read` is the function that reads the reply.
    """

    where: Where
    steps: Sequence[str | int]
    read: Callable[[list[Any]], Any]

    def add_to(self, pipe: Any, timeout_ms: int) -> None:
        """Add the command to a pipeline. redis-py's AggregateRequest has no TIMEOUT."""
        options = ("TIMEOUT", timeout_ms, "DIALECT", 2)
        pipe.execute_command("FT.AGGREGATE", index_alias(DOC), str(self.where), *self.steps, *options)


def count_matching(terms: Sequence[Sought], where: Where) -> Aggregation:
    """Count the documents that pass a filter and have one of these terms."""
    steps = ("GROUPBY", 0, "REDUCE", "COUNT_DISTINCT", 1, "@doc", "AS", "documents")
    return Aggregation(with_any_term(terms) & where, steps, _counted)


def docs_of_hashes(where: Where, most: int) -> Aggregation:
    """Find the documents with hashes that pass a filter, at most `most`. Reads their ids."""
    steps = ("GROUPBY", 1, "@doc", "LIMIT", 0, most)
    return Aggregation(where, steps, lambda reply: frozenset(row[1].decode() for row in reply[1:]))


def docs_in_state(state: State, limit: int) -> Aggregation:
    """Find at most `limit` documents in this state, ordered by path. Reads their ids."""
    return docs_by_path(in_states([state]), 0, limit)


def in_states(states: Iterable[State]) -> Where:
    """The filter that documents in these states pass."""
    from redisvl.query.filter import Tag

    return Tag("state") == [state.value for state in states]


def waiting_pictures() -> Where:
    """The filter that pictures pass that wait for something."""
    from redisvl.query.filter import Tag

    return in_states([State.WAITING]) & (Tag("kind") == Kind.IMAGE.value)


def docs_by_path(where: Where, start: int, limit: int) -> Aggregation:
    """Find the documents that pass a filter, ordered by path, from number `start` on. Reads their ids."""
    order = ("SORTBY", 2, "@path", "ASC", "MAX", start + limit)
    steps = ("LOAD", 2, "@doc", "@path", *order, "LIMIT", start, limit)
    return Aggregation(where, steps, _docs)


def groups(fields: Sequence[str], where: Where | None = None) -> Aggregation:
    """Count the documents that pass a filter, for each combination of values of fields such as "@state".

    Reads pairs of values and count.
    """
    steps = _grouped_by(fields, fields, "REDUCE", "COUNT", 0, "AS", "count")
    return Aggregation(where or everything(), steps, _grouped)


def counts() -> Aggregation:
    """Count the documents of each folder by state and kind. Reads Counted."""
    by = ("@root", "@state", "@kind")
    reduced = ("REDUCE", "COUNT", 0, "AS", "count", "REDUCE", "MAX", 1, "@indexed_at", "AS", "changed")
    return Aggregation(everything(), _grouped_by((*by, "@indexed_at"), by, *reduced), _counts)


def away() -> Aggregation:
    """Find the folders that have missing documents. Reads Away."""
    from redisvl.query.filter import Tag

    counted = ("REDUCE", "COUNT", 0, "AS", "count", "REDUCE", "MIN", 1, "@missing_since", "AS", "since")
    steps = _grouped_by(["@root", "@missing_since"], ["@root"], *counted)
    return Aggregation(Tag("state") == State.MISSING.value, steps, _away)


def _grouped_by(loaded: Sequence[str], by: Sequence[str], *reduce: str | int) -> tuple[str | int, ...]:
    return ("LOAD", len(loaded), *loaded, "GROUPBY", len(by), *by, *reduce, "LIMIT", 0, 10_000)


def _docs(reply: list[Any]) -> tuple[str, ...]:
    """The ids in rows of [b"doc", id, b"path", path]. A damaged hash may lack both."""
    return tuple(row[1].decode() for row in reply[1:] if row[:1] == [b"doc"])


def _counted(reply: list[Any]) -> int:
    return int(reply[1][1]) if reply[1:] else 0


def _grouped(reply: list[Any]) -> list[tuple[tuple[str, ...], int]]:
    values = [[(value or b"").decode("utf-8", "surrogateescape") for value in row[1::2]] for row in reply[1:]]
    return [(tuple(group), int(count)) for *group, count in values]


def _counts(reply: list[Any]) -> list[Counted]:
    found = []
    for row in reply[1:]:
        root, state, kind, count, changed = row[1::2]
        # A part of a long text has neither state nor kind, and a damaged record may lack any of the three.
        if root is not None and state in _STATES and kind in _KINDS:
            where = root.decode("utf-8", "surrogateescape")
            found.append(Counted(where, _STATES[state], _KINDS[kind], int(count), float(changed or 0)))
    return found


def _away(reply: list[Any]) -> list[Away]:
    rows = reply[1:]
    return [Away(row[1].decode("utf-8", "surrogateescape"), int(row[3]), float(row[5])) for row in rows]
