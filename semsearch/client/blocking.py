"""The client whose methods return when the answer is there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from semsearch.client import answers, calls
from semsearch.client.calls import Call
from semsearch.client.parameters import Filters, Listing, Narrowing, Search
from semsearch.client.server import Server, pause
from semsearch.errors import ApiError

T = TypeVar("T")


class Client:
    """Asks a semsearch server. Use it in a `with`, which closes its connections. Safe to share among threads.

    `address` is that of the server, and `token` an API token where it has a password. When a full server
    refuses a request, it is sent again at the time that the server names, for `patience` seconds at most. The
    server may be silent for `timeout` seconds. Every method raises ApiError.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:8000",
        token: str = "",
        *,
        patience: float = 10.0,
        timeout: float = 30.0,
    ) -> None:
        self._server = Server(address, token, patience, timeout)
        self._http = httpx2.Client(**self._server.options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def search(
        self, q: str = "", *, picture: bytes | None = None, **narrowing: Unpack[Narrowing]
    ) -> answers.Results:
        """A page of hits for words, for the bytes of a picture file, or for both."""
        return self._send(calls.search(q, picture, narrowing))

    def hits(self, q: str, **narrowing: Unpack[Narrowing]) -> Iterator[answers.Hit]:
        """The hits for words, one page after the other: those of the 40,000 nearest passages."""
        for_pages: Narrowing = {"limit": calls.LONGEST_PAGE, **narrowing, "cursor": calls.FIRST}
        while True:
            page = self.search(q, **for_pages)
            yield from page.hits
            if page.next is None:
                return
            for_pages["cursor"] = page.next

    def search_all(self, searches: Sequence[Search]) -> tuple[answers.Results | ApiError, ...]:
        """The results of each search, at most 20 in one request; the error of a search that is not valid."""
        return self._send(calls.search_all(searches))

    def browse(self, **listing: Unpack[Listing]) -> answers.Results:
        """A page of documents without a query: the newest first, by name, or the largest first."""
        return self._send(calls.browse(listing))

    def answer(self, q: str, **filters: Unpack[Filters]) -> answers.WrittenAnswer:
        """An answer in sentences, by the language model of the server. It takes up to minutes."""
        return self._send(calls.answer(q, filters))

    def similar(self, doc: str, **narrowing: Unpack[Narrowing]) -> answers.Results:
        """A page of documents like this one."""
        return self._send(calls.similar(doc, narrowing))

    def document(self, doc: str) -> answers.Document:
        """The record of a document and its passages."""
        return self._send(calls.document(doc))

    def sentence(self, doc: str, n: int, q: str) -> answers.Excerpt:
        """The sentence of passage `n` that answers `q`, in the snippet around it."""
        return self._send(calls.sentence(doc, n, q))

    def part(self, doc: str, q: str) -> answers.Part:
        """The part of a picture that matches `q`."""
        return self._send(calls.part(doc, q))

    def status(self) -> answers.Status:
        """The state of the library."""
        return self._send(calls.status())

    def original(self, doc: str) -> bytes:
        """The original file of a document."""
        return self._send(calls.original(doc))

    def thumbnail(self, doc: str, size: int = 640) -> bytes:
        """A picture as WebP, with a longest side of 320, 640 or 1280 pixels."""
        return self._send(calls.thumbnail(doc, size))

    def _send(self, call: Call[T]) -> T:
        left = self._server.patience
        while True:
            try:
                response = self._http.send(call.request(self._http))
            except httpx2.HTTPError as error:
                raise self._server.lost(error) from error
            wait = pause(response, left)
            if wait is None:
                return call.answer(response)
            time.sleep(wait)
            left -= wait
