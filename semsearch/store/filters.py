"""Which documents a query may find, as filters of the search module.

Values that a user typed reach the server through redisvl's escaped filters or as words of letters and
digits, never by formatting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from semsearch.errors import QueryError
from semsearch.query import Filters
from semsearch.records import State
from semsearch.text import readable

if TYPE_CHECKING:
    from redisvl.query.filter import FilterExpression

    Where = FilterExpression

_SPECIAL = re.compile(r"[^\w]")


def condition(filters: Filters, *, excluding: str = "") -> FilterExpression:
    """The filter every leg applies: kind, path, media type, dates, size; without `excluding`, a doc."""
    from redisvl.query.filter import Num, Tag

    parts: list[Any] = []
    if filters.kind is not None:
        parts.append(Tag("kind") == filters.kind.value)
    if path := prefix(filters):
        parts.append(in_folder(path) if is_folder(filters) else in_folder(path) | beginning(path))
    if filters.media_type:
        parts.append(_of_type(filters.media_type))
    if filters.since is not None:
        parts.append(Num("date") >= filters.since.timestamp())
    if filters.until is not None:
        parts.append(Num("date") < filters.until.timestamp())
    if filters.min_size is not None:
        parts.append(Num("size") >= filters.min_size)
    if filters.max_size is not None:
        parts.append(Num("size") <= filters.max_size)
    if excluding:
        parts.append(Tag("doc") != excluding)
    return _all(parts)


def everything() -> FilterExpression:
    from redisvl.query.filter import FilterExpression

    return FilterExpression("*")


def _all(parts: Iterable[FilterExpression]) -> FilterExpression:
    whole = everything()
    for part in parts:
        whole = whole & part
    return whole


def prefix(filters: Filters) -> str:
    """The path that hits must begin with, as paths are stored; empty when any will do."""
    return filters.path.strip().strip("/")


def is_folder(filters: Filters) -> bool:
    """Whether the path is that of a folder: a slash at the end says so."""
    return filters.path.strip().endswith("/")


def beginning(path: str) -> FilterExpression:
    """Files whose path begins like this; within a name, as many as the server expands (PREFIX_LIMIT)."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@path:{{{_escaped(path)}*}}")


def in_folder(path: str) -> FilterExpression:
    """Files in this folder, or the file itself."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@folders:{{{_escaped(path)}}}")


def _of_type(media_type: str) -> FilterExpression:
    """Files of this type, or of any type of a group."""
    from redisvl.query.filter import FilterExpression

    group = media_type.removesuffix("*")
    wanted = f"{_escaped(group)}*" if group.endswith("/") else _escaped(media_type)
    return FilterExpression(f"@media_type:{{{wanted}}}")


def _escaped(value: str) -> str:
    """A value as part of a TAG clause. redisvl's escaper leaves some characters as they are.

    Raises QueryError for what no query can carry, and no path contains.
    """
    if "\0" in value:
        raise QueryError(f"a filter cannot contain a NUL: {value!r}")
    return _SPECIAL.sub(r"\\\g<0>", readable(value))


def containing(run: Sequence[str]) -> FilterExpression:
    """Documents in which these terms follow each other."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f'@terms:("{" ".join(map(plain, run))}")')


def demanded(phrases: Iterable[Sequence[str]], excluded: Iterable[Sequence[str]]) -> FilterExpression:
    """Documents with all of `phrases` and none of `excluded`, runs of terms."""
    from redisvl.query.filter import FilterExpression

    without = (FilterExpression(f"(-{containing(run)})") for run in excluded)
    return _all([*map(containing, phrases), *without])


def among(docs: Iterable[str]) -> FilterExpression:
    from redisvl.query.filter import Tag

    return Tag("doc") == list(docs)


def searchable(kinds: Sequence[str]) -> FilterExpression:
    """Documents that a search can show: indexed, or waiting for a model and known by name."""
    from redisvl.query.filter import Tag

    return (Tag("state") == [State.INDEXED.value, State.WAITING.value]) & (Tag("kind") == list(kinds))


def plain(word: str) -> str:
    if not word.isalnum():  # anything else could be query syntax
        raise QueryError(f"this is not a word: {word!r}")
    return word
