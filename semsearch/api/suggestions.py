"""The JSON of what a text may become that is being typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import Field

from semsearch import results
from semsearch.api.fields import Payload, Readable
from semsearch.api.operators import Used
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


def of_completion(completion: results.Completion, used: Iterable[Used]) -> Json:
    """The JSON of a completion of the words of a query. The operators `used` stand before its texts."""
    before = [each.typed for each in used]
    texts = tuple(" ".join((*before, text)) for text in completion.texts)
    return Suggestions.model_validate(replace(completion, texts=texts)).json_value()
