"""Text that people see and type: file names fit to be shown, times, sizes, joined headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

# Stands between a heading and the one below it.
_BELOW = " > "

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(?:bytes?|(?:([kmgt])(i?))?b?)", re.ASCII | re.IGNORECASE)


def readable(text: str) -> str:
    """`text` with every lone surrogate replaced: each is a byte of a file name that is not UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def printable(text: str) -> str:
    """`text` made readable, and with control characters replaced, which would move a terminal's cursor."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", readable(text))


def iso(moment: datetime) -> str:
    """The time to the second: in UTC with a Z, or as it is if it has no zone."""
    if moment.tzinfo is None:
        return moment.isoformat(timespec="seconds")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_size(text: str) -> int | None:
    """The bytes that a text like "10 MB" says; None when it is not a size.

    kB, MB, GB and TB are powers of 1,000; KiB, MiB, GiB and TiB are powers of 1,024.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit, binary = match.groups()
    power = " kmgt".index(unit.lower()) if unit else 0
    return int(Decimal(number) * (1024 if binary else 1000) ** power)


def join_headings(headings: Sequence[str]) -> str:
    """The headings above a passage in one line, the outermost first."""
    return _BELOW.join(headings)


def split_headings(joined: str) -> tuple[str, ...]:
    """The headings that `join_headings` joined."""
    return tuple(joined.split(_BELOW)) if joined else ()
