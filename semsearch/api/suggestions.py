"""The JSON of what a text may become that is being typed."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch import results
from semsearch.api.fields import Payload, Readable
from semsearch.records import Kind

Json = dict[str, Any]


class Suggested(Payload):
    """A document that is called like what is typed."""

    doc: str = Field(description="Id of the document")
    path: Readable = Field(description="Path of the file, below its root")
    title: Readable = Field(description="Title of the document; empty where it has none")
    kind: Kind = Field(description="Kind of the document")


class Suggestions(Payload):
    """What a text may become that is being typed."""

    texts: list[Readable] = Field(description="Texts to search for, the likeliest first")
    documents: list[Suggested] = Field(description="Documents that are called so, the likeliest first")


def of_completion(completion: results.Completion) -> Json:
    return Suggestions.model_validate(completion).json_value()
