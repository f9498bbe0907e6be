"""The JSON of the API and of `--json`: one model per shape, filled from the attributes of the same names.

The component schemas of the OpenAPI document, and the tables of docs/api.md, are made from these models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from semsearch import records, results
from semsearch.query import LegName
from semsearch.records import Kind, Source, State
from semsearch.results import CLEAR
from semsearch.text import iso, join_headings, readable

Json = dict[str, Any]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _edges(box: records.Box | None) -> list[float] | None:
    return [round(edge, 4) for edge in (box.left, box.top, box.right, box.bottom)] if box else None


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _thumb(given: Mapping[str, Any]) -> str | None:
    return f"/thumb/{given['doc']}" if given["kind"] is Kind.IMAGE else None


def _counts(names: type[StrEnum]) -> Any:
    """A number for each of `names`, 0 where there is none."""
    return Annotated[
        dict[str, int],
        BeforeValidator(lambda counted: {name.value: counted.get(name, 0) for name in names}),
        WithJsonSchema({
            "type": "object",
            "properties": {name.value: {"type": "integer"} for name in names},
            "required": [name.value for name in names],
        }),
    ]  # fmt: skip


# Lone surrogates (bytes of a file name that are not UTF-8) cannot be sent.
Readable = Annotated[str, BeforeValidator(readable)]
Moment = Annotated[str, BeforeValidator(iso), WithJsonSchema({"type": "string", "format": "date-time"})]
Score = Annotated[float | None, BeforeValidator(_rounded)]
Span = Annotated[list[int], Field(min_length=2, max_length=2)]

# Fields of more than one shape.
Title = Annotated[Readable, Field(description="Title of the document")]
Size = Annotated[int, Field(description="Size of the file in bytes")]
Modified = Annotated[Moment, Field(description="When the file was last changed")]
Date = Annotated[
    Moment, Field(description="When a photo was taken or a mail was sent; where that is not known, modified")
]
Thumb = Annotated[
    str | None, Field(default_factory=_thumb, description="Address of a small picture; null for texts")
]


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
    heading: Annotated[Readable, BeforeValidator(join_headings)] = Field(
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
    took_ms: Annotated[float, BeforeValidator(lambda ms: round(ms, 1))] = Field(
        description="How long the search took, in milliseconds"
    )
    total: int = Field(description="Documents that pass the filters, without the copies that were folded")
    complete: bool = Field(description="false when a part of the answer is missing")
    notes: list[Readable] = Field(description="What else there is to know, in words")
    facets: Facets | None = Field(description="Counts of the hits that clearly match; null unless asked for")
    hits: list[Hit] = Field(description="The best documents, the best first")


class Part(Payload):
    """A part of a picture."""

    box: Annotated[list[float] | None, BeforeValidator(_edges)] = Field(
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
    indexed_at: Annotated[Moment | None, BeforeValidator(_moment)] = Field(
        description="When it was indexed; null where it is not"
    )


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
    documents: _counts(State) = Field(description="Documents by state")  # type: ignore[valid-type]
    kinds: _counts(Kind) = Field(description="Indexed documents by kind")  # type: ignore[valid-type]
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
