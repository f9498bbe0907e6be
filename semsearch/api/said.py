"""What programs send about their library: a search to be saved, and marks of documents."""

from __future__ import annotations

from typing import Any

from semsearch.errors import QueryError

Json = dict[str, Any]

SEARCH: Json = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "Name of the search, up to 200 characters"},
        "search": {
            "type": "string",
            "description": "Its query string, as in the address of the page: q=bread&kind=text",
        },
        "seen": {"type": "boolean", "description": "In place of search: what is new in it has been seen"},
    },
    "required": ["name"],
}

_VALUES = {"like": 1, "less": -1, "none": 0}
MARKS: Json = {
    "type": "object",
    "properties": {
        "docs": {"type": "array", "items": {"type": "string"}, "maxItems": 500},
        "mark": {"type": "string", "enum": list(_VALUES), "description": "none takes the marks away"},
    },
    "required": ["docs", "mark"],
}
_MOST = 500


def read_search(body: object) -> tuple[str, str | None]:
    """The name and the query string of what was posted; None to note that the search was seen.

    Raises QueryError.
    """
    given = body if isinstance(body, dict) else {}
    name, search = given.get("name"), given.get("search")
    if not isinstance(name, str):
        raise QueryError('The body must be an object with a text as its name: {"name": ..., "search": ...}.')
    if given.get("seen") is True and search is None:
        return name, None
    if not isinstance(search, str):
        raise QueryError("search is missing: it is a query string such as q=bread&kind=text.")
    return name, search


def read_marks(body: object) -> tuple[list[str], int]:
    """The documents and the value of what was posted. Raises QueryError."""
    given = body if isinstance(body, dict) else {}
    docs, mark = given.get("docs"), given.get("mark")
    if not isinstance(docs, list) or not all(isinstance(doc, str) for doc in docs) or len(docs) > _MOST:
        raise QueryError(f"docs must be a list of up to {_MOST} ids of documents.")
    if mark not in _VALUES:
        raise QueryError(f"mark must be one of {', '.join(_VALUES)}, not {mark!r}.")
    return docs, _VALUES[mark]
