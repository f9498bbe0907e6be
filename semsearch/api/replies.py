"""The JSON that says whether Redis answers, and the JSON of errors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from semsearch.api.fields import Payload, Readable

Json = dict[str, Any]


class Health(Payload):
    """The answer while Redis can be reached."""

    status: Literal["ok"] = Field(description="Always ok; without Redis the response is an error")


class ErrorDetail(Payload):
    """What went wrong."""

    code: str = Field(description="Kind of the error, for programs")
    message: Readable = Field(description="What happened and what to do, in a sentence")
    request: str = Field(description="Id of the request, as in its header X-Request-ID and in the log")


class Error(Payload):
    """The body of errors below /api, of /healthz and of /metrics. Other errors are pages for people."""

    error: ErrorDetail


def of_health() -> Json:
    return Health(status="ok").json_value()


def of_error(code: str, message: str, request: str) -> Json:
    return Error(error=ErrorDetail(code=code, message=message, request=request)).json_value()
