"""A small server that speaks the protocol of OpenAI's chat completions, and writes what a test wants."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Written = Callable[[str], str]


@dataclass
class SmallModel:
    """What the server was asked. `write` makes an answer of the last message.

    `streams` says what it does when it is asked for its answer part by part: it sends words ("yes"), sends
    all of it at once ("no"), or refuses ("refuses"). `before` is called with the number of each word.
    """

    write: Written
    url: str = ""
    streams: Literal["yes", "no", "refuses"] = "yes"
    before: Callable[[int], object] = lambda _: None
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    @property
    def question(self) -> str:
        """The last message of the last request."""
        content: str = self.asked[-1]["messages"][-1]["content"]
        return content


@contextmanager
def small_model(write: Written) -> Iterator[SmallModel]:
    """A server on a free port, which lists the models `tiny` and `large`."""
    model = SmallModel(write)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({"data": [{"id": "tiny"}, {"id": "large"}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.keys.append(self.headers["Authorization"])
            is_streamed = body.get("stream") and model.status == 200
            if is_streamed and model.streams == "refuses":
                self._answer({"error": {"message": "stream is not supported"}}, 400)
            elif is_streamed and model.streams == "yes":
                self._send(model.write(model.question))
            else:
                content = model.write(model.question)
                self._answer({"choices": [{"message": {"role": "assistant", "content": content}}]})

        def _send(self, content: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.end_headers()
            self._part({"role": "assistant", "content": None})
            for n, word in enumerate(re.findall(r"\S+\s*", content)):
                model.before(n)
                self._part({"content": word})
            self._part({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")

        def _part(self, delta: object, reason: str | None = None) -> None:
            part = {"choices": [{"delta": delta, "finish_reason": reason}]}
            self.wfile.write(f"data: {json.dumps(part)}\n\n".encode())
            self.wfile.flush()

        def _answer(self, body: object, status: int | None = None) -> None:
            content = json.dumps(body).encode()
            self.send_response(status or model.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield model
        finally:
            server.shutdown()
            thread.join()
