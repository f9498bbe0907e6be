"""What is asked: a query, its filters, and the limits on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from semsearch.records import Kind

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_OFFSET = 1000
MAX_CHARACTERS = 2000


class LegName(StrEnum):
    """A way to find documents; a hit names those that found it."""

    MEANING = "meaning"  # passages near to the query
    WORDS = "words"  # documents with terms of the query
    NAME = "name"  # files whose name has words of the query
    LOOKS = "looks"  # pictures near to the query


class Mode(StrEnum):
    """Which legs answer: the meaning of the words, the words themselves, or both."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


class Order(StrEnum):
    """By what the hits that clearly match are ordered: the best, newest, first by name or largest first."""

    RELEVANCE = "relevance"
    DATE = "date"
    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy. Empty means: anything.

    `media_type` is a type or a group such as image/*; the date is in [since, until), the size in bytes from
    `min_size` to `max_size`.
    """

    kind: Kind | None = None
    path: str = ""
    media_type: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question. Exactly one of `text`, `image` (the bytes of a picture file) and `like` (a doc) leads.

    `facets`: count what there is among the hits. `copies`: show copies as hits of their own.
    """

    text: str = ""
    image: bytes | None = None
    like: str = ""
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    order: Order = Order.RELEVANCE
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    facets: bool = False
    copies: bool = False
