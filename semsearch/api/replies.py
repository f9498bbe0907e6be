"""The JSON that says whether Redis answers, and the JSON of errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal

from pydantic import Field

from semsearch.api.fields import Payload, Readable

Json = dict[str, Any]

# The media type of errors (RFC 9457).
PROBLEM = "application/problem+json"


class Health(Payload):
    """The answer while Redis can be reached."""

    status: Literal["ok"] = Field(description="Always ok; without Redis the response is an error")


class ErrorDetail(Payload):
    """What went wrong."""

    code: str = Field(description="Kind of the error, for programs")
    message: Readable = Field(description="What happened and what to do, in a sentence")
    request: str = Field(description="Id of the request, as in its header X-Request-ID and in the log")


class Error(Payload):
    """The body of errors below /api, of /healthz and of /metrics. Other errors are pages for people.

    It is a problem as in RFC 9457. The kind and the id of the request are in `error`.
    """

    type: str = Field(description="Where the kind of the error is described")
    title: str = Field(description="What the status means")
    status: int = Field(description="Status of the response")
    detail: Readable = Field(description="The message once more")
    error: ErrorDetail


def of_health() -> Json:
    return Health(status="ok").json_value()


def of_detail(code: str, message: str, request: str) -> Json:
    return ErrorDetail(code=code, message=message, request=request).json_value()


def of_error(status: int, code: str, message: str, request: str) -> Json:
    detail = ErrorDetail(code=code, message=message, request=request)
    title = HTTPStatus(status).phrase
    return Error(
        type=f"/api/docs#{code}", title=title, status=status, detail=message, error=detail
    ).json_value()
