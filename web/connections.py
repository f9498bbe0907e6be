"""Connections: how long each may take, and which one is closed when there are too many.

Waitress reads requests and writes responses in one thread of its own, so a slow client holds no thread that
runs the application. These subclasses add the deadlines that waitress lacks.
The same thread sends what follows in a stream (web/stream.py).
"""

from __future__ import annotations

import io
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from web.errors import REFUSED
from web.http_request import HttpRequest, Refused
from web.stream import KEEP_OPEN, LATER, Stream

# The time between two checks of the deadlines, in seconds.
_CHECK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a connection may take, in seconds, and how many connections there may be."""

    # For a whole request, from its first byte or from the start of the connection.
    request: float = 20.0
    # A request gets another second for this number of bytes in its body: the slowest upload that is accepted.
    bytes_a_second: int = 50_000
    # Between two requests.
    idle: float = 60.0
    # For a response, while the client takes nothing of it.
    stalled: float = 30.0
    # For the client to close the connection after the last response.
    lingering: float = 5.0
    connections: int = 1_000
    # A stream, after which its client asks again, and its password or token is checked again.
    stream: float = 300.0
    streams: int = 100
    # The bytes of all requests together that are not complete.
    unfinished: int = 400_000_000


class _Task(WSGITask):
    """Answers a request. The application may make the response a stream."""

    more: Callable[[], bytes] | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        return environ | {KEEP_OPEN: self._keep_open}

    def finish(self) -> None:
        if self.more is None:
            super().finish()
            return
        self.close_on_finish = False
        self.channel.begin_stream(Stream(self.more, self.chunked_response))

    def _keep_open(self, more: Callable[[], bytes]) -> None:
        self.more = more


class _Refusal(WSGITask):
    """Answers a request that was refused. The application makes the response, as it makes all others."""

    def execute(self) -> None:
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        nothing = {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}  # the body may be incomplete
        return environ | nothing | {REFUSED: self.request.error.code}


class Connection(HTTPChannel):
    """One connection, which is closed when its client is too slow."""

    request: HttpRequest | None
    parser_class = HttpRequest
    task_class = _Task
    error_task_class = _Refusal

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._began: float | None = self.creation_time  # when the request began that is not complete
        self._lingers = False
        self.stream: Stream | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a response is computed or sent."""
        return bool(self.requests or self.total_outbufs_len)

    @property
    def claim(self) -> tuple[bool, float]:
        """What is closed first when there are too many connections: the smallest claim."""
        if self.stream:
            return False, self.creation_time
        return bool(self.total_outbufs_len), self._began or self.last_activity

    def begin_stream(self, stream: Stream) -> None:
        """Go on with the response. Further requests on this connection are not answered."""
        with self.requests_lock:
            for request in self.requests[1:]:
                request.close()
            del self.requests[1:]
            self.stream = stream

    def feed(self) -> None:
        """Send what the stream has, unless the client has not taken yet what was sent before."""
        if self.stream and self.connected and not self.is_busy and (data := self.stream.more()):
            self.write_soon(self.stream.framed(data))

    def end_stream(self, last: bytes = b"") -> None:
        """End the response, and with it the connection. `last` is sent before."""
        if self.stream and self.connected and not self.is_busy:
            self.write_soon(self.stream.framed(last) + self.stream.end)
            self.close_when_flushed, self.stream = True, None
            self.handle_write()

    def received(self, data: bytes) -> bool:
        if self.stream:
            return False
        if self._began is None:
            self._began = time.time()
        return bool(super().received(data))

    def check_client_disconnected(self) -> bool:
        """Whether the client has closed the connection, or its half of it. Any thread may ask."""
        # Waitress reads nothing while a request is answered, so it would not notice.
        try:
            return not self.connected or not self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def service(self) -> None:
        # The next request of a pipeline may have begun already. Nothing is read while one is answered.
        self._began = time.time() if self.request else None
        if self.server.is_draining:
            self.requests[0].error = Refused(503)
        super().service()

    def expire(self, now: float, limits: Limits) -> None:
        """Close the connection when its time is over. A request that is not complete gets a 408 first."""
        if self.is_busy:
            late = self.total_outbufs_len and now - self.last_activity > limits.stalled
        elif self.stream:
            late = False
            if now - self.stream.began > limits.stream:
                self.end_stream()
        elif self._lingers:
            late = now - self.last_activity > limits.lingering
        elif self._began is None:
            late = now - self.last_activity > limits.idle
        else:
            read = self.request.body_bytes_received if self.request else 0
            late = now - self._began > limits.request + read / limits.bytes_a_second
            if late and self.request:
                self.refuse(self.request, 408)
                return
        if late:
            self.handle_close()

    def refuse(self, request: HttpRequest, code: int) -> None:
        with self.requests_lock:
            self.request = None
            request.error, request.completed = Refused(code), True
            self.requests.append(request)
        self.server.add_task(self)

    def readable(self) -> bool:
        return self._lingers or bool(super().readable())

    def handle_read(self) -> None:
        if not self._lingers:
            super().handle_read()
            return
        try:
            self.recv(65_536)  # closes the connection at its end
        except OSError:
            self.handle_close()

    def handle_write(self) -> None:
        if not self.close_when_flushed or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.connected and not self.total_outbufs_len:
            self._linger()

    def _linger(self) -> None:
        # If the client still sends, closing the socket would make its system discard the response.
        self.close_when_flushed = False
        self._lingers = True
        self.last_activity = time.time()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()


class Listener(TcpWSGIServer):
    """The listening socket, and the connections that it has accepted."""

    channel_class = Connection
    is_draining = False

    def __init__(self, limits: Limits, *arguments: Any, **options: Any) -> None:
        self._limits = limits
        self._next_check = 0.0
        super().__init__(*arguments, **options)

    @property
    def is_busy(self) -> bool:
        """Whether a connection still gets a response. Streams are ended when the server drains."""
        return any(channel.is_busy or channel.stream for channel in self.active_channels.values())

    def tend(self) -> None:
        """Close connections that are too slow, or too many. To be called between two steps of the loop.

        Within a step, the number of a closed socket could be that of a new connection already.
        """
        if len(self.active_channels) > self._limits.connections:
            self._close_one()
        if self.is_draining:
            self._end_streams()  # one that was being sent to when the draining began
        else:
            self._feed_streams()
        now = time.time()
        if now >= self._next_check:
            self._next_check = now + _CHECK_EVERY
            for channel in list(self.active_channels.values()):
                channel.expire(now, self._limits)
            self._refuse_uploads()

    def _refuse_uploads(self) -> None:
        """Refuse the largest requests that are not complete while all of them together are too large."""
        uploads = [
            (each, each.request)
            for each in self.active_channels.values()
            if each.request and not each.requests
        ]
        uploads.sort(key=lambda upload: upload[1].body_bytes_received, reverse=True)
        total = sum(request.body_bytes_received for _, request in uploads)
        for channel, request in uploads:
            if total <= self._limits.unfinished:
                break
            total -= request.body_bytes_received
            channel.refuse(request, 503)

    def _feed_streams(self) -> None:
        streams = [each for each in self.active_channels.values() if each.stream]
        if len(streams) > self._limits.streams:
            _loser(streams).end_stream(LATER)
        for each in streams:
            each.feed()

    def _end_streams(self) -> None:
        for channel in list(self.active_channels.values()):
            channel.end_stream()

    def _close_one(self) -> None:
        """Close a connection of the address that has the most of them.

        One for which no response is computed: an idle or unfinished one before one that is being sent, and of
        these the one that has waited longest. So one address cannot shut out the others.
        """
        others = [each for each in self.active_channels.values() if not each.requests]
        if others:
            _loser(others).handle_close()

    def drain(self) -> None:
        """Accept no connection any more, and refuse further requests on the others."""
        self.is_draining = True
        self._end_streams()
        self.del_channel()
        self.socket.close()

    def cut_off(self) -> None:
        """Close all connections, and the files that are sent on them."""
        for channel in list(self.active_channels.values()):
            channel.handle_close()


def _loser(channels: Sequence[Connection]) -> Connection:
    """The one with the smallest claim among those of the address that has the most."""
    greediest = Counter(each.addr[0] for each in channels).most_common(1)[0][0]
    return min((each for each in channels if each.addr[0] == greediest), key=lambda each: each.claim)
