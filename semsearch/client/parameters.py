"""The parameters of a search, as a program in Python writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypedDict


class Narrowing(TypedDict, total=False):
    """How to search. docs/api.md says what each parameter does; one that is left out has its default.

    A filter with several values lets through what has one of them.
    """

    like: str | Sequence[str]
    unlike: str | Sequence[str]
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
    mode: Literal["hybrid", "meaning", "words"]
    order: Literal["relevance", "date", "name", "size"]
    facets: bool
    copies: bool
    explain: bool
    unfinished: bool
    limit: int
    offset: int
    cursor: str


class Search(Narrowing, total=False):
    """One search of several."""

    q: str


_KNOWN = frozenset({"q", *Narrowing.__annotations__})


def written(given: Mapping[str, object]) -> dict[str, str | list[str]]:
    """The parameters as text, without those that are None. A list stands for one that is repeated.

    Raises TypeError for a parameter that does not exist: the server would ignore it.
    """
    for name in given.keys() - _KNOWN:
        raise TypeError(f"a search has no parameter {name!r}; it has: {', '.join(sorted(_KNOWN))}")
    return {
        name: [_text(each) for each in value] if isinstance(value, list | tuple) else _text(value)
        for name, value in given.items()
        if value is not None
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)
