"""The answers of the HTTP API. docs/api.md describes each field under the name of its shape.

A field that a newer server adds is left out. Kinds, states and the like are strings, because a newer server
may know more of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from semsearch.errors import ApiError

T = TypeVar("T")
# The start and the end of a stretch of text, in characters.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Copy:
    doc: str
    path: str
    member: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    snippet: str
    highlights: tuple[Span, ...]
    sentence: Span | None


@dataclass(frozen=True, slots=True)
class PassageHit:
    n: int
    page: int | None
    heading: str
    source: str
    similarity: float | None
    snippet: str
    highlights: tuple[Span, ...]
    sentence: Span | None


@dataclass(frozen=True, slots=True)
class Explanation:
    near: float | None
    spreads: float | None
    threshold: float
    coverage: float | None
    words: tuple[str, ...]
    absent: tuple[str, ...]
    text: str
    alternative: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    doc: str
    path: str
    member: str
    root: str
    kind: str
    media_type: str
    size: int
    title: str
    similarity: float | None
    relevance: float | None
    legs: tuple[str, ...]
    modified: datetime
    date: datetime
    date_source: str
    thumb: str | None
    copies: tuple[Copy, ...]
    passages: tuple[PassageHit, ...]
    reason: str
    language: str
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FolderCount:
    root: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    kind: tuple[FacetCount, ...]
    folder: tuple[FacetCount, ...]
    type: tuple[FacetCount, ...]
    year: tuple[FacetCount, ...]
    language: tuple[FacetCount, ...]
    folders: tuple[FolderCount, ...]
    month: tuple[FacetCount, ...]
    camera: tuple[FacetCount, ...]
    location: tuple[FacetCount, ...]
    topic: tuple[FacetCount, ...]
    label: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class Results:
    query: str
    took_ms: float
    total: int
    matches: int | None
    weaker: int | None
    complete: bool
    notes: tuple[str, ...]
    facets: Facets | None
    next: str | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    code: str
    message: str
    request: str


@dataclass(frozen=True, slots=True)
class Answer:
    results: Results | None
    error: ErrorDetail | None


@dataclass(frozen=True, slots=True)
class Answers:
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswerSource:
    number: int
    doc: str
    path: str
    member: str
    root: str
    title: str
    n: int
    page: int | None
    heading: str
    content: str


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    question: str
    sentences: tuple[AnswerSentence, ...]
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    n: int
    page: int | None
    heading: str
    source: str
    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    doc: str
    path: str
    member: str
    root: str
    kind: str
    media_type: str
    title: str
    state: str
    reason: str
    note: str
    encoding: str
    language: str
    size: int
    sha256: str
    pieces: int
    texts: int
    models: str
    indexed_at: datetime | None
    modified: datetime
    date: datetime
    date_source: str
    width: int | None
    height: int | None
    camera: str
    locations: tuple[str, ...]
    position: tuple[float, float] | None  # degrees north and east
    thumb: str | None
    file: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Part:
    # The left, top, right and bottom edge, as fractions of the width and height.
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Run:
    line: str
    note: str
    phase: str
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Status:
    """What most programs want to know; /api/status has more."""

    documents: Mapping[str, int]
    kinds: Mapping[str, int]
    roots: tuple[str, ...]
    text_model: str
    image_model: str
    last_run: Mapping[str, str]
    missing: tuple[str, ...]
    run: Run | None
    hints: tuple[str, ...]


# Each is made once, which takes milliseconds.
_READERS: dict[type, TypeAdapter[Any]] = {
    shape: TypeAdapter(shape) for shape in (Results, Answers, Excerpt, Part, Document, Status, WrittenAnswer)
}


def read(shape: type[T], content: bytes) -> T:
    """An answer in JSON as its dataclass. Raises ApiError when it has another shape."""
    try:
        found: T = _READERS[shape].validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise ApiError(
            f"The answer is not the {shape.__name__} that was expected ({where}: {first['msg'].lower()}): "
            "client and server must be of the same version of semsearch."
        ) from error
    return found
