"""The parameters of a search, each declared once.

The OpenAPI document, the form of the page, the options of `semsearch search` and the table in docs/api.md are
made from `SEARCH`. `semsearch --help` imports this module, so it imports nothing heavy.
"""

from __future__ import annotations

from typing import Any

from semsearch.api import contradictions, operators
from semsearch.api.cursors import CursorValue
from semsearch.api.explored import EXPLORED
from semsearch.api.hit_fields import HitFields
from semsearch.api.near import Near
from semsearch.api.parameter import Given, Parameter
from semsearch.api.several import Several
from semsearch.api.values import (
    Choice,
    DocumentId,
    Language,
    MediaType,
    Moment,
    PathStart,
    Period,
    Size,
    Switch,
    Text,
    Whole,
)
from semsearch.query import (
    DEFAULT_LIMIT,
    MAX_CHARACTERS,
    MAX_EXAMPLES,
    MAX_LIMIT,
    MAX_OFFSET,
    Filters,
    Mode,
    Order,
    Query,
)
from semsearch.records import Kind

# Longest sides of thumbnails in pixels: a card, a card on a dense screen, the page of one picture.
SIZES = (320, 640, 1280)
_OFF_ON = {"0": False, "1": True}

DOC = Parameter("doc", DocumentId(), "Id of a document")
SIZE = Parameter("size", Choice({str(size): size for size in SIZES}), "Longest side in pixels")

Q = Parameter(
    "q",
    Text(MAX_CHARACTERS),
    'What to search for. A document must contain "quoted words" exactly, and must not contain a -word. '
    "OR, in capital letters, stands between alternatives. Operators such as type:pdf and in:letters/ set "
    "filters",
    label="Search by meaning",
)

LIKE = Parameter(
    "like",
    Several(DocumentId(), MAX_EXAMPLES),
    "Id of a document that the hits should be like. A text moves the search for texts, a picture that for "
    "pictures",
)
UNLIKE = Parameter("unlike", LIKE.value, "Id of a document that the hits should not be like")

# The fields of `Filters`, by the same names; only `type` becomes `media_type`.
FILTERS: tuple[Parameter[Any], ...] = (
    Parameter(
        "kind",
        Choice(
            {"all": None, "text": Kind.TEXT, "image": Kind.IMAGE, "other": Kind.OTHER},
            ("All", "Texts", "Pictures", "Other files"),
        ),
        "Kind of documents to find; other files are found by their names only",
        label="Kind",
    ),
    Parameter(
        "path",
        Several(PathStart(1_000)),
        "Only documents whose path starts with this text, letter for letter: the path below the ingested "
        "folder, or the absolute one. A slash at the end means a whole folder",
        label="Folder, or beginning of a path",
        chip="In {}",
        example="notes/2026/",
        group="Folder",
    ),
    Parameter(
        "type",
        Several(MediaType()),
        "Only files of this media type, such as application/pdf, or of this group, such as image/*",
        label="Type of file",
        group="Type",
        chip="{}",
    ),
    Parameter(
        "language",
        Several(Language()),
        "Only documents whose text is in this language, by its ISO 639-1 code: de, fr, zh",
        label="Language",
        chip="{}",
    ),
    Parameter(
        "camera",
        Several(Text(200)),
        "Only pictures that this camera made: its name, its maker or its model, in upper or lower case",
        label="Camera",
        chip="{}",
        example="Canon EOS 5D",
    ),
    Parameter(
        "location",
        Several(Text(200)),
        "Only pictures from a place with this name in their metadata: a city, a country, a state or a sight",
        label="City or country",
        chip="{}",
        example="Lisbon",
        group="Place",
    ),
    Parameter(
        "near",
        Near(),
        "Only pictures that were taken near a place: its degrees north, its degrees east and the distance in "
        "km, separated by commas",
        label="Around: degrees north, east, km",
        chip="Near {}",
        example="38.7, -9.14, 5",
        group="Place",
    ),
    Parameter(
        "when",
        Several(Period(100)),
        "Only documents from this period, in words: 2019, last month, since May 2020, 2018 to 2020",
        label="In words",
        chip="{}",
        example="July 2019, last month, since 2020",
        group="Date",
    ),
    Parameter(
        "since",
        Moment(),
        "Only documents dated at or after this date or moment: 2026-05-01, 2026-05-01T10:00:00Z; "
        "one with a zone is put into the local time of the server",
        label="Since",
        chip="Since {}",
        group="Date",
    ),
    Parameter(
        "until",
        Moment(ends=True),
        "Only documents dated before this moment, or by the end of this date; written like since",
        label="Until",
        chip="Until {}",
        group="Date",
    ),
    Parameter(
        "min_size",
        Size(),
        "Only files of this size or larger: 10MB, 500 kB, 2.5MiB, or a number of bytes",
        label="At least",
        chip="At least {}",
        example="500 kB",
        group="Size",
    ),
    Parameter(
        "max_size",
        Size(),
        "Only files of this size or smaller",
        label="At most",
        chip="At most {}",
        example="10 MB",
        group="Size",
    ),
    *EXPLORED,
)

MODE = Parameter(
    "mode",
    Choice({mode.value: mode for mode in Mode}, ("Meaning and words", "Meaning only", "Words only")),
    "How to match the query: by its meaning, by its words, or by both",
    label="Match by",
    chip="{}",
)
ORDER = Parameter(
    "order",
    Choice({order.value: order for order in Order}, ("Best", "Newest", "Name", "Largest")),
    "Order of the hits that clearly match: best first, newest first, by name, or largest first",
    label="Order",
)
FACETS = Parameter(
    "facets",
    Switch(_OFF_ON),
    "Count the hits that clearly match by kind, folder, type, date, language, camera, place, topic and label",
)
COPIES = Parameter(
    "copies",
    Switch(_OFF_ON),
    "List every copy as a separate hit",
    label="List copies separately",
    chip="Copies listed separately",
)
EXPLAIN = Parameter(
    "explain", Switch(_OFF_ON), "Say of each hit why it is one, in words and numbers; in JSON only"
)
FIELDS = Parameter(
    "fields", HitFields(), "Only these fields of each hit, in JSON, separated by commas: path,title,relevance"
)
UNFINISHED = Parameter(
    "unfinished",
    Switch(_OFF_ON),
    "The last word of q is still being typed: complete it by a word of the library if no document has it",
)
LIMIT = Parameter("limit", Whole(1, MAX_LIMIT, DEFAULT_LIMIT), "Number of hits to return")
OFFSET = Parameter("offset", Whole(0, MAX_OFFSET, 0), "Number of hits to skip")
CURSOR = Parameter(
    "cursor",
    CursorValue(),
    "In place of offset, to go through all hits: * for the first page, then next of the page before",
)

SEARCH: tuple[Parameter[Any], ...] = (
    Q,
    LIKE,
    UNLIKE,
    *FILTERS,
    MODE,
    ORDER,
    FACETS,
    COPIES,
    EXPLAIN,
    FIELDS,
    UNFINISHED,
    LIMIT,
    OFFSET,
    CURSOR,
)

# A list of documents without a query takes these.
LISTING: tuple[Parameter[Any], ...] = (*FILTERS, ORDER, FACETS, FIELDS, LIMIT, OFFSET, CURSOR)


def read_query(given: Given) -> Query:
    """Read the whole query. Raises QueryError when a parameter has an invalid value."""
    is_unfinished = UNFINISHED.read(given)
    if is_unfinished:
        given = {**given, Q.name: operators.finished(Q.read(given))}
    text, given = with_operators(given)
    return Query(
        text=text,
        likes=LIKE.read(given),
        unlikes=UNLIKE.read(given),
        filters=read_filters(given),
        mode=MODE.read(given),
        order=ORDER.read(given),
        facets=FACETS.read(given),
        copies=COPIES.read(given),
        explain=EXPLAIN.read(given),
        unfinished=is_unfinished,
        limit=LIMIT.read(given),
        offset=OFFSET.read(given),
        cursor=CURSOR.read(given),
    )


def read_words(given: Given) -> str:
    """The words of `q`, without its operators. Raises QueryError when `q` is too long."""
    return operators.read(Q.read(given)).words


def with_operators(given: Given) -> tuple[str, Given]:
    """The words of `q` without its operators, and the parameters with what these operators say.

    A parameter that was sent with another value than its default wins over operators. Raises QueryError when
    `q` is too long.
    """
    typed = operators.read(Q.read(given))
    sent = {each.name for each in FILTERS if each.texts(given) not in ((), (each.default,))}
    return typed.words, {**given, **{name: typed.given[name] for name in typed.given.keys() - sent}}


def read_filters(given: Given) -> Filters:
    """Read the filters. Raises what `filter_values` raises."""
    values = filter_values(given)
    return Filters(media_type=values.pop("type"), **values)


def filter_values(given: Given) -> dict[str, Any]:
    """The values of the filters, by the names of their parameters.

    Raises QueryError when a parameter has an invalid value, or two contradict each other.
    """
    values = {each.name: each.read(given) for each in FILTERS}
    contradictions.check(values, lambda name: _sent(given, name))
    return values


def _sent(given: Given, name: str) -> str:
    return next(text for each in FILTERS if each.name == name for text in each.texts(given))
