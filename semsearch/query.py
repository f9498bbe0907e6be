"""A query, its filters, and the limits on both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from semsearch.records import Kind

if TYPE_CHECKING:  # `semsearch --help` needs no numpy
    from semsearch.records import Vector

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_OFFSET = 1000
# The longest list that cursors go through.
MAX_REACH = 40_000
MAX_CHARACTERS = 2000
# The most documents in `Query.likes` and `Query.unlikes` together.
MAX_EXAMPLES = 20


class LegName(StrEnum):
    """A way to find documents; a hit names those that found it."""

    MEANING = "meaning"  # passages near to the query
    WORDS = "words"  # documents with terms of the query
    NAME = "name"  # files whose name has words of the query
    LOOKS = "looks"  # pictures near to the query


class Mode(StrEnum):
    """How a query is matched: by meaning, by its words, or by both."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


class Order(StrEnum):
    """The order of the clear matches: the best, the newest, the first by name or the largest comes first."""

    RELEVANCE = "relevance"
    DATE = "date"
    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class DateRange:
    """The time in [since, until), without a zone. A side that is None has no limit."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies within `km` kilometres of a place, in degrees north and east."""

    north: float
    east: float
    km: float


class MapName(StrEnum):
    """A map of documents: of the texts, of the pictures, or of both together."""

    TEXTS = "texts"
    PICTURES = "pictures"
    TOGETHER = "together"

    @property
    def kind(self) -> Kind | None:
        """The kind of all documents on it; None on the map of both."""
        return {"texts": Kind.TEXT, "pictures": Kind.IMAGE}.get(self.value)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of documents on it."""
        return (Kind.TEXT, Kind.IMAGE) if self.kind is None else (self.kind,)


@dataclass(frozen=True, slots=True)
class Area:
    """The inside of a polygon on a map: its corners (x, y), three or more, each number from 0 to 1."""

    on: MapName
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions on a hit. An empty field sets no condition; of several values in a field, one must fit.

    `path` has beginnings of paths. `media_type` has types, and groups such as image/*. `language` has ISO
    639-1 codes of the language of the text. `camera` has names of cameras, of makers or of models, and
    `location` names of places, with any accents, in upper or lower case. `near` is where a picture must have
    been taken. `when` has periods; besides, the date must be in [since, until).
    Neither has a zone, like dates. The size in bytes must be from `min_size` to `max_size`. `within` has
    folders as absolute paths: the file must lie in one of them. `topic` and `label` have names of topics and
    of labels, in upper or lower case, and `area` is a part of a map in which the document must lie.
    """

    kind: Kind | None = None
    path: tuple[str, ...] = ()
    media_type: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    camera: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    near: Surroundings | None = None
    when: tuple[DateRange, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None
    within: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    area: Area | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The vectors of a picture that is no document, as the picture model `model` made them.

    `visual` is compared with pictures. `semantic` is compared with words; it is None if the model makes none.
    """

    model: str
    visual: Vector
    semantic: Vector | None


@dataclass(frozen=True, slots=True, eq=False)
class PostedPicture:
    """A posted picture as it is kept: its vectors, and a small WebP version."""

    look: Look
    preview: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list of all hits, whose pages belong together.

    `revision` is that of the documents when the page before was made; 0 where that is not known.
    """

    offset: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A query by words, by examples, or by both.

    `text` are the words. `likes` and `unlikes` are ids of documents: the hits should be like the ones, and
    unlike the others. `look` is a picture that the hits should be like. Texts among the examples decide which
    texts are found, and pictures which pictures. A document that is an example is no hit.

    If `facets`, count the kinds, folders, types, years, languages, cameras and places of the
    hits. If `copies`, list copies as
    hits of their own. If `explain`, say of each hit why it is one. If `unfinished`, the last word is
    completed where no document has it. With `cursor`, which replaces `offset`, the whole list is ranked at
    once, so that no document is on two pages or on none.
    """

    text: str = ""
    likes: tuple[str, ...] = ()
    unlikes: tuple[str, ...] = ()
    look: Look | None = None
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    order: Order = Order.RELEVANCE
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    facets: bool = False
    copies: bool = False
    explain: bool = False
    unfinished: bool = False
    cursor: Cursor | None = None

    @property
    def start(self) -> int:
        """The number of hits before the page."""
        return self.cursor.offset if self.cursor else self.offset
