"""The client for programs with asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from semsearch.client import answers, calls
from semsearch.client.calls import Call
from semsearch.client.parameters import Filters, Listing, Narrowing, Search
from semsearch.client.server import Server, pause
from semsearch.errors import ApiError

T = TypeVar("T")


class AsyncClient:
    """Asks a semsearch server. The methods are those of `Client`, to be awaited."""

    def __init__(
        self,
        address: str = "http://127.0.0.1:8000",
        token: str = "",
        *,
        patience: float = 10.0,
        timeout: float = 30.0,
    ) -> None:
        self._server = Server(address, token, patience, timeout)
        self._http = httpx2.AsyncClient(**self._server.options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def search(
        self, q: str = "", *, picture: bytes | None = None, **narrowing: Unpack[Narrowing]
    ) -> answers.Results:
        """A page of hits for words, for the bytes of a picture file, or for both."""
        return await self._send(calls.search(q, picture, narrowing))

    async def hits(self, q: str, **narrowing: Unpack[Narrowing]) -> AsyncIterator[answers.Hit]:
        """The hits for words, one page after the other: those of the 40,000 nearest passages.

        To be used in `async for`.
        """
        for_pages: Narrowing = {"limit": calls.LONGEST_PAGE, **narrowing, "cursor": calls.FIRST}
        while True:
            page = await self.search(q, **for_pages)
            for hit in page.hits:
                yield hit
            if page.next is None:
                return
            for_pages["cursor"] = page.next

    async def search_all(self, searches: Sequence[Search]) -> tuple[answers.Results | ApiError, ...]:
        """The results of each search, at most 20 in one request; the error of a search that is not valid."""
        return await self._send(calls.search_all(searches))

    async def browse(self, **listing: Unpack[Listing]) -> answers.Results:
        """A page of documents without a query: the newest first, by name, or the largest first."""
        return await self._send(calls.browse(listing))

    async def answer(self, q: str, **filters: Unpack[Filters]) -> answers.WrittenAnswer:
        """An answer in sentences, by the language model of the server. It takes up to minutes."""
        return await self._send(calls.answer(q, filters))

    async def similar(self, doc: str, **narrowing: Unpack[Narrowing]) -> answers.Results:
        """A page of documents like this one."""
        return await self._send(calls.similar(doc, narrowing))

    async def document(self, doc: str) -> answers.Document:
        """The record of a document and its passages."""
        return await self._send(calls.document(doc))

    async def sentence(self, doc: str, n: int, q: str) -> answers.Excerpt:
        """The sentence of passage `n` that answers `q`, in the snippet around it."""
        return await self._send(calls.sentence(doc, n, q))

    async def part(self, doc: str, q: str) -> answers.Part:
        """The part of a picture that matches `q`."""
        return await self._send(calls.part(doc, q))

    async def status(self) -> answers.Status:
        """The state of the library."""
        return await self._send(calls.status())

    async def original(self, doc: str) -> bytes:
        """The original file of a document."""
        return await self._send(calls.original(doc))

    async def thumbnail(self, doc: str, size: int = 640) -> bytes:
        """A picture as WebP, with a longest side of 320, 640 or 1280 pixels."""
        return await self._send(calls.thumbnail(doc, size))

    async def _send(self, call: Call[T]) -> T:
        left = self._server.patience
        while True:
            try:
                response = await self._http.send(call.request(self._http))
            except httpx2.HTTPError as error:
                raise self._server.lost(error) from error
            wait = pause(response, left)
            if wait is None:
                return call.answer(response)
            await asyncio.sleep(wait)
            left -= wait
