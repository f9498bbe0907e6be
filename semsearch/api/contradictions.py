"""Filters that no document passes, because two of them contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from semsearch.errors import QueryError
from semsearch.message import say


def check(values: Mapping[str, Any], sent: Callable[[str], str]) -> None:
    """Raise QueryError for filters that contradict each other. `sent` gives the text of a parameter."""
    since, until = values["since"], values["until"]
    if since and until and since >= until:
        raise QueryError(
            say(
                "since is {since!r}, which is not before until, {until!r}.",
                since=sent("since"),
                until=sent("until"),
            ),
            "until",
        )
    least, most = values["min_size"], values["max_size"]
    if least is not None and most is not None and least > most:
        raise QueryError(
            say(
                "min_size is {least!r}; that is more than max_size, {most!r}.",
                least=sent("min_size"),
                most=sent("max_size"),
            ),
            "max_size",
        )
