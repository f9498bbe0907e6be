"""The OpenAPI 3.1 document of the HTTP API."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from semsearch.api import batch, explored_paths, passages, payloads, replies
from semsearch.api.answers import WrittenAnswer
from semsearch.api.operations import (
    REF,
    TEXT,
    Json,
    content,
    described,
    drawn,
    json_of,
    media,
    operation,
    parameter,
    parameters,
    ref,
)
from semsearch.api.parameters import DOC, FILTERS, LISTING, MODE, SEARCH, SIZE, Q
from semsearch.api.suggestions import Suggestions

_SHAPES = (
    payloads.Results,
    payloads.ChosenResults,
    batch.Answers,
    passages.Excerpt,
    payloads.Part,
    payloads.Document,
    payloads.Status,
    Suggestions,
    WrittenAnswer,
    *explored_paths.SHAPES,
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
    _, made = models_json_schema(shapes, ref_template=REF, schema_generator=_Schemas)  # type: ignore[arg-type]
    return {
        name: {key: value for key, value in each.items() if key != "title"}
        for name, each in made["$defs"].items()
    }


_DOC = parameter(DOC, "path")
_N = described("n", "Number of a passage", {"type": "integer", "minimum": 0}, "path")
_NUMBER = described("number", "Number of a page, from 1", {"type": "integer", "minimum": 1}, "path")
_LANGUAGE = described("language", "Language of the sentences: en, or another one of the page", TEXT)
_VERSION = described("v", "With any value, the response may be cached for a year", TEXT)


_RESULTS = content("application/json", {"anyOf": [ref(payloads.Results), ref(payloads.ChosenResults)]})


_form = {each.name: each.schema for each in SEARCH}
_body = {"type": "object", "properties": {"image": {"type": "string", "format": "binary"}, **_form}}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "semsearch", "version": "1", "description": "Search by meaning over a folder."},
    "paths": {
        "/api/search": {
            "get": operation(
                "Search by text",
                _RESULTS,
                "400 404 503",  # an example may be gone
                parameters(*SEARCH),
            ),
            "post": {
                **operation("Search by picture", _RESULTS, "400 404 413 415 503"),
                "requestBody": {"required": True, **content("multipart/form-data", _body)},
            },
        },
        "/api/search/batch": {
            "post": {
                **operation("Several searches in one request", json_of(batch.Answers), "400 413 503"),
                "requestBody": {"required": True, **content("application/json", batch.BODY)},
            },
        },
        "/api/browse": {
            "get": operation(
                "Documents without a query: the newest first, by name, or the largest first",
                _RESULTS,
                "400 503",
                parameters(*LISTING),
            )
        },
        "/api/suggest": {
            "get": operation(
                "What a text may become that is being typed",
                json_of(Suggestions),
                "400 503",
                parameters(Q, *FILTERS),
            )
        },
        "/api/answer": {
            "get": operation(
                "An answer in sentences, each with its sources, by the language model that is set",
                json_of(WrittenAnswer),
                "400 503",
                parameters(Q, *FILTERS),
            )
        },
        "/api/items/{doc}": {"get": operation("One document", json_of(payloads.Document), "404 503", [_DOC])},
        "/api/items/{doc}/passages/{n}/sentence": {
            "get": operation(
                "The sentence of a passage that answers the query, in the snippet around it",
                json_of(passages.Excerpt),
                "400 404 503",
                [_DOC, _N, parameter(Q)],
            )
        },
        "/api/items/{doc}/part": {
            "get": operation(
                "The part of a picture that matches the query",
                json_of(payloads.Part),
                "400 404 415 503",
                [_DOC, parameter(Q)],
            )
        },
        "/api/items/{doc}/similar": {
            "get": operation(
                "Documents like this one",
                _RESULTS,
                "400 404 503",
                [_DOC, *parameters(*(each for each in SEARCH if each not in (Q, MODE)))],
            )
        },
        "/api/status": {
            "get": operation(
                "State of the library, its models and its indexes", json_of(payloads.Status), "403 503"
            )
        },
        "/api/events": {
            "get": operation(
                "Server-sent events: `progress` has a Run or null, `library` the revision of the documents",
                content("text/event-stream", TEXT),
                "403 503",
                [_LANGUAGE],
            )
        },
        **explored_paths.PATHS,
        "/api/openapi.json": {
            "get": operation("This description", content("application/json", {"type": "object"}), "")
        },
        "/file/{doc}": {"get": operation("The original file", media("*/*"), "404 503", [_DOC], page=True)},
        "/thumb/{doc}": {
            "get": drawn("A picture, scaled down", "400 404 503", [_DOC, parameter(SIZE), _VERSION])
        },
        "/page/{doc}/{number}": {
            "get": drawn("A page of a PDF as a picture", "404 503", [_DOC, _NUMBER, _VERSION])
        },
        "/healthz": {"get": operation("Whether Redis answers", json_of(replies.Health), "503", is_open=True)},
        "/metrics": {"get": operation("Metrics for Prometheus", content("text/plain", TEXT), "403")},
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
