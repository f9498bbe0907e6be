"""The records that are stored: a file, its passages, and the values that describe them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from semsearch.message import say

if TYPE_CHECKING:  # `semsearch --help` knows the kinds of documents, and needs no numpy
    import numpy as np
    import numpy.typing as npt

# A matrix of embeddings, one unit row per item: shape (n, dims).
Vectors: TypeAlias = "npt.NDArray[np.float32]"
# One embedding: shape (dims,).
Vector: TypeAlias = "npt.NDArray[np.float32]"
# Characters [start, end) of a text.
Span = tuple[int, int]
# The reason of a picture that waits for a picture model.
NO_MODEL = say("there was no picture model: set SEMSEARCH_IMAGE_MODEL and run `semsearch ingest` again")


class Kind(StrEnum):
    """The kind of a file."""

    TEXT = "text"
    IMAGE = "image"
    OTHER = "other"  # a format semsearch does not read; found by its name only


class State(StrEnum):
    """The result of ingestion for a file."""

    INDEXED = "indexed"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"
    MISSING = "missing"  # its file has disappeared, and may come back


class Due(StrEnum):
    """What ingestion still has to do for a document that a search can find already."""

    NONE = ""
    CONTENT = "content"  # only its name can be found
    VECTORS = "vectors"  # its words can be found, and some of its passages have no vector


class Source(StrEnum):
    """Where a passage comes from: the content, metadata, a file beside a picture, or text recognition."""

    CONTENT = "content"
    METADATA = "metadata"
    SIDECAR = "sidecar"
    OCR = "ocr"


class Titled(StrEnum):
    """Where the title of a document comes from."""

    UNKNOWN = ""  # an older semsearch wrote the record
    NAME = "name"  # it was made from the name of the file
    CONTENT = "content"


class DateSource(StrEnum):
    """Where the date of a document comes from."""

    CONTENT = "content"  # in the text of the file, or wherever an older semsearch read it
    EXIF = "exif"
    IPTC = "iptc"
    XMP = "xmp"
    TAKEOUT = "takeout"  # a file of Google Takeout beside a photo
    SCANNED = "scanned"  # EXIF says when a picture was digitised, and nothing says when it was taken
    MAIL = "mail"
    EVENT = "event"  # of a calendar
    NAME = "name"
    FILE = "file"


class Ocr(StrEnum):
    """Whether the text in a picture, or on a scanned page, was recognised."""

    NONE = ""  # nothing to read
    DUE = "due"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """An entry of the ledger: a file that ingestion saw, and the result.

    `pieces` counts the passages of a text, or the views of a picture (an animation has several). `texts`
    counts the passages about a picture, or in it. `dated` says when a photo was taken or a mail was sent, by
    the clock there, in seconds since 1970; it is 0 when the content has no date. `date_source` says where it
    stands. `sidecars` changes when a file beside a picture that describes it changes. Copies have nearly the
    same `signature`.

    `inode` and `ctime_ns` belong to the file that was read; 0 when an older semsearch wrote the record.
    `words` counts the hashes with the terms of a long text beyond its first ones. `note` says what was left
    out of a long file. `missing_since` is the time when the file was first missed, in seconds since 1970.
    `titled` tells where the title comes from. `encoding` is the one that a text was read with, and
    says if that is not sure; "" for formats that say it. `attempts` counts how often a file with this
    content failed. `worker` is the process that made the record: its host and number. `language` is that of
    the text, as its ISO 639-1 code; "" when it cannot be told. `readers` names the
    programs that have read the text in a picture or on scanned pages.

    `camera` made a picture. `locations` are the names of the place, one a line and the narrowest first, and
    `position` is where that lies, in degrees east and north, as Redis writes it; "" where it is not known.
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
    inode: int = 0
    ctime_ns: int = 0
    words: int = 0
    due: Due = Due.NONE
    note: str = ""
    missing_since: float = 0.0
    titled: Titled = Titled.UNKNOWN
    attempts: int = 0
    date_source: DateSource = DateSource.CONTENT
    worker: str = ""
    encoding: str = ""
    language: str = ""
    readers: str = ""
    camera: str = ""
    locations: str = ""
    position: str = ""

    @property
    def place_names(self) -> tuple[str, ...]:
        """The names of the place where a picture was taken."""
        return tuple(filter(None, self.locations.split("\n")))

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Where a picture was taken, in degrees north and east; None where that is not known."""
        try:
            east, north = map(float, self.position.split(","))
        except ValueError:
            return None
        return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document's text: `content == text[start:end]` in the extracted text.

    The model embeds the content below the line `lead`, which names title and headings; "" when there is none.
    """

    n: int
    content: str
    start: int
    end: int
    title: str = ""
    headings: tuple[str, ...] = ()
    page: int | None = None
    source: Source = Source.CONTENT
    lead: str = ""

    @property
    def embedded(self) -> str:
        """The text that the model embeds."""
        return f"{self.lead}\n{self.content}" if self.lead else self.content


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: its edges, as fractions of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float
