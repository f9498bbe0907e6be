"""The JSON of saved searches: their list, and what is posted to save one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable
from semsearch.errors import QueryError

Json = dict[str, Any]

BODY: Json = {
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


class SavedSearch(Payload):
    """A saved search, and what is new in it."""

    name: Readable = Field(description="Name of the search")
    search: Readable = Field(description="Query string of the search, as in the address of the page")
    new: list[str] = Field(
        description="Ids of the documents that runs of ingestion found since it was last opened, latest first"
    )


class SavedSearches(Payload):
    """All saved searches, by name."""

    searches: list[SavedSearch]


def of_saved(searches: Iterable[Any]) -> Json:
    """The JSON of searches with a name, a query string and new documents."""
    return SavedSearches(
        searches=[SavedSearch(name=each.name, search=each.search, new=list(each.new)) for each in searches]
    ).json_value()


def read_posted(body: object) -> tuple[str, str | None]:
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
