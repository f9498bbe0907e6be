"""What is written down of each request: an id, one line in the log, and its metrics. None has the query."""

from __future__ import annotations

import logging
import secrets
import time
from urllib.parse import quote

from flask import Flask, Response, g, request

from semsearch import logs, stages
from web.metrics import Metrics

# Every search has this stage, and nothing else has it.
_OF_SEARCHES = "retrieve"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

access = logging.getLogger(logs.ACCESS)


def install(app: Flask, metrics: Metrics) -> None:
    """Give each request an id, and write one log line and its metrics when it is answered."""

    def observe_stage(stage: str, seconds: float) -> None:
        metrics.observe_stage(stage, seconds)
        g.has_searched = g.get("has_searched", False) or stage == _OF_SEARCHES

    def start() -> None:
        g.started = time.perf_counter()
        logs.request_id.set(secrets.token_hex(4))
        logs.typed.set(_typed)
        stages.watch(observe_stage)

    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else "unmatched"
        # A client may send any method; each one would be a time series that never ends.
        method = request.method if request.method in _METHODS else "other"
        metrics.observe(method, route, response.status_code, seconds)
        if g.pop("has_searched", False):
            metrics.observe_search(seconds)
        response.headers["X-Request-ID"] = logs.request_id.get()
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        _write(response, seconds)
        return response

    def forget(_: BaseException | None) -> None:
        logs.request_id.set("-")  # the thread will serve others
        logs.typed.set(str)
        stages.watch(None)

    app.before_request(start)
    app.after_request(finish)
    app.teardown_request(forget)


def _typed() -> str:
    """What the client has typed, in the address, in a form or in JSON."""
    body = request.get_data(as_text=True) if request.is_json else ""
    return " ".join([*request.values.values(), body])


def _write(response: Response, seconds: float) -> None:
    fields = {
        "method": quote(request.method),
        "path": quote(request.path),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "bytes": response.content_length or 0,
        "address": request.remote_addr,
    }
    access.info("%(method)s %(path)s %(status)d %(ms)d ms %(bytes)d bytes %(address)s", fields)
