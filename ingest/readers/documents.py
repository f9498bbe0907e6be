"""The data of ingestion: a file that was found, and the document that was read from it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from PIL.Image import Image

from ingest.disks import keeps_numbers
from semsearch.formats import table
from semsearch.formats.format import Format
from semsearch.language.detect import language_of
from semsearch.members import SEPARATOR, plain_address, split_address
from semsearch.records import DateSource, DocumentRecord, Source, Titled
from semsearch.text import normal, normal_with


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that discovery found. `path` is relative to `root`, with forward slashes.

    Bytes of a name that are not UTF-8 are kept as lone surrogates (PEP 383). `sidecars` are the files beside
    a picture that describe it. `inode` is 0 on a file system that numbers its files anew now and then.
    `media_type` is what the content says of a file whose name says nothing; "" if the name is enough.
    A file in a ZIP archive has an address as its path (see semsearch.members), and a number made of its
    checksum as `ctime_ns`. `left_out` says of an archive what of it is not read, and `damage` why nobody can
    tell what is in it.
    """

    root: Path
    path: str
    size: int
    mtime_ns: int
    sidecars: tuple[SourceFile, ...] = ()
    inode: int = 0
    ctime_ns: int = 0
    media_type: str = ""
    left_out: str = ""
    damage: str = ""

    @classmethod
    def of(
        cls, root: Path, path: str, status: os.stat_result, sidecars: tuple[SourceFile, ...] = ()
    ) -> SourceFile:
        """The file with this status."""
        inode = status.st_ino if keeps_numbers(status.st_dev) else 0
        return cls(root, path, status.st_size, status.st_mtime_ns, sidecars, inode, status.st_ctime_ns)

    @classmethod
    def of_record(cls, record: DocumentRecord) -> SourceFile:
        """The file of a document, as it was when it was read."""
        return cls(Path(record.root), record.path, record.size, record.mtime_ns, media_type=record.media_type)

    @property
    def format(self) -> Format | None:
        """The format of the file: by its name, or else by its content."""
        return table.FORMATS.of_path(self.path) or table.FORMATS.of_type(self.media_type)

    @property
    def absolute(self) -> Path:
        """The path of the file, or of the archive in which it lies."""
        return self.root / split_address(self.path)[0]

    @property
    def shown(self) -> str:
        """The path for people, in which an archive is a folder."""
        return f"{self.root}/{plain_address(self.path)}"

    @property
    def is_member(self) -> bool:
        """Whether the file lies in an archive."""
        return SEPARATOR in self.path

    @property
    def sidecar_versions(self) -> str:
        """The type, size, time, inode and its time of each sidecar: this changes when a sidecar does."""
        return " ".join(
            f"{each.path.rpartition('.')[2]}:{each.size}:{each.mtime_ns}:{each.inode}:{each.ctime_ns}"
            for each in self.sidecars
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its start in the text (in characters), its level (1 is the highest) and its words.

    `start` is -1 for a heading in an earlier portion of the text.
    """

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Context:
    """What one portion of a long text says about the next.

    `headings` stand above its first line, and `fence` opens a block of code that goes on in it (Markdown).
    `delimiter` and `names`, those of the columns, are of the first rows (tables).
    """

    headings: tuple[Heading, ...] = ()
    fence: str = ""
    delimiter: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Border:
    """Where a portion of a long file begins, and what the portions before it say about it.

    `at` counts bytes of the file, and `start` characters of its text. `encoding` is "" while all bytes before
    are ASCII; `is_sure` is as in `Guess`. `title` is None at the beginning of the file.
    """

    at: int = 0
    start: int = 0
    encoding: str = ""
    is_sure: bool = True
    title: str | None = None
    title_in_file: bool = False
    context: Context = Context()


@dataclass(frozen=True, slots=True)
class TextDocument:
    """The text read from a file, in its normal form (`semsearch.text.normal`).

    A reader gives the text as it is. All offsets count characters of `text`, before and after.

    `pages[i]` is the offset at which page i + 1 starts; `pages` is empty when the format has no pages.
    `syntax` tells the chunker where to cut: "plain", or "rows", where each line is a record.
    `title_in_file` is False when the title was made from the file's name. Such a title is shown but not
    embedded, so that renaming the file changes no vector.
    `dated` is the time when a mail was sent or a text was written, by the clock of its sender or author, in
    seconds since 1970; 0 when it is unknown. `date_source` says where it stands.
    `scanned` is True when there are pages without text that may be pictures of text.
    `left_out` says for people what of the file was not read; "" when all of it was.
    `encoding` is the one that a text was read with; "" when the format says it.
    `context` is for the next portion of the same file.
    """

    media_type: str
    title: str
    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    syntax: str = "plain"
    title_in_file: bool = False
    dated: float = 0.0
    date_source: DateSource = DateSource.CONTENT
    scanned: bool = False
    left_out: str = ""
    encoding: str = ""
    context: Context = Context()

    def __post_init__(self) -> None:
        """Bring the text, the title and the headings into their normal form, whatever the format."""
        starts = [heading.start for heading in self.headings if heading.start >= 0]
        text, places = normal_with(self.text, [*self.pages, *starts])
        moved = iter(places)
        changed = {
            "text": text,
            "title": normal(self.title),
            "pages": tuple(next(moved) for _ in self.pages),
            "headings": tuple(
                replace(each, start=next(moved) if each.start >= 0 else -1, title=normal(each.title))
                for each in self.headings
            ),
        }
        for name, value in changed.items():
            object.__setattr__(self, name, value)  # the documented way in a frozen dataclass

    @property
    def titled(self) -> Titled:
        return Titled.CONTENT if self.title_in_file else Titled.NAME

    @property
    def language(self) -> str:
        """The language of the text; "" when it cannot be told."""
        return language_of(self.text)


@dataclass(frozen=True, slots=True)
class Caption:
    """A text that describes a picture or is written in it. `source` says where the text comes from."""

    source: Source
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", normal(self.text))


@dataclass(frozen=True, slots=True)
class PictureDocument:
    """A decoded picture: upright (EXIF orientation applied), RGB, scaled down to the size that a model takes.

    Only an animation or a scan of several pages has more than one of `views`. `width` and `height` are those
    of the upright original. `dated` is the time when it was taken, by the clock of the camera, in seconds
    since 1970; 0 when it is unknown. `date_source` says where it stands. `scanned` is True when it may hold
    text that only OCR can read; False when it is too small. `camera`, `locations` (the names of
    the place) and `position` (in degrees north and east) are what its metadata and sidecars say.
    """

    media_type: str
    title: str
    views: tuple[Image, ...]
    width: int
    height: int
    captions: tuple[Caption, ...] = ()
    dated: float = 0.0
    date_source: DateSource = DateSource.CONTENT
    scanned: bool = False
    camera: str = ""
    locations: tuple[str, ...] = ()
    position: tuple[float, float] | None = None

    @property
    def titled(self) -> Titled:
        return Titled.NAME

    @property
    def language(self) -> str:
        """The language of the captions; "" when it cannot be told."""
        return language_of("\n".join(caption.text for caption in self.captions))
