"""Errors as responses: a page for people, JSON for programs."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from semsearch import logs
from semsearch.api.replies import PROBLEM, of_detail, of_error
from semsearch.errors import (
    BusyError,
    FileError,
    FingerprintError,
    ForbiddenError,
    GreedyError,
    ModelError,
    NotFoundError,
    QueryError,
    RedisError,
    SemsearchError,
    SettingsError,
)
from semsearch.message import say
from web.access.next_page import next_page
from web.languages.choice import reader

log = logging.getLogger("web")

# The first class that matches decides, so a subclass stands before its base.
_ANSWERS: tuple[tuple[type[SemsearchError], int, str], ...] = (
    (QueryError, 400, "invalid_query"),
    (NotFoundError, 404, "not_found"),
    (ForbiddenError, 403, "forbidden"),
    (FileError, 415, "unreadable_picture"),
    (FingerprintError, 503, "model_mismatch"),
    (ModelError, 503, "model_unavailable"),
    (RedisError, 503, "redis_unavailable"),
    (GreedyError, 429, "too_many_requests"),
    (BusyError, 503, "busy"),
    # A file of the home, such as the list of folders, cannot be read.
    (SettingsError, 503, "settings_broken"),
)
_HTTP_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    431: "headers_too_large",
}
_HTTP_MESSAGES = {
    400: say("The server cannot read this request: it breaks the rules of HTTP."),
    404: say("There is nothing at this address."),
    405: say("This address does not support that HTTP method."),
    408: say("The request took too long to arrive, so the server closed the connection."),
    413: say(
        "The request is too large: at most 20 MB are accepted, and 50 form fields with 100 kB together."
    ),
    431: say("The headers of the request are too large: at most 64 kB are accepted."),
    501: say(
        "The request uses a transfer encoding that this server does not support. Send it plain or chunked."
    ),
}
_TITLES = {
    "invalid_query": say("This search is not valid"),
    "not_found": say("Not found"),
    "unreadable_picture": say("This picture cannot be read"),
    "model_mismatch": say("The index needs to be rebuilt"),
    "model_unavailable": say("The model is not available"),
    "redis_unavailable": say("Redis is not available"),
    "too_large": say("The request is too large"),
    "unauthorized": say("Log in first"),
    "too_many_attempts": say("Too many attempts"),
    "no_password": say("A password is missing"),
    "busy": say("The server is busy"),
    "settings_broken": say("The server is not set up"),
    "internal": say("Something went wrong"),
}
# The parts of the application where people do something else than search.
_ACTIONS = ("library", "selection", "languages")
# An error of the server is written to the log this often, however many requests meet it.
_REPEAT_SECONDS = 60.0
# The seconds after which a program may ask again, by code: an error of Redis is often over by then.
_RETRY_AFTER = {"redis_unavailable": 1}
# The server puts the status code of a request that it refuses itself into the WSGI environment.
REFUSED = "semsearch.refused"
_NO_MORE = say(
    "The server takes no request at the moment: it is full, or being stopped. Try again in a second."
)
_PROGRAM_PATHS = ("/api/", "/healthz", "/metrics")
# Everybody may see these answers. The messages of the errors have paths of the home.
_BROKEN = say("A file of this server's home cannot be read, so it does not answer. Its log names the file.")
_SICK = say("Redis does not answer as it should. The log of this server says why.")
_INTERNAL = say("Something went wrong on the server. Its log has the details.")


class Warnings:
    """Writes the errors of the server to the log: one line a minute for each code."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def write(self, code: str, error: Exception) -> None:
        now = time.monotonic()
        if now - self._last.get(code, -_REPEAT_SECONDS) < _REPEAT_SECONDS:
            self._left_out[code] = self._left_out.get(code, 0) + 1
            return
        self._last[code] = now
        others = self._left_out.pop(code, 0)
        more = f" ({others:,} more requests failed since the last line)" if others else ""
        log.warning("%s: %s%s", code, error, more)


def install(app: Flask) -> None:
    app.before_request(_refuse)
    app.register_error_handler(SemsearchError, partial(_expected, Warnings()))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _unexpected)


def is_for_programs() -> bool:
    """Whether the request is for a path of programs, which get JSON, and not for a page."""
    return request.path.startswith(_PROGRAM_PATHS) or request.path == "/api"


def _refuse() -> None:
    """Answer for the server (web/connections.py), so that its own errors look like all others."""
    code = request.environ.get(REFUSED)
    if code == 503:
        raise BusyError(_NO_MORE)
    if code is not None:
        abort(code)


def answer(status: int, code: str, message: str) -> Response:
    """The error as JSON for a path of programs, else as a page."""
    request_id = logs.request_id.get()
    if is_for_programs():
        response = jsonify(of_error(status, code, message, request_id))
        response.mimetype = PROBLEM
    else:
        said = {"message": message, "code": code, "request_id": request_id, "back": _way_back()}
        response = make_response(render_template("error.html", title=_title(status, code), **said))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _title(status: int, code: str) -> str:
    if request.blueprint in _ACTIONS and code in ("invalid_query", "forbidden"):
        return reader().text(say("This cannot be done"))
    return reader().text(_TITLES.get(code) or HTTP_STATUS_CODES.get(status, "Error"))


def _way_back() -> tuple[str, str] | None:
    """The address and the name of the page that led to an error; None if it is unknown, or a search."""
    if request.blueprint == "library":
        return url_for("pages.status"), reader().text(say("Back to the library"))
    if request.blueprint != "selection":
        return None
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # "http://[" is no address
        return None
    if before.netloc != request.host:
        return None
    is_browsed = before.path == url_for("browsing.browse")
    name = say("Back to the documents") if is_browsed else say("Back to the results")
    return next_page(f"{before.path}?{before.query}"), reader().text(name)


def error_detail(error: SemsearchError) -> dict[str, Any]:
    """The error of a part of a request, as JSON."""
    code = next(code for kind, _, code in _ANSWERS if isinstance(error, kind))
    return of_detail(code, _told(error, code), logs.request_id.get())


def _expected(warnings: Warnings, error: SemsearchError) -> Response:
    for kind, status, code in _ANSWERS:
        if isinstance(error, kind):
            if status >= 500:
                warnings.write(code, error)
            response = answer(status, code, _told(error, code))
            seconds = error.seconds if isinstance(error, BusyError) else _RETRY_AFTER.get(code)
            if seconds is not None:
                response.headers["Retry-After"] = str(seconds)
            return response
    return _unexpected(error)


def _told(error: SemsearchError, code: str) -> str:
    """What the client may know of an error."""
    if code == "settings_broken":
        return _BROKEN
    return _SICK if request.endpoint == "api.health" and code == "redis_unavailable" else error.message


def _refused(error: HTTPException) -> Response | HTTPException:
    status = error.code
    if status is None or status < 400:  # a redirect is raised as an exception, too
        return error
    message = error.description or error.name
    if message == type(error).description and status in _HTTP_MESSAGES:
        message = _HTTP_MESSAGES[status]
    response = answer(status, _HTTP_CODES.get(status, error.name.lower().replace(" ", "_")), message)
    for name, value in error.get_headers():  # such as Allow for a 405, Content-Range for a 416
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("%s %r failed", request.method, request.path, exc_info=error)
    return answer(500, "internal", _INTERNAL)
