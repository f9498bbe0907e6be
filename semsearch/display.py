"""Text as it can be shown: names of files may hold bytes that are no text, and control characters."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def readable(text: str) -> str:
    """`text` with every lone surrogate (a byte of a file name that is not UTF-8) replaced."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def printable(text: str) -> str:
    """`readable`, and without the control characters that would move a terminal's cursor."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", readable(text))


def iso(moment: datetime) -> str:
    """The moment in UTC to the second, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
