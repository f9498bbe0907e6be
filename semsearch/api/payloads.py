"""The JSON of the API and of `--json`: one model per shape, filled from attributes of the same names.

The schemas of the OpenAPI document and the tables of docs/api.md are generated from these models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from semsearch import overview, records, results
from semsearch.api.cursors import written
from semsearch.api.explanation import Explanation
from semsearch.api.facets import Facets
from semsearch.api.fields import (
    Date,
    DatedBy,
    Degrees,
    Edges,
    Inside,
    Language,
    Lines,
    Milliseconds,
    Modified,
    OnDisk,
    Payload,
    Readable,
    Score,
    Size,
    Thumb,
    Timestamp,
    Title,
    counts,
)
from semsearch.api.passages import Excerpt, Passage, PassageHit
from semsearch.progress import Phase, RunProgress
from semsearch.query import LegName
from semsearch.records import Kind, State
from semsearch.results import CLEAR

Json = dict[str, Any]

Next = Annotated[str | None, BeforeValidator(written)]


class Copy(Payload):
    """A document that is folded into a hit, because both have nearly the same text or picture."""

    doc: str = Field(description="Id of the document")
    path: OnDisk = Field(description="Path of the file below its root; of a file in a ZIP, that of the ZIP")
    member: Inside = Field(validation_alias="path", description="Path in the ZIP; empty for other files")


class File(Copy):
    root: Readable = Field(description="The folder that was ingested")
    kind: Kind = Field(description="Kind of the file; files of kind other are found by their names only")
    media_type: str = Field(description="Media type of the file")


class Hit(File):
    """A document that matches the query."""

    size: Size
    title: Title
    similarity: Score = Field(
        description="1 - cosine distance of the best match; null when only words matched"
    )
    relevance: Score = Field(
        description=f"0 to 1, comparable between texts and pictures; a clear match from {CLEAR} on; "
        "null where it is not known, for example for a picture found by a picture"
    )
    legs: list[LegName] = Field(
        description="What matches the query: the meaning of the text, its words, the name of the file, "
        "or what the picture shows"
    )
    modified: Modified
    date: Date
    date_source: DatedBy
    thumb: Thumb
    copies: list[Copy] = Field(
        description="Documents with nearly the same text or picture, folded into this hit"
    )
    passages: list[PassageHit] = Field(description="Best passages of the document, the best first")
    reason: Readable = Field(description="Why only the name of the file is searched; empty otherwise")
    language: Language
    explanation: Explanation | None = Field(description="Why it is a hit; null unless requested")


class Page(Payload):
    query: Readable = Field(description="Text of the query")
    took_ms: Milliseconds = Field(description="How long the search took, in milliseconds")
    total: int = Field(description="Number of documents that pass the filters, without folded copies")
    matches: int | None = Field(
        description="Number of hits that clearly match; null unless facets or another order than by "
        "relevance are requested, and where a hit has no relevance"
    )
    weaker: int | None = Field(description="Number of weaker hits that are worth a look; null with matches")
    complete: bool = Field(description="false when a part of the results is missing")
    notes: list[Readable] = Field(description="Remarks on the results, in sentences")
    facets: Facets | None = Field(description="Counts of the hits that clearly match; null unless requested")
    next: Next = Field(description="Cursor of the next page; null on the last one, and without a cursor")


class Results(Page):
    """A page of hits."""

    hits: list[Hit] = Field(description="The hits of this page, in the requested order")


class ChosenResults(Page):
    """A page of hits, for a request with the parameter `fields`."""

    hits: list[Json] = Field(description="The hits, each with the fields that the request names")


class Part(Payload):
    """A part of a picture."""

    box: Edges = Field(
        description="Left, top, right and bottom edge of the part that matches, as fractions of the width "
        "and height of the picture; null where no part matches better than the whole"
    )


class Record(File):
    """What ingestion recorded about a file."""

    title: Title
    state: State = Field(description="State of the file")
    reason: Readable = Field(description="Why the file is not indexed; empty for an indexed file")
    note: Readable = Field(description="What of the file was left out; empty when all of it was read")
    encoding: Readable = Field(description="Encoding of a text; empty where its format says it")
    language: Language
    size: Size
    sha256: str = Field(description="SHA-256 of the file")
    pieces: int = Field(description="Number of passages of a text, or of views of a picture")
    texts: int = Field(description="Number of passages of text about a picture or in it")
    models: Readable = Field(description="Models that made the vectors")
    indexed_at: Timestamp = Field(description="When the file was indexed; null where it is not")


class Document(Record):
    """A document with its passages."""

    modified: Modified
    date: Date
    date_source: DatedBy
    width: int | None = Field(description="Width of a picture in pixels")
    height: int | None = Field(description="Height of a picture in pixels")
    camera: Readable = Field(description="Camera that made a picture; empty where it is not known")
    locations: Lines = Field(description="Names of the place where a picture was taken, the narrowest first")
    position: Degrees = Field(
        validation_alias="coordinates",
        description="Degrees north and east of that place; null where they are not known",
    )
    thumb: Thumb
    file: str = Field(
        default_factory=lambda given: f"/file/{given['doc']}", description="Address of the original file"
    )
    passages: list[Passage] = Field(description="All passages of the document, in order")


class Index(Payload):
    """A search index in Redis."""

    name: str = Field(description="Name of the index in Redis")
    records: int = Field(description="Number of records in the index")
    failures: int = Field(description="Number of records that Redis refused")
    percent_indexed: float = Field(description="Share of the records that Redis has indexed, 0 to 100")
    memory_mb: float = Field(description="Memory that the index takes, in MB")
    model: Readable = Field(description="Model that made the vectors; empty where the index has none")
    dims: int = Field(description="Length of the vectors; 0 where the index has none")


class Run(Payload):
    """A run of ingestion that goes on. The counts are those of its phase; a total that is not known is 0."""

    line: Readable = Field(description="The phase, what is done and the time left, in words")
    rates: Readable = Field(description="The rates in words; empty while they are 0")
    note: Readable = Field(description="What an answer may lack now, in a sentence; empty for nothing")
    phase: Phase = Field(description="Phase of the run")
    share: float | None = Field(description="Share of the phase that is done, 0 to 1; null where unknown")
    files: int = Field(description="Number of files that are done")
    found: int = Field(description="Number of files to do")
    bytes: int = Field(description="Bytes of the files that are done")
    total_bytes: int = Field(description="Bytes of the files to do")
    passages: int = Field(description="Number of passages that are done")
    due: int = Field(description="Number of passages to do")
    files_per_second: float = Field(description="Files per second in the last 10 seconds")
    passages_per_second: float = Field(description="Passages per second in the last 10 seconds")
    seconds_left: float | None = Field(
        description="Estimated seconds until the phase ends; null where unknown"
    )
    waits_for: Readable = Field(description="What the run waits for, in a sentence; empty while it works")
    started: Timestamp = Field(description="When the run began")
    updated: Timestamp = Field(description="When the run counted this")
    worker: Readable = Field(description="Host and process of the run")


class Away(Payload):
    """Documents whose files are missing."""

    root: Readable = Field(description="The folder that was ingested")
    documents: int = Field(description="Number of documents of the folder whose files are missing")
    since: Timestamp = Field(description="When the first of them was missed")


class Status(Payload):
    """The state of the library, its models and its indexes."""

    redis: Readable = Field(description="Address of Redis")
    engine: Readable = Field(description="Name and version of the server at that address")
    documents: counts(State) = Field(description="Documents by state")  # type: ignore[valid-type]
    kinds: counts(Kind) = Field(description="Indexed documents by kind")  # type: ignore[valid-type]
    roots: list[Readable] = Field(description="Folders that were ingested")
    text_model: Readable = Field(description="Model for texts")
    image_model: Readable = Field(description="Model for pictures; empty where there is none")
    indexes: list[Index] = Field(description="The search indexes")
    problems: list[Record] = Field(description="Files that are not indexed, and why")
    last_run: dict[Readable, Readable] = Field(description="Figures of the last ingestion run")
    missing: list[Readable] = Field(
        description="What Redis has lost, in sentences with a cure; empty where nothing is missing"
    )
    run: Run | None = Field(description="The run of ingestion that goes on; null where none does")
    away: list[Away] = Field(
        description="Folders with documents that no search finds, because their files are missing"
    )
    workers: list[Readable] = Field(description="Processes that help runs of ingestion, in sentences")
    hints: list[Readable] = Field(description="What would serve the library better, each with its command")


def of_results(query: str, found: results.Results, hit_fields: Sequence[str] = ()) -> Json:
    """The JSON of results; with `hit_fields`, hits have only these fields."""
    made = Results.model_validate({**_attributes(found), "query": query}).json_value()
    if not hit_fields:
        return made
    return {**made, "hits": [{name: hit[name] for name in hit_fields} for hit in made["hits"]]}


def of_excerpt(excerpt: results.Excerpt) -> Json:
    return Excerpt.model_validate(excerpt).json_value()


def of_part(part: records.Box | None) -> Json:
    return Part.model_validate({"box": part}).json_value()


def of_document(view: results.DocumentView) -> Json:
    known = {**_attributes(view.record), **_attributes(view), "coordinates": view.record.coordinates}
    return Document.model_validate(known).json_value()


def of_status(status: overview.Status) -> Json:
    return Status.model_validate(status).json_value()


def of_run(run: RunProgress | None) -> Json | None:
    return None if run is None else Run.model_validate(run).json_value()


def _attributes(of: Any) -> Json:
    """The fields of a dataclass by name; unlike `asdict`, dataclasses inside them stay as they are."""
    return {each.name: getattr(of, each.name) for each in fields(of)}
