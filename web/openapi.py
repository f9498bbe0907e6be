"""The API described for programs, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from semsearch.search import MAX_CHARACTERS, MAX_LIMIT, MAX_OFFSET
from semsearch.types import CLEAR, Kind, Mode, Source, State
from web.parameters import DEFAULT_LIMIT, DOC_PATTERN, KINDS, MAX_PATH
from web.thumbnails import SIZES

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_INTEGER: Json = {"type": "integer"}
_MOMENT: Json = {"type": "string", "format": "date-time"}


def _maybe(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, description: str, schema: Json, place: str = "query") -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    }


_DOC = _parameter("doc", "Id of a document", {"type": "string", "pattern": f"^{DOC_PATTERN}$"}, "path")
_N = _parameter("n", "Number of a passage", {**_INTEGER, "minimum": 0}, "path")
_Q = _parameter("q", "What to search for, in words", {"type": "string", "maxLength": MAX_CHARACTERS})
_FILTERS = [
    _parameter(
        "kind", "Which documents", {"type": "string", "enum": [str(kind) for kind in KINDS], "default": "all"}
    ),
    _parameter("path", "Only documents whose path starts so", {"type": "string", "maxLength": MAX_PATH}),
    _parameter("type", "Only documents of this media type, such as application/pdf", _TEXT),
    _parameter("since", "Only files changed at or after this date or moment (ISO 8601; UTC)", _TEXT),
    _parameter("until", "Only files changed at or before this date or moment (ISO 8601; UTC)", _TEXT),
]
_MODE = _parameter(
    "mode",
    "Which legs answer: the meaning of the words, the words themselves, or both",
    {"type": "string", "enum": [str(mode) for mode in Mode], "default": str(Mode.HYBRID)},
)
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
_VERSION = _parameter("v", "Any value: the answer may then be cached for a year", _TEXT)

_SOURCE: Json = {"type": "string", "enum": [str(source) for source in Source]}

_EXCERPT: dict[str, Json] = {
    "snippet": _TEXT,
    "highlights": _array({**_array(_INTEGER), "description": "[start, end) characters of the snippet"}),
    "sentence": {
        **_maybe(_array(_INTEGER)),
        "description": "[start, end) of the sentence that answers; null where its words do not tell",
    },
}

_RECORD: dict[str, Json] = {
    "doc": _TEXT,
    "path": _TEXT,
    "root": _TEXT,
    "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
    "media_type": _TEXT,
    "title": _TEXT,
    "state": {"type": "string", "enum": [str(state) for state in State]},
    "reason": _TEXT,
    "size": _INTEGER,
    "sha256": _TEXT,
    "pieces": _INTEGER,
    "texts": {**_INTEGER, "description": "passages about a picture, or in it"},
    "models": _TEXT,
    "indexed_at": _maybe(_MOMENT),
}

_SCHEMAS: Json = {
    "Results": _object(
        query=_TEXT,
        took_ms=_NUMBER,
        total={**_INTEGER, "description": "documents that pass the filters"},
        complete={"type": "boolean", "description": "false when a part of the answer is missing"},
        notes=_array(_TEXT),
        hits=_array(_ref("Hit")),
    ),
    "Hit": _object(
        doc=_TEXT,
        path=_TEXT,
        root=_TEXT,
        kind=_RECORD["kind"],
        media_type=_TEXT,
        title=_TEXT,
        similarity={**_maybe(_NUMBER), "description": "1 - cosine distance; null when only words matched"},
        relevance={
            **_maybe(_NUMBER),
            "description": f"0 to 1, comparable between texts and pictures; a match from {CLEAR} on",
        },
        legs=_array(_TEXT),
        modified=_MOMENT,
        date=_MOMENT,
        thumb=_maybe(_TEXT),
        passages=_array(_ref("PassageHit")),
    ),
    "PassageHit": _object(
        n=_INTEGER,
        page=_maybe(_INTEGER),
        heading=_TEXT,
        source=_SOURCE,
        similarity=_maybe(_NUMBER),
        **_EXCERPT,
    ),
    "Excerpt": _object(**_EXCERPT),
    "Part": _object(
        box={
            **_maybe(_array(_NUMBER)),
            "description": "left, top, right and bottom edge of the part that matches, as fractions of the "
            "picture's width and height; null where nothing less than the whole does",
        }
    ),
    "Record": _object(**_RECORD),
    "Document": _object(
        **_RECORD,
        modified=_MOMENT,
        date=_MOMENT,
        width=_maybe(_INTEGER),
        height=_maybe(_INTEGER),
        thumb=_maybe(_TEXT),
        file=_TEXT,
        passages=_array(_ref("Passage")),
    ),
    "Passage": _object(
        n=_INTEGER,
        page=_maybe(_INTEGER),
        heading=_TEXT,
        source=_SOURCE,
        start=_INTEGER,
        end=_INTEGER,
        content=_TEXT,
    ),
    "Index": _object(
        name=_TEXT,
        records=_INTEGER,
        failures=_INTEGER,
        percent_indexed=_NUMBER,
        memory_mb=_NUMBER,
        model=_TEXT,
        dims=_INTEGER,
    ),
    "Status": _object(
        redis=_TEXT,
        engine=_TEXT,
        documents=_object(**{str(state): _INTEGER for state in State}),
        kinds=_object(**{str(kind): _INTEGER for kind in Kind}),
        roots=_array(_TEXT),
        text_model=_TEXT,
        image_model=_TEXT,
        indexes=_array(_ref("Index")),
        problems=_array(_ref("Record")),
        last_run={"type": "object", "additionalProperties": _TEXT},
    ),
    "Health": _object(status={"const": "ok"}),
    "Error": _object(error=_object(code=_TEXT, message=_TEXT)),
}


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
            **_content("application/json", _ref("Error")),
        }
    return {"summary": summary, "parameters": parameters or [], "responses": responses}


def _json(schema: str) -> Json:
    return _content("application/json", _ref(schema))


def _media(*types: str) -> Json:
    return {"content": {media_type: {} for media_type in types}}


_form = {each["name"]: each["schema"] for each in [_Q, *_FILTERS, _MODE, *_PAGING]}
_body = {"type": "object", "properties": {"image": {"type": "string", "format": "binary"}, **_form}}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "semsearch", "version": "1", "description": "Search by meaning over a folder."},
    "paths": {
        "/api/search": {
            "get": _operation(
                "Search with words", _json("Results"), "400 503", [_Q, *_FILTERS, _MODE, *_PAGING]
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
                "Documents like this one", _json("Results"), "400 404 503", [_DOC, *_FILTERS, *_PAGING]
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
        "/metrics": {"get": _operation("Figures for Prometheus", _content("text/plain", _TEXT), "")},
    },
    "components": {"schemas": _SCHEMAS},
}
