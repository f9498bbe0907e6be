"""What the client does when a server is full, gone, or none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from semsearch.client import ApiError, AsyncClient, Client
from tests.awaiting import awaited

_BUSY = b'{"error": {"code": "busy", "message": "Try again soon.", "request": "3f"}}'
_PART = b'{"box": null}'


@contextmanager
def full_for(refusals: int, seconds: str = "0") -> Iterator[tuple[str, list[str]]]:
    """A server that refuses requests at first; its address and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            is_full = len(asked) <= refusals
            self.send_response(503 if is_full else 200)
            self.send_header("Retry-After", seconds)
            self.end_headers()
            self.wfile.write(_BUSY if is_full else _PART)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_full_server_is_asked_again_when_it_says_so() -> None:
    with full_for(2) as (address, asked), Client(address) as client:
        assert client.part("a b", "owl").box is None
    assert asked == ["/api/items/a%20b/part?q=owl"] * 3


def test_a_client_waits_no_longer_than_its_patience() -> None:
    with full_for(9, "60") as (address, asked), Client(address, patience=1.0) as client:
        with pytest.raises(ApiError, match="Try again soon") as caught:
            client.status()
        assert (caught.value.status, caught.value.code) == (503, "busy")
        assert len(asked) == 1


@pytest.mark.parametrize(
    "named", ["Fri, 01 Jan 2100 00:00:00 GMT", "Fri, 99 Jan 2100 00:00:00 GMT", "soon", "-1", "nan", ""]
)
def test_a_client_does_not_wait_for_what_is_far_or_no_time(named: str) -> None:
    with full_for(9, named) as (address, asked), Client(address) as client:
        with pytest.raises(ApiError, match="Try again soon"):
            client.status()
        assert len(asked) == 1


@pytest.mark.parametrize("named", ["Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 -0000"])
def test_a_client_asks_at_once_when_the_time_is_over(named: str) -> None:
    with full_for(1, named) as (address, asked), Client(address) as client:
        assert client.part("a", "owl").box is None
    assert len(asked) == 2


def test_a_time_that_is_always_over_is_waited_for_no_longer_than_the_patience() -> None:
    past = "Thu, 01 Jan 2026 00:00:00 GMT"
    with full_for(99, past) as (address, asked), Client(address, patience=0.5) as client:
        with pytest.raises(ApiError, match="Try again soon"):
            client.status()
        assert len(asked) == 3


def test_an_awaited_client_waits_as_well() -> None:
    async def ask(address: str) -> None:
        async with AsyncClient(address) as client:
            await client.part("a", "owl")

    with full_for(2) as (address, asked):
        awaited(ask(address))
    assert len(asked) == 3


def test_a_server_that_is_gone_is_named() -> None:
    with full_for(0) as (address, _):
        pass
    with Client(address) as client, pytest.raises(ApiError, match=f"{address} does not answer") as caught:
        client.status()
    assert caught.value.status == 0


def test_half_a_character_is_not_sent_and_an_id_with_one_is_that_of_nothing() -> None:
    half = "\ud800"
    with full_for(9, "60") as (address, asked), Client(address) as client:
        for send in (
            lambda: client.search(half),
            lambda: client.search_all([{"q": half}]),
            lambda: client.search(half, picture=b"x"),
        ):
            with pytest.raises(ApiError, match="cannot be written as UTF-8"):
                send()
        with pytest.raises(ApiError, match="Try again soon"):
            client.document(half)
    assert asked == ["/api/items/%3F"]


def test_a_token_with_other_letters_is_refused() -> None:
    with pytest.raises(ApiError, match="A token has no letters but those of English"):
        Client(token="sem_ü")


def test_an_address_without_scheme_is_refused() -> None:
    with pytest.raises(ApiError, match="'localhost:8000' is not the address"):
        Client("localhost:8000")
