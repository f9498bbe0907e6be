"""What is answered: hits, facets, documents as pages show them, and the state of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from semsearch.query import LegName
from semsearch.records import DocumentRecord, Kind, Passage, Source, Span, State

# The relevance from which a hit is a match, and what is said where there is none.
CLEAR = 0.5
NOTHING_CLEAR = "Nothing here clearly matches."


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a passage: a stretch of it, the words of the question and the sentence that answers.

    `highlights` and `sentence` are [start, end) character spans into `snippet`, `place` is the sentence's in
    the passage's content. The sentence is None where it is not known.
    """

    snippet: str
    highlights: tuple[Span, ...] = ()
    sentence: Span | None = None
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that answers, by its words alone when `similarity` is None.

    `snippet`, `highlights` and `sentence` are those of its Excerpt.
    """

    n: int
    snippet: str
    similarity: float | None
    page: int | None = None
    headings: tuple[str, ...] = ()
    highlights: tuple[Span, ...] = ()
    source: Source = Source.CONTENT
    sentence: Span | None = None


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
    legs: tuple[LegName, ...]
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
class Facts:
    """Of a document, what lists are ordered and counted by; `date` is in seconds since 1970."""

    kind: Kind
    path: str
    media_type: str
    size: int
    date: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    """So many hits have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the hits that clearly match are in each topmost folder, of each kind, type and year.

    Those with the most hits come first, and the latest year.
    """

    kind: tuple[FacetCount, ...]
    folder: tuple[FacetCount, ...]
    type: tuple[FacetCount, ...]
    year: tuple[FacetCount, ...]


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
