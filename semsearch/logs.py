"""Log lines with the time, the level and the id of the request, as text or as JSON."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The name of the logger that writes one line for each request.
ACCESS = "web.access"

request_id: ContextVar[str] = ContextVar("request_id", default="-")
# Returns what the user typed, which no log line may repeat.
typed: ContextVar[Callable[[], str]] = ContextVar("typed", default=str)


def set_up(style: str) -> None:
    """Write log lines to stderr: warnings and errors, and with the style "text" or "json" all requests."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if style == "json" else Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger(ACCESS).setLevel(logging.INFO if style else logging.WARNING)
    # Waitress would write a line for each request that waits for a thread. /metrics counts them.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class _Lines(logging.Formatter):
    def formatException(self, found: Any) -> str:  # noqa: N802 (the name is that of the standard library)
        """The traceback of an error and its causes. A message with words that the user typed is left out."""
        secret = _words(typed.get()())
        parts: list[str] = []
        error: BaseException | None = found[1]
        while error is not None:
            message = str(error)
            if secret & _words(message):
                message = "(this message repeats words of the query, so it is left out)"
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{frames}{type(error).__name__}: {message}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by\n".join(parts)


class Text(_Lines):
    """A line of time, level, id of the request and message. A traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        message = _in_one_line(record.getMessage())
        line = f"{_time(record)} {record.levelname} {request_id.get()} {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class Json(_Lines):
    """A JSON object in a line. The line of a request has its parts as fields, other lines a message."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
        }
        if isinstance(record.args, Mapping):
            fields |= record.args
        else:
            fields["message"] = record.getMessage()
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _in_one_line(message: str) -> str:
    """Escape control characters: the name of a file could otherwise look like another line of the log."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: ascii(found[0])[1:-1], message)
