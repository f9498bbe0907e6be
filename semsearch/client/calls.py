"""The calls of the API: what each sends, and how its answer is read. They are sent by the clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import quote

import httpx2

from semsearch.client import answers
from semsearch.client.parameters import Listing, Question, Search, written
from semsearch.errors import ApiError

T = TypeVar("T")

# The most hits of a page, and the cursor of the first one.
LONGEST_PAGE, FIRST = 100, "*"
# A question may wait for its turn, and the server gives a language model three minutes.
LONGEST_ANSWER = 240.0


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how the bytes of its answer are read. `picture` is posted in a form, `body` as JSON.

    The server may be silent for `patience` seconds, or as long as in all calls if that is longer.
    """

    path: str
    read: Callable[[bytes], T]
    parameters: Mapping[str, str | list[str]] = field(default_factory=dict)
    picture: bytes | None = None
    body: object = None
    patience: float = 0.0

    def request(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
        """The request. Raises ApiError for half a character, which cannot be sent."""
        try:
            return self._built(client)
        except UnicodeEncodeError as error:
            raise ApiError(f"A text cannot be written as UTF-8: {error}") from error

    def _built(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Request:
        if self.body is not None:
            return client.build_request("POST", self.path, json=self.body)
        if self.picture is None:
            return client.build_request(
                "GET", self.path, params=self.parameters, timeout=self._timeout(client)
            )
        return client.build_request(
            "POST", self.path, data=self.parameters, files={"image": ("picture", self.picture)}
        )

    def _timeout(self, client: httpx2.Client | httpx2.AsyncClient) -> httpx2.Timeout:
        """The times of all calls, of which the one for reading is at least `patience`."""
        usual = client.timeout
        read = None if usual.read is None else max(usual.read, self.patience)
        return httpx2.Timeout(read=read, connect=usual.connect, write=usual.write, pool=usual.pool)

    def answer(self, response: httpx2.Response) -> T:
        """What the response says. Raises ApiError when it is an error."""
        if response.is_success:
            return self.read(response.content)
        raise _error(response)


def search(q: str, picture: bytes | None, narrowing: Mapping[str, object]) -> Call[answers.Results]:
    parameters = written({"q": q or None, **narrowing})
    return Call("/api/search", _reads(answers.Results), parameters, picture)


def search_all(searches: Sequence[Search]) -> Call[tuple[answers.Results | ApiError, ...]]:
    body = {"searches": [written(each) for each in searches]}
    return Call("/api/search/batch", _read_batch, body=body)


def similar(doc: str, narrowing: Mapping[str, object]) -> Call[answers.Results]:
    return Call(f"/api/items/{_escaped(doc)}/similar", _reads(answers.Results), written(narrowing))


def browse(listing: Mapping[str, object]) -> Call[answers.Results]:
    return Call("/api/browse", _reads(answers.Results), written(listing, Listing))


def answer(q: str, filters: Mapping[str, object]) -> Call[answers.WrittenAnswer]:
    parameters = written({"q": q, **filters}, Question)
    return Call("/api/answer", _reads(answers.WrittenAnswer), parameters, patience=LONGEST_ANSWER)


def document(doc: str) -> Call[answers.Document]:
    return Call(f"/api/items/{_escaped(doc)}", _reads(answers.Document))


def sentence(doc: str, n: int, q: str) -> Call[answers.Excerpt]:
    return Call(f"/api/items/{_escaped(doc)}/passages/{n}/sentence", _reads(answers.Excerpt), {"q": q})


def part(doc: str, q: str) -> Call[answers.Part]:
    return Call(f"/api/items/{_escaped(doc)}/part", _reads(answers.Part), {"q": q})


def status() -> Call[answers.Status]:
    return Call("/api/status", _reads(answers.Status))


def original(doc: str) -> Call[bytes]:
    return Call(f"/file/{_escaped(doc)}", bytes)


def thumbnail(doc: str, size: int) -> Call[bytes]:
    return Call(f"/thumb/{_escaped(doc)}", bytes, {"size": str(size)})


def _escaped(doc: str) -> str:
    """The id of a document in an address. No document has an id with half a character."""
    return quote(doc, errors="replace")


def _reads(shape: type[T]) -> Callable[[bytes], T]:
    return partial(answers.read, shape)


def _read_batch(content: bytes) -> tuple[answers.Results | ApiError, ...]:
    """The results of each search, or its error."""
    return tuple(map(_result, answers.read(answers.Answers, content).answers))


def _result(answer: answers.Answer) -> answers.Results | ApiError:
    if answer.results is not None:
        return answer.results
    assert answer.error is not None
    return ApiError(answer.error.message, 400, answer.error.code, answer.error.request)


def _error(response: httpx2.Response) -> ApiError:
    """The error in a response of the API; of another address, its status."""
    status = response.status_code
    try:
        detail = response.json()["error"]
        return ApiError(detail["message"], status, detail["code"], detail["request"])
    except (ValueError, KeyError, TypeError):
        request = response.headers.get("X-Request-ID", "")
        return ApiError(
            f"{response.url.path} answered {status} {response.reason_phrase}", status, "", request
        )
