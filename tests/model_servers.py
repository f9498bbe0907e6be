"""A small server that speaks the protocol of OpenAI's chat completions, and writes what a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Written = Callable[[str], str]


@dataclass
class SmallModel:
    """What the server was asked. `write` makes an answer of the last message."""

    write: Written
    url: str = ""
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
            self._answer(
                {"choices": [{"message": {"role": "assistant", "content": model.write(model.question)}}]}
            )

        def _answer(self, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(model.status)
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
