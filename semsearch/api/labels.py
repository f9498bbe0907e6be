"""The JSON of labels by example."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Score, Title
from semsearch.api.parameters import DOC
from semsearch.api.payloads import File
from semsearch.errors import QueryError
from semsearch.message import say

Json = dict[str, Any]

# The most documents that one request marks.
MOST_MARKED = 1000


class Label(Payload):
    """A label that is learned from marked documents."""

    name: Readable = Field(description="Name of the label; the parameter label finds documents that have it")
    documents: int = Field(
        description="Number of documents that the parameter label finds: those that are marked as it, and "
        "those that have it in the index and are not marked as not it"
    )
    yes: int = Field(description="Number of contents that are marked as it")
    no: int = Field(description="Number of contents that are marked as not it")
    preset: Readable = Field(
        description="Preset and class whose sentences are examples too, such as sentiment/positive; empty "
        "for other labels"
    )


class LabelList(Payload):
    """All labels."""

    labels: list[Label] = Field(description="The labels by name")
    applied: bool = Field(
        description="false while marks have changed and documents have not got their labels"
    )
    changed: int | None = Field(
        description="Number of documents that have other labels now; null where nothing was applied"
    )


class LabelledFile(File):
    """A document that is marked."""

    title: Title


class Proposed(Payload):
    """A document that nobody has marked."""

    document: LabelledFile = Field(validation_alias="record", description="The document")
    probability: Score = Field(description="How likely it has the label, 0 to 1; from .5 on it gets it")


class LabelDetail(Payload):
    """A label with what is marked, what is proposed, and what is asked."""

    label: Label
    yes: list[LabelledFile] = Field(description="Documents that are marked as it")
    no: list[LabelledFile] = Field(description="Documents that are marked as not it")
    gone: int = Field(description="Number of marks of contents that are not in the library now")
    likely: list[Proposed] = Field(description="The likeliest of the others, from .5 on")
    unsure: list[Proposed] = Field(
        description="Those whose marks would tell most: the nearest to .5, and in turn with "
        "them some of the other answer while it has few marks"
    )
    rough: bool = Field(
        description="true where fewer than five are marked as it or as not it, so that the probabilities "
        "could not be checked"
    )
    applied: bool = Field(
        description="false while marks have changed and documents have not got their labels"
    )


def of_labels(found: Any, changed: int | None = None) -> Json:
    """The JSON of all labels; `changed` documents have others since they were applied."""
    return LabelList.model_validate(
        {"labels": found.labels, "applied": found.applied, "changed": changed}
    ).json_value()


def of_label(view: object) -> Json:
    """The JSON of all about a label."""
    return LabelDetail.model_validate(view).json_value()


def read_docs(given: Iterable[str]) -> list[str]:
    """Ids of documents that are marked. Raises QueryError when one is none, and for none or too many."""
    docs = list(dict.fromkeys(DOC.value.read("doc", doc) for doc in given if doc))
    if not docs or len(docs) > MOST_MARKED:
        raise QueryError(say("Name 1 to {most} documents.", most=MOST_MARKED))
    return docs
