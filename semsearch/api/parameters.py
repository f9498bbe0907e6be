"""Parameters of a search as text, from an address or a command line, checked.

Every message names the parameter and the value it had.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from semsearch.errors import QueryError
from semsearch.formats.table import TYPE_OR_GROUP
from semsearch.language import dates
from semsearch.query import MAX_CHARACTERS, MAX_LIMIT, MAX_OFFSET, Filters, Mode, Order, Query
from semsearch.records import Kind
from semsearch.text import read_size

MAX_PATH = 1_000
MAX_WHEN = 100
# Longest sides of thumbnails in pixels: a card, a card on a dense screen, the page of one picture.
SIZES = (320, 640, 1280)
DEFAULT_LIMIT = 10
# What can be asked for: files of another kind are recorded, but never found.
KINDS = ("all", Kind.TEXT, Kind.IMAGE)

# A document id: nothing that could mean something else in a key, a pattern or a file name.
DOC_PATTERN = "[0-9A-Za-z_-]{1,64}"

Parameters = Mapping[str, str]

_INTEGER = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_query(
    parameters: Parameters, *, image: bytes | None = None, like: str = "", limit: int = DEFAULT_LIMIT
) -> Query:
    """The whole question; `limit` is how many hits are wanted where that is not said."""
    return Query(
        text="" if like else read_text(parameters),
        image=image,
        like=like,
        filters=read_filters(parameters),
        mode=read_mode(parameters),
        order=read_order(parameters),
        facets=read_switch(parameters, "facets"),
        copies=read_switch(parameters, "copies"),
        limit=read_limit(parameters, limit),
        offset=read_offset(parameters),
    )


def read_text(parameters: Parameters) -> str:
    """The words of the question, `q`."""
    return _bounded(parameters, "q", MAX_CHARACTERS)


def read_doc(parameters: Parameters, name: str) -> str:
    """The document id `name`; empty when absent."""
    value = parameters.get(name, "").strip()
    if value and not re.fullmatch(DOC_PATTERN, value):
        raise QueryError(f"{name} is {value!r}; it must be the id of a document.")
    return value


def read_filters(parameters: Parameters) -> Filters:
    """The filters `kind`, `path`, `type`, `when`, `since`, `until`, `min_size` and `max_size`."""
    kind = read_choice(parameters, "kind", KINDS)
    since, until = _moment(parameters, "since"), _moment(parameters, "until", ends=True)
    if since and until and since >= until:
        raise QueryError(
            f"since is {parameters['since']!r}, which is not before until, {parameters['until']!r}."
        )
    if when := _bounded(parameters, "when", MAX_WHEN):
        span = dates.read(when)
        since = max(filter(None, (since, span.since)), default=None)
        until = min(filter(None, (until, span.until)), default=None)
    least, most = _size(parameters, "min_size"), _size(parameters, "max_size")
    if least is not None and most is not None and least > most:
        raise QueryError(
            f"min_size is {parameters['min_size']!r}; that is more than max_size, {parameters['max_size']!r}."
        )
    return Filters(
        kind=None if kind == "all" else Kind(kind),
        path=_bounded(parameters, "path", MAX_PATH),
        media_type=_media_type(parameters),
        since=since,
        until=until,
        min_size=least,
        max_size=most,
    )


def read_mode(parameters: Parameters) -> Mode:
    """Which legs answer, `mode`."""
    return Mode(read_choice(parameters, "mode", tuple(Mode)))


def read_order(parameters: Parameters) -> Order:
    """What comes first, `order`."""
    return Order(read_choice(parameters, "order", tuple(Order)))


def read_limit(parameters: Parameters, default: int = DEFAULT_LIMIT) -> int:
    """How many hits are wanted, `limit`."""
    return _integer(parameters, "limit", default, 1, MAX_LIMIT)


def read_offset(parameters: Parameters) -> int:
    """How many hits to leave out at the front, `offset`."""
    return _integer(parameters, "offset", 0, 0, MAX_OFFSET)


def read_switch(parameters: Parameters, name: str) -> bool:
    """Whether `name` is switched on, by a 1."""
    return read_choice(parameters, name, ("0", "1")) == "1"


def read_choice(parameters: Parameters, name: str, choices: tuple[str | StrEnum, ...]) -> str:
    """One of `choices`; absent or empty means the first."""
    value = parameters.get(name, "").strip() or str(choices[0])
    if value not in choices:
        raise QueryError(f"{name} is {value!r}; it must be one of: {', '.join(choices)}.")
    return value


def _bounded(parameters: Parameters, name: str, longest: int) -> str:
    value = parameters.get(name, "").strip()
    if len(value) > longest:
        raise QueryError(
            f"{name} has {len(value):,} characters; at most {longest:,} are allowed: shorten it."
        )
    return value


def _integer(parameters: Parameters, name: str, default: int, least: int, most: int) -> int:
    value = parameters.get(name, "").strip()
    if not value:
        return default
    if not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
        raise QueryError(f"{name} is {value!r}; it must be a whole number from {least} to {most}.")
    return int(value)


def _media_type(parameters: Parameters) -> str:
    value = parameters.get("type", "").strip()
    if value and not TYPE_OR_GROUP.fullmatch(value.lower()):
        raise QueryError(
            f"type is {value!r}; it must be a media type such as application/pdf, or a group such as image/*."
        )
    return value.lower()


def _size(parameters: Parameters, name: str) -> int | None:
    value = parameters.get(name, "").strip()
    size = read_size(value)
    if value and size is None:
        raise QueryError(f"{name} is {value!r}; it must be a size such as 10MB, 500 kB or 2.5MiB.")
    return size


def _moment(parameters: Parameters, name: str, *, ends: bool = False) -> datetime | None:
    """A moment in UTC. A day alone stands for its beginning, or where something `ends` for its end."""
    value = parameters.get(name, "").strip()
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if ends and _DATE.fullmatch(value):
            moment += timedelta(days=1)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise QueryError(
            f"{name} is {value!r}; it must be a date such as 2026-05-01, or a date and time such as "
            "2026-05-01T10:00:00Z."
        ) from error
