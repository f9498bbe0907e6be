"""The OpenAPI 3.1 document of the HTTP API."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from semsearch.api import batch, copies, odd, passages, payloads, replies, saved
from semsearch.api import batch, for_you, passages, payloads, replies, saved
from semsearch.api import batch, labels, passages, payloads, replies
from semsearch.api import batch, judged, passages, payloads, replies
from semsearch.api import batch, judged, library_health, passages, payloads, replies
from semsearch.api.answers import WrittenAnswer
from semsearch.api.fields import Payload
from semsearch.api.parameter import Parameter
from semsearch.api.parameters import DOC, FILTERS, LIMIT, LISTING, MODE, SEARCH, SIZE, Q
from semsearch.api.suggestions import Suggestions

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_REF = "#/components/schemas/{model}"
_SHAPES = (
    payloads.Results,
    payloads.ChosenResults,
    batch.Answers,
    passages.Excerpt,
    payloads.Part,
    payloads.Document,
    payloads.Status,
    Suggestions,
    saved.SavedSearches,
    for_you.ForYou,
    for_you.Marks,
    labels.LabelList,
    labels.LabelDetail,
    judged.JudgedPairs,
    library_health.LibraryHealth,
    WrittenAnswer,
    copies.Copies,
    odd.OddOnes,
    replies.Health,
    replies.Error,
)


class _Schemas(GenerateJsonSchema):
    """JSON Schema without the titles that pydantic derives from field names.

    An optional field has the type `[T, "null"]` in place of `anyOf`, where T is a plain type.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        return (
            {**inner, "type": [inner["type"], "null"]} if "type" in inner else super().nullable_schema(schema)
        )


def _components() -> Json:
    shapes = [(shape, "serialization") for shape in _SHAPES]
    _, made = models_json_schema(shapes, ref_template=_REF, schema_generator=_Schemas)  # type: ignore[arg-type]
    return {
        name: {key: value for key, value in each.items() if key != "title"}
        for name, each in made["$defs"].items()
    }


def _described(name: str, description: str, schema: Json, place: str = "query") -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    }


def _parameter(each: Parameter[Any], place: str = "query") -> Json:
    return _described(each.name, each.description, each.schema, place)


def _parameters(*each: Parameter[Any]) -> list[Json]:
    return [_parameter(parameter) for parameter in each]


_DOC = _parameter(DOC, "path")
_N = _described("n", "Number of a passage", {"type": "integer", "minimum": 0}, "path")
_NUMBER = _described("number", "Number of a page, from 1", {"type": "integer", "minimum": 1}, "path")
_NAME = {**_described("name", "Name of a saved search", _TEXT), "required": True}
_NAME = _described("name", "Name of a label, in upper or lower case", _TEXT, "path")
_LANGUAGE = _described("language", "Language of the sentences: en, or another one of the page", _TEXT)
_VERSION = _described("v", "With any value, the response may be cached for a year", _TEXT)


def _content(media_type: str, schema: Json) -> Json:
    return {"content": {media_type: {"schema": schema}}}


# The errors of every request that needs a token or a session.
_OF_ACCESS = ("401", "429")
# Any request may have too many parameters.
_TOO_LONG = "431"
_ERRORS = {
    "400": "A parameter has an invalid value",
    "401": "There is a password, and the request has neither a valid token nor a session",
    "403": "The token is limited to folders",
    "404": "The document does not exist, or its file is gone",
    "413": "More than 20 MB were sent",
    "415": "The picture cannot be read",
    "429": "Too many wrong tokens; Retry-After says when to try again",
    "431": "The address and the headers together have more than 64 kB",
    "503": "Redis or a model is not available",
}


def _operation(
    summary: str,
    answer: Json,
    errors: str,
    parameters: list[Json] | None = None,
    *,
    page: bool = False,
    is_open: bool = False,
) -> Json:
    """One operation; with `page`, its errors are pages for people. If `is_open`, it needs no log-in."""
    responses: Json = {"200": {"description": "The answer", **answer}}
    error = _content("text/html", _TEXT) if page else _content(replies.PROBLEM, _ref(replies.Error))
    for status in sorted({*errors.split(), _TOO_LONG, *(() if is_open else _OF_ACCESS)}):
        responses[status] = {"description": _ERRORS[status], **error}
    open_to_all: Json = {"security": []} if is_open else {}
    return {"summary": summary, "parameters": parameters or [], "responses": responses, **open_to_all}


def _drawn(summary: str, errors: str, parameters: list[Json]) -> Json:
    """An operation that answers with a picture; where it has none, with the drawing of no picture."""
    made = _operation(summary, _media("image/webp"), errors, parameters, page=True)
    none = made["responses"]["404"]
    made["responses"]["404"] = {**none, "content": {**none["content"], "image/svg+xml": {}}}
    return made


def _ref(shape: type[Payload]) -> Json:
    return {"$ref": _REF.format(model=shape.__name__)}


def _json(shape: type[Payload]) -> Json:
    return _content("application/json", _ref(shape))


def _media(*types: str) -> Json:
    return {"content": {media_type: {} for media_type in types}}


_RESULTS = _content("application/json", {"anyOf": [_ref(payloads.Results), _ref(payloads.ChosenResults)]})

_SAVED = _json(saved.SavedSearches)
_JUDGED = _json(judged.JudgedPairs)
_PAIR = [{**_parameter(each), "required": True} for each in (Q, DOC)]

_form = {each.name: each.schema for each in SEARCH}
_body = {"type": "object", "properties": {"image": {"type": "string", "format": "binary"}, **_form}}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "semsearch", "version": "1", "description": "Search by meaning over a folder."},
    "paths": {
        "/api/search": {
            "get": _operation(
                "Search by text",
                _RESULTS,
                "400 404 503",  # an example may be gone
                _parameters(*SEARCH),
            ),
            "post": {
                **_operation("Search by picture", _RESULTS, "400 404 413 415 503"),
                "requestBody": {"required": True, **_content("multipart/form-data", _body)},
            },
        },
        "/api/search/batch": {
            "post": {
                **_operation("Several searches in one request", _json(batch.Answers), "400 413 503"),
                "requestBody": {"required": True, **_content("application/json", batch.BODY)},
            },
        },
        "/api/browse": {
            "get": _operation(
                "Documents without a query: the newest first, by name, or the largest first",
                _RESULTS,
                "400 503",
                _parameters(*LISTING),
            )
        },
        "/api/suggest": {
            "get": _operation(
                "What a text may become that is being typed",
                _json(Suggestions),
                "400 503",
                _parameters(Q, *FILTERS),
            )
        },
        "/api/answer": {
            "get": _operation(
                "An answer in sentences, each with its sources, by the language model that is set",
                _json(WrittenAnswer),
                "400 503",
                _parameters(Q, *FILTERS),
            )
        },
        "/api/items/{doc}": {"get": _operation("One document", _json(payloads.Document), "404 503", [_DOC])},
        "/api/items/{doc}/passages/{n}/sentence": {
            "get": _operation(
                "The sentence of a passage that answers the query, in the snippet around it",
                _json(passages.Excerpt),
                "400 404 503",
                [_DOC, _N, _parameter(Q)],
            )
        },
        "/api/items/{doc}/part": {
            "get": _operation(
                "The part of a picture that matches the query",
                _json(payloads.Part),
                "400 404 415 503",
                [_DOC, _parameter(Q)],
            )
        },
        "/api/items/{doc}/similar": {
            "get": _operation(
                "Documents like this one",
                _RESULTS,
                "400 404 503",
                [_DOC, *_parameters(*(each for each in SEARCH if each not in (Q, MODE)))],
            )
        },
        "/api/labels": {"get": _operation("All labels by example", _json(labels.LabelList), "403 404 503")},
        "/api/labels/{name}": {
            "get": _operation(
                "A label: what is marked, what is proposed, and what is asked",
                _json(labels.LabelDetail),
                "400 403 404 503",
                [_NAME, _parameter(LIMIT)],
            ),
            "post": {
                **_operation(
                    "Mark documents as a label or as not it; a name that is new begins a label",
                    _json(labels.LabelDetail),
                    "400 403 404 413 503",
                    [_NAME],
                ),
                "requestBody": {"required": True, **_content("application/json", labels.BODY)},
            },
        },
        "/api/status": {
            "get": _operation(
                "State of the library, its models and its indexes", _json(payloads.Status), "403 503"
            )
        },
        "/api/copies": {
            "get": _operation(
                "What is there more than once, or alike",
                _json(copies.Copies),
                "400 403 404 503",
                _parameters(*copies.COPIES_PARAMETERS),
            )
        },
        "/api/odd": {
            "get": _operation(
                "Documents that do not fit",
                _json(odd.OddOnes),
                "400 403 404 503",
                _parameters(*odd.ODD_PARAMETERS),
            )
        },
        "/api/events": {
            "get": _operation(
                "Server-sent events: `progress` has a Run or null, `library` the revision of the documents",
                _content("text/event-stream", _TEXT),
                "403 503",
                [_LANGUAGE],
            )
        },
        "/api/saved": {
            "get": _operation("The saved searches, and what is new in them", _SAVED, "403 404 503"),
            "post": {
                **_operation("Save a search, or note that it was seen", _SAVED, "400 403 404 413 503"),
                "requestBody": {"required": True, **_content("application/json", saved.BODY)},
            },
            "delete": _operation("Remove a saved search", _SAVED, "400 403 404 503", [_NAME]),
        },
        "/api/for-you": {
            "get": _operation("Documents like those that are liked", _json(for_you.ForYou), "403 404 503")
        },
        "/api/likes": {
            "get": _operation("What is marked", _json(for_you.Marks), "403 404 503"),
            "post": {
                **_operation("Mark documents", _json(for_you.Marks), "400 403 404 413 503"),
                "requestBody": {"required": True, **_content("application/json", for_you.BODY)},
            },
        "/api/judged": {
            "get": _operation("The judged pairs: queries and what answers them", _JUDGED, "403 404 503"),
            "post": {
                **_operation("Say that a document answers a query", _JUDGED, "400 403 404 413 503"),
                "requestBody": {"required": True, **_content("application/json", judged.BODY)},
            },
            "delete": _operation("Say it no more", _JUDGED, "400 403 404 503", _PAIR),
        },
        "/api/health": {
            "get": _operation(
                "How the library and its searches change", _json(library_health.LibraryHealth), "403 404 503"
            )
        },
        "/api/openapi.json": {
            "get": _operation("This description", _content("application/json", {"type": "object"}), "")
        },
        "/file/{doc}": {"get": _operation("The original file", _media("*/*"), "404 503", [_DOC], page=True)},
        "/thumb/{doc}": {
            "get": _drawn("A picture, scaled down", "400 404 503", [_DOC, _parameter(SIZE), _VERSION])
        },
        "/page/{doc}/{number}": {
            "get": _drawn("A page of a PDF as a picture", "404 503", [_DOC, _NUMBER, _VERSION])
        },
        "/healthz": {"get": _operation("Whether Redis answers", _json(replies.Health), "503", is_open=True)},
        "/metrics": {"get": _operation("Metrics for Prometheus", _content("text/plain", _TEXT), "403")},
    },
    # An empty requirement is met by every request: without a password, nothing is asked.
    "security": [{"token": []}, {"session": []}, {}],
    "components": {
        "schemas": _components(),
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "semsearch token add NAME"},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "semsearch_session",
                "description": "Set by the log-in page",
            },
        },
    },
}
