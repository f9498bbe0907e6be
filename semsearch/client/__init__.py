"""A client of the HTTP API, for programs in Python.

    from semsearch.client import Client

    with Client("http://127.0.0.1:8000") as library:
        for hit in library.search("something warm for winter", kind="text").hits:
            print(hit.path, hit.relevance)

`AsyncClient` has the same methods to await. docs/api.md describes the parameters and the fields of answers.
Every method raises ApiError.
"""

from semsearch.client.asynchronous import AsyncClient
from semsearch.client.blocking import Client
from semsearch.client.parameters import Filters, Listing, Narrowing, Search
from semsearch.errors import ApiError

__all__ = ["ApiError", "AsyncClient", "Client", "Filters", "Listing", "Narrowing", "Search"]
