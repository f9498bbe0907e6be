"""What programs send about their library: a search to be saved, and marks of documents."""

from __future__ import annotations

from typing import Any

from semsearch.api.labels import MOST_MARKED, read_docs
from semsearch.api.parameters import DOC
from semsearch.errors import QueryError

Json = dict[str, Any]

_MOST = 500

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

# What is kept of a mark by its name.
VALUES = {"like": 1, "less": -1, "none": 0}
MARKS: Json = {
    "type": "object",
    "properties": {
        "docs": {"type": "array", "items": {"type": "string"}, "maxItems": _MOST},
        "mark": {"type": "string", "enum": list(VALUES), "description": "none takes the marks away"},
    },
    "required": ["docs", "mark"],
}

_IDS: Json = {"type": "array", "maxItems": MOST_MARKED, "items": DOC.schema}
# What is said of documents, by their ids.
LABELLED: Json = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "yes": {**_IDS, "description": "Documents that are it"},
        "no": {**_IDS, "description": "Documents that are not it"},
        "none": {**_IDS, "description": "Documents whose marks are taken away"},
    },
}


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
    if not isinstance(mark, str) or mark not in VALUES:
        raise QueryError(f"mark must be one of {', '.join(VALUES)}, not {mark!r}.")
    return docs, VALUES[mark]


def read_labelled(body: object) -> dict[str, list[str]]:
    """The documents of what was posted, by what is said of them. Raises QueryError."""
    given = body if isinstance(body, dict) else {}
    if (
        not given
        or not given.keys() <= LABELLED["properties"].keys()
        or not all(map(_is_list, given.values()))
    ):
        raise QueryError(
            "The body must be an object with lists of ids of documents in yes (is it), no (is not it) or "
            "none (take the mark away)."
        )
    said = {key: docs for key, docs in given.items() if docs} or {"yes": []}
    return {key: read_docs(docs) for key, docs in said.items()}


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
