"""What a client has is not sent again, scripts and styles go without comments, text is sent compressed."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

# Below this number of bytes, the headers weigh more than what is saved.
_LEAST = 500
_COMPRESSIBLE = re.compile(r"text/(?!event-stream)|application/(?:[\w.-]+\+)?(?:json|xml)|image/svg\+xml")
_VALIDATED = ("text/html", "application/json")
# Higher levels save little, and take several times as long.
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
# Lines of a script that are comments, a fifth of its bytes when it is compressed; comments of a style sheet.
_COMMENTS = {"javascript": re.compile(rb"(?m)^[ \t]*//.*\n"), "css": re.compile(rb"(?s)/\*.*?\*/")}
# How long a search took is another number each time, and says nothing about its results.
_TOOK = re.compile(rb'"took_ms":\s?[\d.]+|<span class="took">[^<]*</span>')


def install(app: Flask) -> None:
    """Give pages and JSON an ETag, answer 304 where the client has them, and compress text."""

    def finish(response: Response) -> Response:
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            _validate(response)
            _shorten(response)
        _compress(response)
        return response

    app.after_request(finish)


def _validate(response: Response) -> None:
    """Set a weak ETag: equal ones mean the same results, which need not have taken the same time."""
    if response.mimetype in _VALIDATED and not response.is_streamed and "ETag" not in response.headers:
        body = _TOOK.sub(b"", response.get_data())
        response.set_etag(hashlib.sha256(body).hexdigest()[:20], weak=True)
        response.make_conditional(request.environ)


def _shorten(response: Response) -> None:
    """Leave out the comments of our scripts and style sheets."""
    comments = _COMMENTS.get((response.mimetype or "").rpartition("/")[2])
    if request.endpoint == "static" and comments:
        response.direct_passthrough = False
        response.set_data(comments.sub(b"", response.get_data()))


def _compress(response: Response) -> None:
    # Files of the library can be large, and are sent piece by piece.
    is_whole = request.endpoint == "static" or not (response.is_streamed or response.direct_passthrough)
    if not is_whole or not _COMPRESSIBLE.match(response.mimetype or ""):
        return
    response.vary.add("Accept-Encoding")
    etag, _ = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the bytes depend on the encoding
    encoding = request.accept_encodings.best_match(_ENCODINGS)
    # Lengths of compressed answers can tell another site what they contain (the attack BREACH).
    is_foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
    if encoding is None or is_foreign or response.status_code in (206, 304):
        return
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= _LEAST:
        response.set_data(_ENCODINGS[encoding](body))
        response.content_encoding = encoding
