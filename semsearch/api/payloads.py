"""The JSON of the API and of `--json`: one model per shape, filled from the attributes of the same names.

The component schemas of the OpenAPI document, and the tables of docs/api.md, are made from these models.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from semsearch import records, results
from semsearch.api.fields import (
    Date,
    Edges,
    Headings,
    Milliseconds,
    Modified,
    Readable,
    Score,
    Size,
    Span,
    Thumb,
    Timestamp,
    Title,
    counts,
)
from semsearch.query import LegName
from semsearch.records import Kind, Source, State
from semsearch.results import CLEAR

Json = dict[str, Any]


class Payload(BaseModel):
    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True
    )

    def json_value(self) -> Json:
        return self.model_dump(mode="json")


class Excerpt(Payload):
    """What is shown of a passage. Spans are [start, end) in characters (code points)."""

    snippet: Readable = Field(description="A stretch of the passage")
    highlights: list[Span] = Field(description="Spans of the snippet that match words of the query")
    sentence: Span | None = Field(
        description="Span of the sentence that answers; null where its words do not tell"
    )


class Place(Payload):
    n: int = Field(description="Number of the passage in its document, from 0")
    page: int | None = Field(description="Number of its page; null where the file has no pages")
    heading: Headings = Field(
        validation_alias="headings", description="Headings above the passage, joined by >"
    )
    source: Source = Field(description="Where its words come from")


class Scored(Place):
    similarity: Score = Field(description="1 - cosine distance; null when only words matched")


class PassageHit(Excerpt, Scored):  # the fields of the last base come first
    """A passage that answers."""


class Passage(Place):
    """A passage of a document."""

    start: int = Field(description="Where it begins in the text of the document, in characters")
    end: int = Field(description="Where it ends")
    content: Readable = Field(description="Its words")


class Copy(Payload):
    """A document that a hit stands for."""

    doc: str = Field(description="Id of the document")
    path: Readable = Field(description="Path of the file below its root")


class File(Copy):
    root: Readable = Field(description="The folder that was ingested")
    kind: Kind = Field(description="What the file is to a search; other files are recorded, never found")
    media_type: str = Field(description="Media type of the file")


class Hit(File):
    """A document that answers."""

    size: Size
    title: Title
    similarity: Score = Field(
        description="1 - cosine distance of the best match; null when only words matched"
    )
    relevance: Score = Field(
        description=f"0 to 1, comparable between texts and pictures; a match from {CLEAR} on; "
        "null where it is not known, as for pictures that answer a picture"
    )
    legs: list[LegName] = Field(description="What found it")
    modified: Modified
    date: Date
    thumb: Thumb
    copies: list[Copy] = Field(
        description="Documents with nearly the same text or picture, which this one stands for"
    )
    passages: list[PassageHit] = Field(description="Its best passages, the best first")


class FacetCount(Payload):
    """How many hits have a value."""

    value: Readable = Field(description="The value, as the parameter takes it")
    count: int = Field(description="How many hits have it")


class Facets(Payload):
    """Counts of the hits that clearly match, within the filters."""

    kind: list[FacetCount] = Field(description="By kind; values of the parameter kind")
    folder: list[FacetCount] = Field(description="By topmost folder; values of the parameter path")
    type: list[FacetCount] = Field(description="By media type; values of the parameter type")
    year: list[FacetCount] = Field(description="By year, the latest first; values of the parameter when")


class Results(Payload):
    """A page of hits."""

    query: Readable = Field(description="The words of the query")
    took_ms: Milliseconds = Field(description="How long the search took, in milliseconds")
    total: int = Field(description="Documents that pass the filters, without the copies that were folded")
    complete: bool = Field(description="false when a part of the answer is missing")
    notes: list[Readable] = Field(description="What else there is to know, in words")
    facets: Facets | None = Field(description="Counts of the hits that clearly match; null unless asked for")
    hits: list[Hit] = Field(description="The best documents, the best first")


class Part(Payload):
    """A part of a picture."""

    box: Edges = Field(
        description="Left, top, right and bottom edge of the part that matches, as fractions of the width "
        "and height of the picture; null where nothing less than the whole does"
    )


class Record(File):
    """What ingestion recorded of a file."""

    title: Title
    state: State = Field(description="What became of the file")
    reason: Readable = Field(description="Why it is not indexed; empty where it is")
    size: Size
    sha256: str = Field(description="SHA-256 of the file")
    pieces: int = Field(description="Passages of a text, or views of a picture")
    texts: int = Field(description="Passages about a picture, or in it")
    models: Readable = Field(description="Models that made its vectors")
    indexed_at: Timestamp = Field(description="When it was indexed; null where it is not")


class Document(Record):
    """A document with its passages."""

    modified: Modified
    date: Date
    width: int | None = Field(description="Width of a picture in pixels")
    height: int | None = Field(description="Height of a picture in pixels")
    thumb: Thumb
    file: str = Field(
        default_factory=lambda given: f"/file/{given['doc']}", description="Address of the original file"
    )
    passages: list[Passage] = Field(description="All its passages, in order")


class Index(Payload):
    """A search index in Redis."""

    name: str = Field(description="Its name in Redis")
    records: int = Field(description="Records in it")
    failures: int = Field(description="Records that Redis refused")
    percent_indexed: float = Field(description="How far Redis has indexed them, 0 to 100")
    memory_mb: float = Field(description="Memory that it takes, in MB")
    model: Readable = Field(description="Model that made its vectors; empty where it has none")
    dims: int = Field(description="Length of its vectors; 0 where it has none")


class Status(Payload):
    """The state of the whole."""

    redis: Readable = Field(description="Address of Redis")
    engine: Readable = Field(description="What answers there, and its version")
    documents: counts(State) = Field(description="Documents by state")  # type: ignore[valid-type]
    kinds: counts(Kind) = Field(description="Indexed documents by kind")  # type: ignore[valid-type]
    roots: list[Readable] = Field(description="Folders that were ingested")
    text_model: Readable = Field(description="Model of texts")
    image_model: Readable = Field(description="Model of pictures; empty where there is none")
    indexes: list[Index] = Field(description="The search indexes")
    problems: list[Record] = Field(description="Files that are not indexed, and why")
    last_run: dict[Readable, Readable] = Field(description="Figures of the last run of ingestion")


class Health(Payload):
    """Redis answers."""

    status: Literal["ok"] = Field(description="Always ok; anything else is an error")


class ErrorDetail(Payload):
    """What went wrong."""

    code: str = Field(description="What a program can tell errors apart by")
    message: Readable = Field(description="What happened and what to do, in a sentence")


class Error(Payload):
    """The answer in place of any other."""

    error: ErrorDetail


def of_results(question: str, found: results.Results) -> Json:
    return Results.model_validate({**_attributes(found), "query": question}).json_value()


def of_excerpt(excerpt: results.Excerpt) -> Json:
    return Excerpt.model_validate(excerpt).json_value()


def of_part(part: records.Box | None) -> Json:
    return Part.model_validate({"box": part}).json_value()


def of_document(view: results.DocumentView) -> Json:
    return Document.model_validate(_attributes(view.record) | _attributes(view)).json_value()


def of_status(status: results.Status) -> Json:
    return Status.model_validate(status).json_value()


def of_health() -> Json:
    return Health(status="ok").json_value()


def of_error(code: str, message: str) -> Json:
    return Error(error=ErrorDetail(code=code, message=message)).json_value()


def _attributes(of: Any) -> Json:
    """The fields of a dataclass, not those inside them."""
    return {each.name: getattr(of, each.name) for each in fields(of)}
