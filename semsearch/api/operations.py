"""The parts of the OpenAPI document: operations, their parameters, and the shapes of their answers."""

from __future__ import annotations

from typing import Any

from semsearch.api import replies
from semsearch.api.fields import Payload
from semsearch.api.parameter import Parameter

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
REF = "#/components/schemas/{model}"


def described(name: str, description: str, schema: Json, place: str = "query") -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    }


def parameter(each: Parameter[Any], place: str = "query") -> Json:
    return described(each.name, each.description, each.schema, place)


def parameters(*each: Parameter[Any]) -> list[Json]:
    return [parameter(one) for one in each]


def content(media_type: str, schema: Json) -> Json:
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


def operation(
    summary: str,
    answer: Json,
    errors: str,
    given: list[Json] | None = None,
    *,
    page: bool = False,
    is_open: bool = False,
) -> Json:
    """One operation; with `page`, its errors are pages for people. If `is_open`, it needs no log-in."""
    responses: Json = {"200": {"description": "The answer", **answer}}
    error = content("text/html", TEXT) if page else content(replies.PROBLEM, ref(replies.Error))
    for status in sorted({*errors.split(), _TOO_LONG, *(() if is_open else _OF_ACCESS)}):
        responses[status] = {"description": _ERRORS[status], **error}
    open_to_all: Json = {"security": []} if is_open else {}
    return {"summary": summary, "parameters": given or [], "responses": responses, **open_to_all}


def drawn(summary: str, errors: str, given: list[Json]) -> Json:
    """An operation that answers with a picture; where it has none, with the drawing of no picture."""
    made = operation(summary, media("image/webp"), errors, given, page=True)
    none = made["responses"]["404"]
    made["responses"]["404"] = {**none, "content": {**none["content"], "image/svg+xml": {}}}
    return made


def ref(shape: type[Payload]) -> Json:
    return {"$ref": REF.format(model=shape.__name__)}


def json_of(shape: type[Payload]) -> Json:
    return content("application/json", ref(shape))


def media(*types: str) -> Json:
    return {"content": {media_type: {} for media_type in types}}
