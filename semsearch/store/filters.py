"""Filters: which documents a query may find, as expressions of RediSearch.

Text from a user is escaped, or checked to be a word of letters and digits, before it becomes part of an
expression.
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
    """The filter of every leg: kind, path, media type, date, size. It leaves out the document `excluding`."""
    from redisvl.query.filter import Num, Tag

    parts: list[Any] = []
    if filters.kind is not None:
        parts.append(Tag("kind") == filters.kind.value)
    if path := path_prefix(filters):
        parts.append(in_folder(path) if is_folder(filters) else in_folder(path) | with_path_prefix(path))
    if filters.media_type:
        parts.append(_with_media_type(filters.media_type))
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


def path_prefix(filters: Filters) -> str:
    """The path with which the paths of hits must begin, written like a stored path; may be empty."""
    return filters.path.strip().strip("/")


def is_folder(filters: Filters) -> bool:
    """Whether the path filter names a folder: it ends with a slash."""
    return filters.path.strip().endswith("/")


def with_path_prefix(path: str) -> FilterExpression:
    """Files whose path begins with `path`, up to the number of paths to which the server expands a prefix."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@path:{{{_escaped(path)}*}}")


def in_folder(path: str) -> FilterExpression:
    """Files in the folder `path`, at any depth, or the file `path` itself."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f"@folders:{{{_escaped(path)}}}")


def _with_media_type(media_type: str) -> FilterExpression:
    """Files of this type, or of any type of a group such as image/*."""
    from redisvl.query.filter import FilterExpression

    group = media_type.removesuffix("*")
    wanted = f"{_escaped(group)}*" if group.endswith("/") else _escaped(media_type)
    return FilterExpression(f"@media_type:{{{wanted}}}")


def _escaped(value: str) -> str:
    """A value as part of a TAG clause. redisvl's own escaper misses some characters.

    Raises QueryError for a NUL, which no expression can carry and no path contains.
    """
    if "\0" in value:
        raise QueryError(f"a filter cannot contain a NUL: {value!r}")
    return _SPECIAL.sub(r"\\\g<0>", readable(value))


def with_phrase(phrase: Sequence[str]) -> FilterExpression:
    """Documents that have these terms one after the other."""
    from redisvl.query.filter import FilterExpression

    return FilterExpression(f'@terms:("{" ".join(map(checked_word, phrase))}")')


def with_phrases(phrases: Iterable[Sequence[str]], excluded: Iterable[Sequence[str]]) -> FilterExpression:
    """Documents that have all of `phrases` and none of `excluded`; each is a sequence of terms."""
    from redisvl.query.filter import FilterExpression

    without = (FilterExpression(f"(-{with_phrase(phrase)})") for phrase in excluded)
    return _all([*map(with_phrase, phrases), *without])


def one_of(docs: Iterable[str]) -> FilterExpression:
    """The documents with these ids."""
    from redisvl.query.filter import Tag

    return Tag("doc") == list(docs)


def searchable(kinds: Sequence[str]) -> FilterExpression:
    """Documents that a search can show: indexed ones, and those that wait for a model but have a name."""
    from redisvl.query.filter import Tag

    return (Tag("state") == [State.INDEXED.value, State.WAITING.value]) & (Tag("kind") == list(kinds))


def checked_word(word: str) -> str:
    """The word itself. Raises QueryError for other characters than letters and digits: they may be syntax."""
    if not word.isalnum():
        raise QueryError(f"this is not a word: {word!r}")
    return word
