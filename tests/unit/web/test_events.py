"""Server-sent events on real sockets: what followers are told, and what they cost."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from semsearch.progress import Phase, RunProgress
from tests.memory_library import MemoryLibrary
from tests.unit.web.test_connections import connect, get, rest_of, running
from web.connections import Limits
from web.server import Server

REQUEST = b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
RUN = RunProgress(Phase.READ, files=1, found=2)


@pytest.fixture
def library(tmp_path: Path) -> MemoryLibrary:
    (tmp_path / "owl.txt").write_text("owl")
    library = MemoryLibrary()
    library.add(tmp_path, "owl.txt")
    return library


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with running(app) as server:
        yield server


class Following:
    """A connection that gets events."""

    def __init__(self, server: Server, source: str = "127.0.0.1", request: bytes = REQUEST) -> None:
        self.socket = connect(server, source)
        self.socket.sendall(request)
        self.received = b""
        self.wait_for(b"event: library")

    def wait_for(self, part: bytes) -> None:
        while part not in self.received:
            more = self.socket.recv(65_536)
            assert more, self.received
            self.received += more

    def end(self) -> bytes:
        """All that comes until the server ends it."""
        return self.received + rest_of(self.socket)


@pytest.fixture
def follower(server: Server) -> Iterator[Following]:
    follower = Following(server)
    with follower.socket:
        yield follower


def events(received: bytes) -> list[tuple[str, Any]]:
    lines = received.decode().splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return list(zip(names, data, strict=True))


def test_a_follower_is_told_of_the_run_and_of_the_revision_when_they_change(
    follower: Following, library: MemoryLibrary
) -> None:
    assert events(follower.received) == [("progress", None), ("library", {"revision": 0})]
    head = follower.received.partition(b"\r\n\r\n")[0]
    assert b"Content-Type: text/event-stream" in head
    assert b"Cache-Control: no-store" in head
    library.run = RUN
    follower.wait_for(b"1 of 2 files")
    library.revision = 5
    follower.wait_for(b'{"revision": 5}')
    library.run = None
    follower.wait_for(b"data: null\n\n\r\n")
    told = events(follower.received)
    assert [name for name, _ in told] == ["progress", "library", "progress", "library", "progress"]
    assert told[2][1]["phase"] == "read"


def test_a_follower_who_is_silent_hears_that_the_server_is_there(
    monkeypatch: pytest.MonkeyPatch, follower: Following
) -> None:
    monkeypatch.setattr("web.events._HEARTBEAT", 0.1)
    follower.wait_for(b": nothing new\n\n")


def test_fifty_followers_hold_no_thread(app: Flask, library: MemoryLibrary) -> None:
    with running(app) as server, ExitStack() as open_sockets:
        get(server)
        before = threading.active_count()
        followers = [Following(server) for _ in range(50)]
        for each in followers:
            open_sockets.enter_context(each.socket)
        assert threading.active_count() <= before + 1  # the one that looks at the library
        started = time.perf_counter()
        assert [get(server, "/api/search?q=owl") for _ in range(20)] == [200] * 20
        assert time.perf_counter() - started < 5
        library.revision = 9
        for each in followers:
            each.wait_for(b'{"revision": 9}')


def test_the_library_is_asked_once_for_all_followers_and_not_at_all_without(
    monkeypatch: pytest.MonkeyPatch, app: Flask, library: MemoryLibrary
) -> None:
    monkeypatch.setattr("web.events._FORSAKEN", 0.5)
    asked: list[float] = []
    activity = library.activity
    monkeypatch.setattr(library, "activity", lambda: (asked.append(time.monotonic()), activity())[1])
    with running(app) as server:
        followers = [Following(server) for _ in range(20)]
        before = len(asked)
        library.revision = 1
        for each in followers:
            each.wait_for(b'{"revision": 1}')
        library.revision = 2
        for each in followers:
            each.wait_for(b'{"revision": 2}')
        assert len(asked) - before <= 5
        for each in followers:
            each.socket.close()
        for thread in threading.enumerate():
            if thread.name == "events":
                thread.join(10)
                assert not thread.is_alive()


def test_a_stream_ends_whole_when_the_server_stops(app: Flask) -> None:
    with running(app) as server:
        follower = Following(server)
        server.close(5.0)
        assert follower.end().endswith(b"\n\n\r\n0\r\n\r\n")
        follower.socket.close()


def test_a_stream_ends_after_its_time_so_that_the_client_is_checked_again(app: Flask) -> None:
    with running(app, Limits(stream=0.5)) as server:
        follower = Following(server)
        assert follower.end().endswith(b"0\r\n\r\n")
        follower.socket.close()


def test_the_address_with_the_most_streams_loses_its_oldest(app: Flask, library: MemoryLibrary) -> None:
    with running(app, Limits(streams=3)) as server, ExitStack() as open_sockets:
        other = Following(server, "127.0.0.2")
        greedy = [Following(server) for _ in range(3)]
        for each in (other, *greedy):
            open_sockets.enter_context(each.socket)
        assert b"retry: 30000" in greedy[0].end()
        library.revision = 7
        for each in (other, *greedy[1:]):
            each.wait_for(b'{"revision": 7}')


def test_a_proxy_that_speaks_http_1_0_gets_no_chunks(server: Server, library: MemoryLibrary) -> None:
    follower = Following(server, request=REQUEST.replace(b"1.1", b"1.0"))
    with follower.socket:
        library.revision = 3
        follower.wait_for(b'event: library\ndata: {"revision": 3}\n\n')
        head, _, body = follower.received.partition(b"\r\n\r\n")
        assert b"chunked" not in head
        assert body.startswith(b"retry: ")
        server.close(5.0)
        assert follower.end().endswith(b'data: {"revision": 3}\n\n')


def test_no_further_request_is_answered_in_a_stream(server: Server, library: MemoryLibrary) -> None:
    follower = Following(server, request=REQUEST * 2)
    with follower.socket:
        follower.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        library.revision = 3
        follower.wait_for(b'{"revision": 3}')
        assert follower.received.count(b"HTTP/1.1 200") == 1


def test_a_client_that_takes_nothing_is_closed_and_harms_no_other(app: Flask, library: MemoryLibrary) -> None:
    with running(app, Limits(stalled=1.0)) as server:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        slow.connect(("127.0.0.1", server.effective_port))
        slow.sendall(REQUEST)
        library.run = RunProgress(worker="x" * 5_000_000)
        follower = Following(server)
        follower.wait_for(b"xxx")
        with slow, follower.socket:
            for _ in range(100):
                if server.connections == 1:
                    break
                threading.Event().wait(0.1)
            assert server.connections == 1
            library.revision = 4
            follower.wait_for(b'{"revision": 4}')


def test_without_a_server_that_keeps_it_open_the_answer_ends(app: Flask) -> None:
    answer = app.test_client().get("/api/events")
    assert answer.data.startswith(b"retry: 2000\n\nevent: progress\ndata: null\n\n")


def test_an_outage_is_answered_and_does_not_end_a_stream(
    follower: Following, server: Server, library: MemoryLibrary
) -> None:
    from tests.memory_library import without_redis

    library.failure = without_redis().failure
    assert get(server, "/api/events") == 503
    library.revision, library.failure = 6, None
    follower.wait_for(b'{"revision": 6}')
