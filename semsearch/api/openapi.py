"""The API described for programs, as OpenAPI 3.1."""

from __future__ import annotations

from semsearch.api.parameters import DEFAULT_LIMIT, DOC_PATTERN, KINDS, MAX_PATH, MAX_WHEN, SIZES
from semsearch.api.schemas import INTEGER, SCHEMAS, TEXT, Json, ref
from semsearch.query import MAX_CHARACTERS, MAX_LIMIT, MAX_OFFSET, Mode, Order

_SWITCH: Json = {"type": "string", "enum": ["0", "1"], "default": "0"}


def _parameter(name: str, description: str, schema: Json, place: str = "query") -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    }


_DOC = _parameter("doc", "Id of a document", {"type": "string", "pattern": f"^{DOC_PATTERN}$"}, "path")
_N = _parameter("n", "Number of a passage", {**INTEGER, "minimum": 0}, "path")
_Q = _parameter("q", "What to search for, in words", {"type": "string", "maxLength": MAX_CHARACTERS})
_FILTERS = [
    _parameter(
        "kind", "Which documents", {"type": "string", "enum": [str(kind) for kind in KINDS], "default": "all"}
    ),
    _parameter("path", "Only documents whose path starts so", {"type": "string", "maxLength": MAX_PATH}),
    _parameter(
        "type", "Only files of this media type, such as application/pdf, or group, such as image/*", TEXT
    ),
    _parameter("since", "Only what is of this date or moment (ISO 8601; UTC), or later", TEXT),
    _parameter(
        "until", "Only what is of before this moment (ISO 8601; UTC), or until the end of this date", TEXT
    ),
    _parameter(
        "when",
        "Only what is of these dates, in words: 2019, last month, since May 2020, 2018 to 2020 (local time)",
        {"type": "string", "maxLength": MAX_WHEN},
    ),
    _parameter("min_size", "Only files so large or larger: 10MB, 500 kB, 2.5MiB, or bytes", TEXT),
    _parameter("max_size", "Only files so large or smaller", TEXT),
]
_MODE = _parameter(
    "mode",
    "Which legs answer: the meaning of the words, the words themselves, or both",
    {"type": "string", "enum": [str(mode) for mode in Mode], "default": str(Mode.HYBRID)},
)
_ORDER = _parameter(
    "order",
    "What comes first of the hits that clearly match: the best, newest, first by name or largest",
    {"type": "string", "enum": [str(order) for order in Order], "default": str(Order.RELEVANCE)},
)
_COUNTED = _parameter("facets", "Whether to count what there is among the hits", _SWITCH)
_COPIES = _parameter("copies", "Whether to show copies as hits of their own", _SWITCH)
_PAGING = [
    _parameter(
        "limit",
        "How many hits",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    _parameter(
        "offset",
        "How many hits to leave out at the front",
        {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
    ),
]
_SIZE = _parameter(
    "size", "Longest side in pixels", {"type": "string", "enum": [str(size) for size in SIZES]}
)
_VERSION = _parameter("v", "Any value: the answer may then be cached for a year", TEXT)


def _content(media_type: str, schema: Json) -> Json:
    return {"content": {media_type: {"schema": schema}}}


_ERRORS = {
    "400": "A parameter has an impossible value",
    "404": "There is no such document, or its file is gone",
    "413": "More than 20 MB were sent",
    "415": "The picture cannot be read",
    "503": "Redis or a model is not available",
}


def _operation(summary: str, answer: Json, errors: str, parameters: list[Json] | None = None) -> Json:
    responses: Json = {"200": {"description": "The answer", **answer}}
    for status in errors.split():
        responses[status] = {
            "description": _ERRORS[status],
            **_content("application/json", ref("Error")),
        }
    return {"summary": summary, "parameters": parameters or [], "responses": responses}


def _json(schema: str) -> Json:
    return _content("application/json", ref(schema))


def _media(*types: str) -> Json:
    return {"content": {media_type: {} for media_type in types}}


_form = {each["name"]: each["schema"] for each in [_Q, *_FILTERS, _MODE, _ORDER, _COUNTED, _COPIES, *_PAGING]}
_body = {"type": "object", "properties": {"image": {"type": "string", "format": "binary"}, **_form}}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "semsearch", "version": "1", "description": "Search by meaning over a folder."},
    "paths": {
        "/api/search": {
            "get": _operation(
                "Search with words",
                _json("Results"),
                "400 503",
                [_Q, *_FILTERS, _MODE, _ORDER, _COUNTED, _COPIES, *_PAGING],
            ),
            "post": {
                **_operation("Search with a picture", _json("Results"), "400 413 415 503"),
                "requestBody": {"required": True, **_content("multipart/form-data", _body)},
            },
        },
        "/api/items/{doc}": {"get": _operation("One document", _json("Document"), "404 503", [_DOC])},
        "/api/items/{doc}/passages/{n}/sentence": {
            "get": _operation(
                "The sentence of a passage that answers a question, and what is around it",
                _json("Excerpt"),
                "400 404 503",
                [_DOC, _N, _Q],
            )
        },
        "/api/items/{doc}/part": {
            "get": _operation(
                "The part of a picture that matches a question", _json("Part"), "400 404 415 503", [_DOC, _Q]
            )
        },
        "/api/items/{doc}/similar": {
            "get": _operation(
                "Documents like this one",
                _json("Results"),
                "400 404 503",
                [_DOC, *_FILTERS, _ORDER, _COUNTED, _COPIES, *_PAGING],
            )
        },
        "/api/status": {"get": _operation("The state of the whole", _json("Status"), "503")},
        "/api/openapi.json": {
            "get": _operation("This description", _content("application/json", {"type": "object"}), "")
        },
        "/file/{doc}": {
            "get": _operation("The original file", _media("application/octet-stream"), "404 503", [_DOC])
        },
        "/thumb/{doc}": {
            "get": _operation(
                "A picture, scaled down", _media("image/webp"), "400 404 503", [_DOC, _SIZE, _VERSION]
            )
        },
        "/healthz": {"get": _operation("Whether Redis answers", _json("Health"), "503")},
        "/metrics": {"get": _operation("Figures for Prometheus", _content("text/plain", TEXT), "")},
    },
    "components": {"schemas": SCHEMAS},
}
