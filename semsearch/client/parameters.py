"""The parameters of a search, as a program in Python writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypedDict


class Filters(TypedDict, total=False):
    """Which documents count. docs/api.md says what each parameter does; one that is left out has its default.

    A filter with several values lets through what has one of them.
    """

    kind: Literal["all", "text", "image", "other"]
    path: str | Sequence[str]
    type: str | Sequence[str]
    language: str | Sequence[str]
    camera: str | Sequence[str]
    location: str | Sequence[str]
    near: str
    when: str | Sequence[str]
    since: date | str
    until: date | str
    min_size: int | str
    max_size: int | str
    topic: str | Sequence[str]
    label: str | Sequence[str]
    area: str


class Listing(Filters, total=False):
    """How to list documents."""

    order: Literal["relevance", "date", "name", "size"]
    facets: bool
    limit: int
    offset: int
    cursor: str


class Narrowing(Listing, total=False):
    """How to search."""

    like: str | Sequence[str]
    unlike: str | Sequence[str]
    mode: Literal["hybrid", "meaning", "words"]
    copies: bool
    explain: bool
    unfinished: bool


class Search(Narrowing, total=False):
    """One search of several."""

    q: str


class Question(Filters, total=False):
    """What to answer, and from which documents."""

    q: str


def written(given: Mapping[str, object], shape: type = Search) -> dict[str, str | list[str]]:
    """The parameters as text, without those that are None. A list stands for one that is repeated.

    `shape` has the parameters that there are. Raises TypeError for another one: the server would ignore it.
    """
    known = shape.__annotations__
    for name in given.keys() - known.keys():
        called = shape.__name__.lower()
        raise TypeError(f"a {called} has no parameter {name!r}; it has: {', '.join(sorted(known))}")
    return {
        name: [_text(each) for each in value] if isinstance(value, list | tuple) else _text(value)
        for name, value in given.items()
        if value is not None
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)
