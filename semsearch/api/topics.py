"""The JSON of the topics of a library."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Readable, Title
from semsearch.records import Kind

Json = dict[str, Any]


class TypicalDocument(Payload):
    """A document that is typical of a topic."""

    doc: str = Field(description="Id of the document")
    title: Title
    path: Readable = Field(description="Path of the file below its root")


class SmallerTopic(Payload):
    """A topic within a larger one."""

    name: Readable = Field(description="Name of the topic, by which the filter topic finds its documents")
    kind: Kind = Field(description="Whether it is one of texts or of pictures")
    count: int = Field(description="Number of its documents")
    typical: list[TypicalDocument] = Field(description="The most typical of its documents")


class Topic(SmallerTopic):
    """A topic, with the smaller ones in it."""

    inner: list[SmallerTopic] = Field(description="The topics within this one, the largest first")


class Topics(Payload):
    """The topics of a library."""

    texts: list[Topic] = Field(description="Topics of texts, the largest first")
    pictures: list[Topic] = Field(description="Topics of pictures, the largest first")
    without: int = Field(description="Number of documents that are far from all topics")
    unknown: int = Field(description="Number of documents that the next run of ingestion will look at")


def of_topics(tree: object) -> Json:
    return Topics.model_validate(tree).json_value()
