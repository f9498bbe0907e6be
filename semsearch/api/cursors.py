"""The parameter that says where the next page of a list begins."""

from __future__ import annotations

import re
from typing import ClassVar

from semsearch.api.values import Json, Value
from semsearch.errors import QueryError
from semsearch.query import Cursor

FIRST = "*"


class CursorValue(Value[Cursor | None]):
    """A place in the list of all hits: `*` for its begin, or the `next` of a page. None when absent."""

    pattern: ClassVar[str] = r"(\d{1,6})-(\d{1,18})"

    @property
    def schema(self) -> Json:
        return {"type": "string", "pattern": rf"^(\*|{self.pattern})$"}

    def read(self, name: str, text: str) -> Cursor | None:
        found = re.fullmatch(self.pattern, text, re.ASCII)
        if found:
            return Cursor(int(found[1]), int(found[2]))
        if text not in ("", FIRST):
            raise QueryError(
                f"{name} is {text!r:.80}; it must be {FIRST} for the first page, or the next of another page."
            )
        return Cursor() if text else None


def written(cursor: Cursor | None) -> str | None:
    """A cursor as the parameter expects it."""
    return None if cursor is None else f"{cursor.offset}-{cursor.revision}"
