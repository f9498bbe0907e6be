"""The codes of errors. docs/api.md and the page that describes the API are made from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A kind of error: the status of its response, and when it is the answer."""

    status: int
    code: str
    when: str


ERROR_CODES = (
    ErrorCode(400, "invalid_query", "a parameter has an invalid value; the message names both"),
    ErrorCode(
        400,
        "bad_request",
        "the request breaks the rules of HTTP, or the host name in it is not one of this server's",
    ),
    ErrorCode(
        401,
        "unauthorized",
        "there is a password, and the request has no valid token; `WWW-Authenticate` says `Bearer`",
    ),
    ErrorCode(
        403,
        "forbidden",
        "another site's page tried to post; or the token is limited to folders and the address is about all "
        "of them",
    ),
    ErrorCode(404, "not_found", "no such document, or its file is gone"),
    ErrorCode(405, "method_not_allowed", "`Allow` names those that are"),
    ErrorCode(408, "too_slow", "the request did not arrive in time"),
    ErrorCode(
        413,
        "too_large",
        "more than 20 MB were sent (the server reads no more), or more than 50 form fields, or more than "
        "100 kB in them",
    ),
    ErrorCode(415, "unreadable_picture", "the picture, posted or of the document, cannot be decoded"),
    ErrorCode(429, "too_many_attempts", "too many wrong tokens; `Retry-After` says for how many seconds"),
    ErrorCode(
        429,
        "too_many_requests",
        "this address asks so much at once that others would wait; `Retry-After` says when to try again",
    ),
    ErrorCode(431, "headers_too_large", "the headers have more than 64 kB"),
    ErrorCode(500, "internal", "a defect; the log has its traceback"),
    ErrorCode(501, "not_implemented", "the body has a transfer encoding other than `chunked`"),
    ErrorCode(
        503,
        "busy",
        "more is asked than the server can answer, too many pictures are being read, or the server is being "
        "stopped; `Retry-After` says when to try again",
    ),
    ErrorCode(503, "no_password", "other machines can reach the server, and its password was removed"),
    ErrorCode(
        503,
        "redis_unavailable",
        "Redis does not answer, or refuses; the message says what to do, and `Retry-After` when to ask again",
    ),
    ErrorCode(503, "model_unavailable", "a model cannot be used; the message says what to do"),
    ErrorCode(503, "model_mismatch", "an index was made by another model; the message says what to do"),
    ErrorCode(503, "settings_broken", "a file of the server's home cannot be read; its log names the file"),
)
