"""Connections on a real socket: what is refused before a view sees it, deadlines, and too many of them."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from semsearch.query import Query
from semsearch.results import Results
from tests.memory_library import MemoryLibrary
from web.connections import Limits
from web.server import THREADS, Server, bind
from web.turns import CORES

LARGE = 8_000_000
HOST = b"Host: localhost\r\n"
CODES = ("bad_request", "headers_too_large")


class SlowLibrary(MemoryLibrary):
    """A library whose searches wait until the test lets them go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.asked: list[str] = []

    def search(self, query: Query) -> Results:
        self.asked.append(query.text)
        self.began.set()
        assert self.may_end.wait(30)
        return super().search(query)


@pytest.fixture
def library(tmp_path: Path) -> SlowLibrary:
    root = tmp_path / "folder"
    root.mkdir()
    (root / "large.txt").write_text("owl")
    library = SlowLibrary()
    library.add(root, "large.txt", doc="large")
    (root / "large.txt").write_bytes(b"owl " * (LARGE // 4))  # which the library need not search
    return library


@contextmanager
def running(app: Flask, limits: Limits | None = None) -> Iterator[Server]:
    server = bind(app, "127.0.0.1", 0, limits)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(30)


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with running(app) as server:
        yield server


def connect(server: Server, source: str = "127.0.0.1") -> socket.socket:
    address = ("127.0.0.1", server.effective_port)
    return socket.create_connection(address, timeout=20, source_address=(source, 0))


def rest_of(connection: socket.socket) -> bytes:
    """All that the server sends until it closes the connection."""
    received = b""
    while more := connection.recv(65_536):
        received += more
    return received


def talk(server: Server, sent: bytes) -> bytes:
    with connect(server) as connection:
        connection.sendall(sent)
        return rest_of(connection)


def get(server: Server, path: str = "/healthz") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=20)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def turns(server: Server, figure: str) -> float:
    """A figure of the waiting rooms, as Prometheus gets it."""
    address = f"http://127.0.0.1:{server.effective_port}/metrics"
    with urllib.request.urlopen(address, timeout=20) as response:
        metrics: str = response.read().decode()
    return float(metrics.split(f"semsearch_turns_{figure} ")[1].split()[0])


def assert_is_like_all_responses(response: bytes) -> None:
    head = response.partition(b"\r\n\r\n")[0]
    for name in (b"Content-Security-Policy", b"X-Content-Type-Options", b"Referrer-Policy", b"X-Request-Id"):
        assert head.count(name) == 1, head
    assert b"Connection: close" in head
    assert b"waitress" not in response


CHUNKED = b"POST /api/search HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST
UNREADABLE = {
    "no request": b"NONSENSE\r\n\r\n",
    "a lower-case method": b"get / HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the first line": b"GET /\x00 HTTP/1.1\x00\r\n" + HOST + b"\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a bare line feed": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\nY: b\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n",
    "an address that cannot be read": b"GET http://[ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a negative length": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n" + HOST + b"\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + HOST + b"\r\nx",
    "a length of 5,000 digits": b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "a length and chunks": CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\n0\r\n\r\n",
    "a chunk size that is no number": CHUNKED + b"\r\nxyz\r\n",
    "a chunk that is too long": CHUNKED + b"\r\n1\r\nabc\r\n0\r\n\r\n",
    "a chunk size without end": CHUNKED + b"\r\n" + b"0" * 5_000,
    "trailers without end": CHUNKED + b"\r\n0\r\n" + b"X: y\r\n" * 5_000,
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\nConnection: close\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
}


@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_request_that_breaks_the_rules_gets_a_400_like_all_errors(server: Server, sent: bytes) -> None:
    if sent.startswith(
        b"GET /healthz HTTP/1.1\r\n\r\n"
    ):  # it may be answered on a connection that stays open
        sent = sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    response = talk(server, sent)
    assert response.split(b" ", 2)[1] == b"400"
    assert response.count(b"HTTP/1.") == 1
    assert_is_like_all_responses(response)


@pytest.mark.parametrize(
    "broken",
    [b"?q=" + b"y" * 70_000 + b" HTTP/1.1\r\n", b" HTTP/1.1\r\nX: " + b"y" * 70_000, b" nonsense\r\n"],
)
def test_a_program_whose_request_cannot_be_read_gets_json(server: Server, broken: bytes) -> None:
    response = talk(server, b"GET /api/search" + broken + b"\r\n\r\n")
    assert response.split(b" ", 2)[1] in (b"400", b"431")
    assert b"Content-Type: application/problem+json" in response
    assert json.loads(response.partition(b"\r\n\r\n")[2])["error"]["code"] in CODES
    assert_is_like_all_responses(response)


def test_headers_that_are_too_large_get_a_431(server: Server) -> None:
    for headers in (b"X: " + b"y" * 70_000 + b"\r\n", b"X: y\r\n" * 20_000):
        response = talk(server, b"GET / HTTP/1.1\r\n" + HOST + headers + b"\r\n")
        assert response.split(b" ", 2)[1] == b"431"
        assert b"64 kB" in response
        assert_is_like_all_responses(response)


def test_a_transfer_encoding_that_is_not_known_gets_a_501(server: Server) -> None:
    for encoding in (b"gzip", b"chunked, gzip", b"xchunked"):
        request = b"POST / HTTP/1.1\r\nTransfer-Encoding: " + encoding + b"\r\n" + HOST + b"\r\n"
        response = talk(server, request)
        assert response.split(b" ", 2)[1] == b"501"
        assert_is_like_all_responses(response)


@pytest.mark.parametrize("body", ["with its length", "in chunks"])
def test_an_upload_above_the_limit_gets_a_413_although_the_client_sends_on(server: Server, body: str) -> None:
    length, piece = 40_000_000, b"0" * 100_000
    head = b"POST /api/search HTTP/1.1\r\n" + HOST
    with connect(server) as connection:
        if body == "in chunks":
            connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
            piece = b"%x\r\n%s\r\n" % (len(piece), piece)
        else:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % length)
        for _ in range(length // 100_000):
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        response = rest_of(connection)
    assert response.split(b" ", 2)[1] == b"413"
    assert_is_like_all_responses(response)
    error = json.loads(response.partition(b"\r\n\r\n")[2])["error"]
    assert error["code"] == "too_large"
    assert "20 MB" in error["message"]
    assert f"X-Request-Id: {error['request']}".encode() in response


def test_an_upload_above_the_limit_on_the_page_gets_a_page(server: Server) -> None:
    response = talk(
        server, b"POST /search/picture HTTP/1.1\r\nContent-Length: 99000000\r\n" + HOST + b"\r\nabc"
    )
    assert response.split(b" ", 2)[1] == b"413"
    assert b"<h1>The request is too large</h1>" in response
    assert_is_like_all_responses(response)


def test_requests_of_a_pipeline_are_answered_in_order(server: Server) -> None:
    one = b"GET /static/semsearch.js HTTP/1.1\r\n" + HOST + b"\r\n"
    two = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    response = talk(server, one + two + b"NONSENSE\r\n\r\n" + two)
    first, second, third = response.split(b"HTTP/1.")[1:]
    assert [each.split(b" ")[1] for each in (first, second, third)] == [b"200", b"200", b"400"]
    assert b"text/javascript" in first
    assert b'"ok"' in second


def test_a_body_in_chunks_reaches_the_view(server: Server, library: SlowLibrary) -> None:
    library.may_end.set()
    form = b"q=owls"
    head = CHUNKED + b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    response = talk(server, head + b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(form), form))
    assert response.split(b" ", 2)[1] == b"200"


QUICK = Limits(request=0.2, idle=0.2, stalled=0.2, lingering=0.2)


def test_a_request_that_takes_too_long_gets_a_408(app: Flask) -> None:
    with running(app, QUICK) as server:
        for sent in (
            b"GET / HT",
            b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n",
            b"POST /api/search HTTP/1.1\r\nContent-Length: 100\r\n" + HOST + b"\r\nabc",
            CHUNKED + b"\r\n5\r\nab",
        ):
            response = talk(server, sent)
            assert response.split(b" ", 2)[1] == b"408"
            assert b"took too long to arrive" in response
            assert_is_like_all_responses(response)


def test_a_request_that_comes_byte_by_byte_is_late_too(app: Flask) -> None:
    with running(app, QUICK) as server, connect(server) as connection:
        connection.settimeout(0.05)
        received = b""
        while not received:  # each byte restarts a deadline that counts from the last one
            connection.sendall(b"a")
            try:
                received = connection.recv(65_536)
            except TimeoutError:
                continue
        assert received.split(b" ", 2)[1] == b"408"


def test_a_connection_without_a_request_is_closed(app: Flask) -> None:
    with running(app, QUICK) as server:
        assert talk(server, b"") == b""
        assert talk(server, b"\r\n\r\n") == b""


def test_a_connection_is_closed_when_it_is_idle_after_a_response(app: Flask) -> None:
    with running(app, QUICK) as server:
        response = talk(server, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        assert response.split(b" ", 2)[1] == b"200"
        assert b"Connection: close" not in response


def test_an_upload_that_is_fast_enough_gets_more_time(app: Flask, library: SlowLibrary) -> None:
    library.may_end.set()
    with running(app, Limits(request=0.2, bytes_a_second=1_000)) as server, connect(server) as connection:
        form = b"q=" + b"a" * 9_998
        connection.sendall(
            b"POST /api/search HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + b"Content-Length: 10000\r\nConnection: close\r\n" + HOST + b"\r\n" + form[:9_000]
        )  # fmt: skip
        connection.settimeout(1.5)  # the deadlines are checked meanwhile
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.sendall(form[9_000:])
        assert rest_of(connection).split(b" ", 2)[1] == b"400"  # it was read whole: the query is too long


def test_uploads_that_are_too_large_together_are_refused_largest_first(app: Flask) -> None:
    head = b"POST /api/search HTTP/1.1\r\nContent-Length: 10000\r\n" + HOST + b"\r\n"
    with running(app, Limits(unfinished=6_000)) as server, connect(server) as small, connect(server) as large:
        small.sendall(head + b"a" * 3_000)
        large.sendall(head + b"a" * 4_000)
        response = rest_of(large)
        assert response.split(b" ", 2)[1] == b"503"
        assert b"Retry-After: 1" in response
        assert_is_like_all_responses(response)
        small.sendall(b"a" * 7_000)
        assert b"HTTP/1.1 400" in small.recv(65_536)  # it has reached the view, which finds no query in it


@contextmanager
def slow_readers(server: Server, count: int) -> Iterator[list[socket.socket]]:
    """Connections that ask for a large file and do not read it."""
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.settimeout(20)
            connection.connect(("127.0.0.1", server.effective_port))
            connection.sendall(b"GET /file/large HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
            connections.append(connection)
        for connection in connections:
            assert connection.recv(12) == b"HTTP/1.1 200"
        yield connections


def test_clients_that_read_slowly_hold_no_thread(server: Server) -> None:
    with slow_readers(server, THREADS + 10) as connections:
        assert get(server) == 200
        assert len(rest_of(connections[0])) > LARGE


def test_a_client_that_reads_nothing_is_cut_off(app: Flask) -> None:
    with running(app, QUICK) as server, slow_readers(server, 1) as [connection]:
        until(lambda: server.connections == 0)
        received = 12
        try:
            while more := connection.recv(65_536):
                received += len(more)
        except ConnectionResetError:
            pass
        assert received < LARGE


def test_unfinished_connections_shut_nobody_out(app: Flask) -> None:
    with running(app, Limits(connections=20)) as server, ExitStack() as stack:
        unfinished = [stack.enter_context(connect(server)) for _ in range(30)]
        for connection in unfinished:
            connection.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(5):
            assert get(server) == 200
        assert rest_of(unfinished[0]) == b""  # the oldest was closed, the newest was not
        unfinished[-1].sendall(HOST + b"Connection: close\r\n\r\n")
        assert rest_of(unfinished[-1]).split(b" ", 2)[1] == b"200"


def test_an_address_with_many_connections_costs_another_address_none(app: Flask) -> None:
    with running(app, Limits(connections=20)) as server, ExitStack() as stack:
        idle = stack.enter_context(connect(server))
        idle.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        assert b"200 OK" in idle.recv(65_536)
        for _ in range(60):
            stack.enter_context(connect(server, "127.0.0.2")).sendall(b"G")
        idle.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert b"200 OK" in rest_of(idle)


def test_a_search_that_its_client_gave_up_while_it_waited_is_not_made(
    server: Server, library: SlowLibrary
) -> None:
    search = b"GET /api/search?q=%s HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    with ExitStack() as stack:
        running = [stack.enter_context(connect(server)) for _ in range(CORES)]
        for connection in running:
            connection.sendall(search % b"owl")
        until(lambda: len(library.asked) == CORES)
        with connect(server) as given_up:
            given_up.sendall(search % b"ow")
            until(lambda: turns(server, 'waiting{room="searches"}') == 1)
        last = stack.enter_context(connect(server))
        last.sendall(search % b"owls")
        until(lambda: turns(server, 'refused_total{reason="gone",room="searches"}') == 1)
        library.may_end.set()
        for connection in (*running, last):
            assert b'"hits"' in rest_of(connection)
    assert library.asked == ["owl"] * CORES + ["owls"]


def test_a_server_that_is_stopped_ends_running_answers_and_refuses_new_ones(
    app: Flask, library: SlowLibrary
) -> None:
    server = bind(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with connect(server) as slow, connect(server) as kept:
        kept.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        assert b"200 OK" in kept.recv(65_536)
        slow.sendall(b"GET /api/search?q=owl HTTP/1.1\r\n" + HOST + b"\r\n")
        assert library.began.wait(10)

        server.close(20)
        until(lambda: server.is_draining)
        with pytest.raises(ConnectionRefusedError):
            connect(server)
        kept.sendall(b"GET /api/search?q=owl HTTP/1.1\r\n" + HOST + b"\r\n")
        refused = rest_of(kept)
        assert refused.split(b" ", 2)[1] == b"503"
        assert b"Retry-After: 1\r\n" in refused
        assert_is_like_all_responses(refused)

        library.may_end.set()
        assert b'"hits"' in rest_of(slow)
    thread.join(10)
    assert not thread.is_alive()


def test_a_server_that_is_stopped_does_not_wait_longer_than_it_was_told(
    app: Flask, library: SlowLibrary
) -> None:
    server = bind(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    with connect(server) as slow:
        slow.sendall(b"GET /api/search?q=owl HTTP/1.1\r\n" + HOST + b"\r\n")
        assert library.began.wait(10)
        server.close(0.5)
        thread.join(5)
        assert not thread.is_alive()
        library.may_end.set()


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)
