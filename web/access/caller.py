"""Who makes a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from semsearch.errors import ForbiddenError
from semsearch.message import say


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, and what it may see: documents in `folders`, or all documents if that is None.

    `may_change` allows to change the library: its folders, which files are read again, and what people say
    of documents.
    """

    folders: tuple[str, ...] | None = None
    has_session: bool = False
    may_change: bool = False


# Nobody sees anything. It makes a request until the check of the request says otherwise.
_NOBODY = Caller(folders=())


def caller() -> Caller:
    """Who makes the current request."""
    found: Caller = g.get("caller", _NOBODY)
    return found


def set_caller(found: Caller) -> None:
    g.caller = found


def check_may_change() -> None:
    """Raise ForbiddenError for a caller who may only read."""
    if not caller().may_change:
        raise ForbiddenError(
            say("Only who has logged in may change the library, or this machine itself without a password.")
        )
