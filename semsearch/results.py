"""The results of a search: hits, facets, answers, and documents as pages show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from semsearch.message import Message, say
from semsearch.progress import RunProgress
from semsearch.query import Cursor, LegName
from semsearch.records import DateSource, DocumentRecord, Kind, Passage, Source, Span

# The relevance from which a hit is a clear match, and the message when there is no clear match.
CLEAR = 0.5
NOTHING_CLEAR = say("Nothing here clearly matches.")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a passage that is shown, with the words of the query and the sentence that answers it.

    `highlights` and `sentence` are [start, end) character spans in `snippet`. `place` is the span of the
    sentence in the passage's content. The sentence is None when it is not known.
    """

    snippet: str
    highlights: tuple[Span, ...] = ()
    sentence: Span | None = None
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that matches; `similarity` is None when only its words match.

    `snippet`, `highlights` and `sentence` are as in Excerpt.
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
    """A document that is listed under a hit because the hit is a copy of it."""

    doc: str
    path: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document is a hit.

    `near` is the similarity of its best piece in spreads: how far it is above the best that unrelated queries
    find. It is None where only words found it, or where there is no scale. `spreads` is its rank in spreads:
    the higher of `near` and what its words give, and at least that of the hit after it; None where there is
    no scale. From `threshold` spreads on, it is a clear match. `coverage`, from 0 to 1, is its share of the
    weight of the query's words; None where no word found it. `words` are those that it has, `absent` those
    that it lacks. `text` says all this in sentences. `alternative` is the alternative of the query that found
    it best, which all this is about; None if the query has none.
    """

    near: float | None
    spreads: float | None
    threshold: float
    coverage: float | None
    words: tuple[str, ...]
    absent: tuple[str, ...]
    text: str
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matches. `similarity = 1 - cosine distance`; it is None when only words matched.

    `date` is when a photo was taken or a mail was sent, by the clock there and without a zone; if that is not
    known, the date in the name, or that of the file by the clock here. `size` is that of the file in bytes.

    `relevance`, from 0 to 1, can be compared between texts and pictures. From CLEAR on, the document matches
    better than it would match unrelated queries. It is None when it is not known.

    `reason` says why only the name of the document is searched; "" when its content is. `language` is that of
    its text, as in `DocumentRecord`. `explanation` is set if the query asks for it.
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
    date_source: DateSource
    passages: tuple[PassageHit, ...] = ()
    relevance: float | None = None
    copies: tuple[Copy, ...] = ()
    reason: str = ""
    language: str = ""
    explanation: Explanation | None = None

    @property
    def is_clear(self) -> bool:
        """Whether this is a clear match, and not only the nearest document."""
        return self.relevance is None or self.relevance >= CLEAR


@dataclass(frozen=True, slots=True)
class Facts:
    """The values of a document for ordering and counting; `date` is in seconds since 1970."""

    kind: Kind
    path: str
    media_type: str
    size: int
    date: float
    language: str = ""
    root: str = ""
    camera: str = ""
    locations: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FolderCount:
    """The number of hits in a folder, at any depth. `path`, below `root`, is empty or ends with a slash."""

    root: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many clear matches have each kind, topmost folder, type, year, language, camera, place, topic
    and label.

    A value is counted as if it were the only one of its filter; the other filters hold. The value with the
    most hits comes first, and the latest year and month. `folders` has the folders of every depth, with the
    roots; `month` has months as 2019-07.
    """

    kind: tuple[FacetCount, ...] = ()
    folder: tuple[FacetCount, ...] = ()
    type: tuple[FacetCount, ...] = ()
    year: tuple[FacetCount, ...] = ()
    language: tuple[FacetCount, ...] = ()
    folders: tuple[FolderCount, ...] = ()
    month: tuple[FacetCount, ...] = ()
    camera: tuple[FacetCount, ...] = ()
    location: tuple[FacetCount, ...] = ()
    topic: tuple[FacetCount, ...] = ()
    label: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and the word of the library that it may mean.

    If `is_completed`, the word was unfinished, else mistyped.
    """

    typed: str
    meant: str
    is_completed: bool = False

    @property
    def note(self) -> Message:
        """What was done, and how to get what was typed."""
        if self.is_completed:
            return say("These are the hits for “{meant}”.", meant=self.meant)
        return say(
            "“{typed}” is nowhere here. Did you mean “{meant}”? These are the hits for that. "
            "To search for the word as typed, write it in quotation marks.",
            typed=self.typed,
            meant=self.meant,
        )

    def applied(self, text: str) -> str:
        """A text with the word that was meant."""
        return self._replaced(text, self.meant)

    def literal(self, text: str) -> str:
        """A text with the word as it was typed, in quotation marks."""
        return self._replaced(text, f'"{self.typed}"')

    def _replaced(self, text: str, word: str) -> str:
        return re.sub(rf"(?<!\w){re.escape(self.typed)}(?!\w)", lambda _: word, text)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `total` counts the documents that pass the filters and that the query can reach,
    without the copies that are listed under other hits.

    `complete` is False when Redis answered in part or timed out, and on the last page of a list with a cursor
    that does not reach all documents. `notes` are messages for the user about
    this and other things, such as a leg that cannot answer yet. `facets` are set if the query asks for them.
    `run` is the run of ingestion that goes on; its note is one of the notes. `corrections` are the words in
    whose place others were searched for; their notes are among the notes.

    `matches` is the number of clear matches, and `weaker` the number of weaker hits that are listed after
    them. They are counted with the facets, or for an order other than relevance. Both are None if they were
    not counted, or if a hit has no relevance. `next` is where the next page begins; None for the last
    page, or if the query has no cursor.
    """

    hits: tuple[Hit, ...]
    total: int
    took_ms: float
    complete: bool = True
    notes: tuple[str, ...] = ()
    facets: Facets | None = None
    run: RunProgress | None = None
    corrections: tuple[Correction, ...] = ()
    matches: int | None = None
    weaker: int | None = None
    next: Cursor | None = None


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """A passage that an answer may be taken from, and its hit. `number` counts from 1."""

    number: int
    hit: Hit
    passage: Passage


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, and the numbers of the sources that it is taken from: at least one."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in sentences. There are none when the sources do not answer.

    There are no sources when nothing clearly matches. `notes` are messages for the user: those of the search,
    and what was left out. While the model writes, the answer is not whole: it has the sentences so far, and
    in `begun` the words of the next one, whose sources are not known yet.
    """

    sentences: tuple[Sentence, ...]
    sources: tuple[AnswerSource, ...]
    notes: tuple[str, ...] = ()
    begun: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """What somebody may be typing: whole texts to search for, and documents that are called so."""

    texts: tuple[str, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as a page shows it: its record, its dates, and its passages in order."""

    record: DocumentRecord
    modified: datetime
    date: datetime
    date_source: DateSource
    passages: tuple[Passage, ...] = ()
    width: int | None = None
    height: int | None = None
