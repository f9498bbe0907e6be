"""The data that crosses the borders between packages: frozen, named, without behaviour worth a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from semsearch.facets import Facets

# A matrix of embeddings, one unit row per item: shape (n, dims).
Vectors = npt.NDArray[np.float32]
# One embedding: shape (dims,).
Vector = npt.NDArray[np.float32]

# The relevance from which a hit is a match, and what is said where there is none.
CLEAR = 0.5
NOTHING_CLEAR = "Nothing here clearly matches."


class Kind(StrEnum):
    """What a file is to a searcher."""

    TEXT = "text"
    IMAGE = "image"
    OTHER = "other"  # a format semsearch does not read; recorded, never searched


class State(StrEnum):
    """What became of a file that ingestion saw."""

    INDEXED = "indexed"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"


class Source(StrEnum):
    """Where the words of a passage come from: they are a text's own, or about a picture, or in it."""

    CONTENT = "content"
    METADATA = "metadata"
    SIDECAR = "sidecar"
    OCR = "ocr"


class Ocr(StrEnum):
    """Whether text in a picture, or on a scanned page, has been read."""

    NONE = ""  # nothing to read
    DUE = "due"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One line of the ledger: a file that ingestion saw, and what became of it.

    `pieces` are the passages of a text, or the views of a picture (an animation has several); `texts` are
    the passages about a picture, or in it. `dated` says when a photo was taken or a mail was sent, in
    seconds since 1970; 0 where nothing but the file's own date is known. `sidecars` tells the files beside
    a picture that speak of it from their later versions; copies have nearly the same `signature`.
    """

    doc: str
    root: str
    path: str
    kind: Kind
    media_type: str
    size: int
    mtime_ns: int
    sha256: str
    title: str
    state: State
    reason: str = ""
    pieces: int = 0
    models: str = ""
    indexed_at: float = 0.0
    texts: int = 0
    dated: float = 0.0
    ocr: Ocr = Ocr.NONE
    sidecars: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document's text; `content == text[start:end]` of the extracted text."""

    n: int
    content: str
    start: int
    end: int
    title: str = ""
    heading: str = ""
    page: int | None = None
    source: Source = Source.CONTENT


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy. Empty means: anything.

    `media_type` is a type or a group such as image/*; the date is in [since, until), the size in bytes from
    `min_size` to `max_size`.
    """

    kind: Kind | None = None
    path: str = ""
    media_type: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None


class Mode(StrEnum):
    """Which legs answer: the meaning of the words, the words themselves, or both."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


class Order(StrEnum):
    """By what the hits that clearly match are ordered: the best, newest, first by name or largest first."""

    RELEVANCE = "relevance"
    DATE = "date"
    NAME = "name"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Query:
    """A question. Exactly one of `text`, `image` (the bytes of a picture file) and `like` (a doc) leads.

    `facets`: count what there is among the hits. `copies`: show copies as hits of their own.
    """

    text: str = ""
    image: bytes | None = None
    like: str = ""
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    order: Order = Order.RELEVANCE
    limit: int = 10
    offset: int = 0
    facets: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a passage: a stretch of it, the words of the question and the sentence that answers.

    `highlights` and `sentence` are [start, end) character spans into `snippet`, `place` is the sentence's in
    the passage's content. The sentence is None where it is not known.
    """

    snippet: str
    highlights: tuple[tuple[int, int], ...] = ()
    sentence: tuple[int, int] | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that answers, by its words alone when `similarity` is None.

    `snippet`, `highlights` and `sentence` are those of its Excerpt.
    """

    n: int
    snippet: str
    similarity: float | None
    page: int | None = None
    heading: str = ""
    highlights: tuple[tuple[int, int], ...] = ()
    source: Source = Source.CONTENT
    sentence: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A document that another one stands for in a list."""

    doc: str
    path: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers. `similarity = 1 - cosine distance`; None when only words matched.

    `date` is when a photo was taken or a mail was sent, where that is known, and else `modified`; `size` is
    that of the file in bytes.

    `relevance`, from 0 to 1, can be compared between texts and pictures: from CLEAR on, a hit stands out
    from what questions about something else would find. None where that is not known.
    """

    doc: str
    path: str
    root: str
    kind: Kind
    media_type: str
    size: int
    title: str
    similarity: float | None
    legs: tuple[str, ...]
    modified: datetime
    date: datetime
    passages: tuple[PassageHit, ...] = ()
    relevance: float | None = None
    copies: tuple[Copy, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether this is a match, and not just the nearest there is."""
        return self.relevance is None or self.relevance >= CLEAR


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `total` counts the documents that pass the filters and that the query can reach, but
    for the copies that were folded into others.

    `complete` is False when Redis answered short or timed out; `notes` says so in words, along with
    anything else the user should know (a leg that cannot answer yet, say). `facets` are there if asked for.
    """

    hits: tuple[Hit, ...]
    total: int
    took_ms: float
    complete: bool = True
    notes: tuple[str, ...] = ()
    facets: Facets | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as a page shows it: its record, its file's date, and its passages in order."""

    record: DocumentRecord
    modified: datetime
    date: datetime
    passages: tuple[Passage, ...] = ()
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: its edges, as fractions of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """One search index: how many records it holds, what made its vectors, and whether it is healthy."""

    name: str
    records: int
    failures: int
    percent_indexed: float
    memory_mb: float
    model: str = ""
    dims: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the whole, for the status page and `semsearch status`."""

    redis: str
    engine: str
    documents: Mapping[State, int]
    kinds: Mapping[Kind, int]
    roots: tuple[str, ...]
    indexes: tuple[IndexStatus, ...]
    text_model: str
    image_model: str
    problems: tuple[DocumentRecord, ...]
    last_run: Mapping[str, str] = field(default_factory=dict)
