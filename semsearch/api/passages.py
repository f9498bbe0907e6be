"""The JSON of passages, and of what is shown of them."""

from __future__ import annotations

from pydantic import Field

from semsearch.api.fields import Headings, Payload, Readable, Score, Span
from semsearch.records import Source


class Excerpt(Payload):
    """The part of a passage to show. A span is [start, end), in characters (code points)."""

    snippet: Readable = Field(description="Text cut from the passage")
    highlights: list[Span] = Field(description="Spans of the snippet that match words of the query")
    sentence: Span | None = Field(description="Span of the sentence that answers; null where it is not known")


class Place(Payload):
    n: int = Field(description="Number of the passage in its document, from 0")
    page: int | None = Field(description="Number of the page; null where the file has no pages")
    heading: Headings = Field(
        validation_alias="headings", description="Headings above the passage, joined by >"
    )
    source: Source = Field(description="Where the text comes from")


class Scored(Place):
    similarity: Score = Field(description="1 - cosine distance; null when only words matched")


class PassageHit(Excerpt, Scored):  # the JSON has the fields of Scored first
    """A passage that matches the query."""


class Passage(Place):
    """A passage of a document."""

    start: int = Field(description="Start in the text of the document, in characters")
    end: int = Field(description="End in the text of the document, in characters")
    content: Readable = Field(description="Text of the passage")
