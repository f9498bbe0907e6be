"""The parameters of a search, each declared once.

The OpenAPI document, the form of the page, the options of `semsearch search` and the table in docs/api.md are
made from `SEARCH`. `semsearch --help` imports this module, so it imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from semsearch.api.values import (
    Choice,
    DocumentId,
    Json,
    MediaType,
    Moment,
    Period,
    Size,
    Switch,
    Text,
    Value,
    Whole,
)
from semsearch.errors import QueryError
from semsearch.query import (
    DEFAULT_LIMIT,
    MAX_CHARACTERS,
    MAX_LIMIT,
    MAX_OFFSET,
    Filters,
    Mode,
    Order,
    Query,
)
from semsearch.records import Kind

T = TypeVar("T")

# Longest sides of thumbnails in pixels: a card, a card on a dense screen, the page of one picture.
SIZES = (320, 640, 1280)
_OFF_ON = {"0": False, "1": True}


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One parameter of a request.

    `description` is for programs and people: in the OpenAPI document, in `--help` and in docs/api.md.
    `label` names its field on the page; without one it has none. `chip` is what the page says of its value
    while it narrows a search; those with a chip are in the panel of filters. `example` is shown in its
    field while that is empty.
    """

    name: str
    value: Value[T]
    description: str
    label: str = ""
    chip: str = ""
    example: str = ""

    @property
    def default(self) -> str:
        return self.value.default

    @property
    def schema(self) -> Json:
        return self.value.schema

    def read(self, given: Mapping[str, str]) -> T:
        """Its value; absent or empty means the default. Raises QueryError."""
        return self.value.read(self.name, given.get(self.name, "").strip() or self.default)


DOC = Parameter("doc", DocumentId(), "Id of a document")
LIKE = Parameter("like", DocumentId(), "Id of the document to find others like")
SIZE = Parameter("size", Choice({str(size): size for size in SIZES}), "Longest side in pixels")

Q = Parameter(
    "q",
    Text(MAX_CHARACTERS),
    'What to search for. "Quoted words" must be there as they stand, a -word must not',
    label="Search by meaning",
)

# What narrows a search: the fields of `Filters`, where `type` is `media_type` and `when` narrows the dates.
FILTERS: tuple[Parameter[Any], ...] = (
    Parameter(
        "kind",
        # Files of another kind are recorded, but never found.
        Choice({"all": None, "text": Kind.TEXT, "image": Kind.IMAGE}, ("All", "Texts", "Pictures")),
        "Which documents",
        label="Kind",
    ),
    Parameter(
        "path",
        Text(1_000),
        "Only documents whose path starts like this; a slash at the end means a whole folder",
        label="Folder or path starts with",
        chip="In {}",
        example="notes/2026",
    ),
    Parameter(
        "type",
        MediaType(),
        "Only files of this media type, such as application/pdf, or of this group, such as image/*",
        label="Type of file",
        chip="{}",
    ),
    Parameter(
        "when",
        Period(100),
        "Only documents of these dates, in words and in the local time of the server: "
        "2019, last month, since May 2020, 2018 to 2020",
        label="When",
        chip="When: {}",
        example="July 2019, last month, since 2020",
    ),
    Parameter(
        "since",
        Moment(),
        "Only documents of this date or moment, or later: 2026-05-01, 2026-05-01T10:00:00Z; "
        "without a zone it is UTC",
        label="Since",
        chip="Since {}",
    ),
    Parameter(
        "until",
        Moment(ends=True),
        "Only documents before this moment, or until the end of this date, written likewise",
        label="Until",
        chip="Until {}",
    ),
    Parameter(
        "min_size",
        Size(),
        "Only files of this size or larger: 10MB, 500 kB, 2.5MiB, or bytes",
        label="Size from",
        chip="At least {}",
        example="500 kB",
    ),
    Parameter(
        "max_size",
        Size(),
        "Only files of this size or smaller",
        label="Size up to",
        chip="At most {}",
        example="10 MB",
    ),
)

MODE = Parameter(
    "mode",
    Choice({mode.value: mode for mode in Mode}, ("Meaning and words", "Meaning only", "Words only")),
    "What to compare: the meaning of the words, the words themselves, or both",
    label="Match by",
    chip="By {} only",
)
ORDER = Parameter(
    "order",
    Choice({order.value: order for order in Order}, ("Best", "Newest", "Name", "Largest")),
    "What comes first among the hits that clearly match: the best, the newest, the first name or the largest",
    label="Order",
)
FACETS = Parameter(
    "facets", Switch(_OFF_ON), "Count the hits that clearly match by kind, folder, type and year"
)
COPIES = Parameter(
    "copies",
    Switch(_OFF_ON),
    "Show copies as hits of their own",
    label="Show copies apart",
    chip="Copies apart",
)
LIMIT = Parameter("limit", Whole(1, MAX_LIMIT, DEFAULT_LIMIT), "How many hits")
OFFSET = Parameter("offset", Whole(0, MAX_OFFSET, 0), "How many hits to leave out at the front")

SEARCH: tuple[Parameter[Any], ...] = (Q, *FILTERS, MODE, ORDER, FACETS, COPIES, LIMIT, OFFSET)


def read_query(given: Mapping[str, str], *, image: bytes | None = None, like: str = "") -> Query:
    """The whole question. Words are not read where a document leads."""
    return Query(
        text="" if like else Q.read(given),
        image=image,
        like=like,
        filters=read_filters(given),
        mode=MODE.read(given),
        order=ORDER.read(given),
        facets=FACETS.read(given),
        copies=COPIES.read(given),
        limit=LIMIT.read(given),
        offset=OFFSET.read(given),
    )


def read_filters(given: Mapping[str, str]) -> Filters:
    """What narrows the search."""
    values = {each.name: each.read(given) for each in FILTERS}
    media_type, period = values.pop("type"), values.pop("when")
    since, until = values["since"], values["until"]
    if since and until and since >= until:
        raise QueryError(f"since is {given['since']!r}, which is not before until, {given['until']!r}.")
    least, most = values["min_size"], values["max_size"]
    if least is not None and most is not None and least > most:
        raise QueryError(
            f"min_size is {given['min_size']!r}; that is more than max_size, {given['max_size']!r}."
        )
    if period:
        values["since"] = max(filter(None, (since, period.since)), default=None)
        values["until"] = min(filter(None, (until, period.until)), default=None)
    return Filters(**values, media_type=media_type)
