"""The JSON of saved searches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable

Json = dict[str, Any]


class SavedSearch(Payload):
    """A saved search, and what is new in it."""

    name: Readable = Field(description="Name of the search")
    search: Readable = Field(description="Query string of the search, as in the address of the page")
    new: list[str] = Field(
        description="Ids of the documents that runs of ingestion found since it was last opened, latest first"
    )


class SavedSearches(Payload):
    """All saved searches, by name."""

    searches: list[SavedSearch] = Field(description="The searches, in the order of their names")


def of_saved(searches: Iterable[Any]) -> Json:
    """The JSON of searches with a name, a query string and new documents."""
    return SavedSearches(
        searches=[SavedSearch(name=each.name, search=each.search, new=list(each.new)) for each in searches]
    ).json_value()
