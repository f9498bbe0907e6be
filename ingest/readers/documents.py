"""What flows through ingestion: a file found, and what was read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from semsearch.records import Source


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that discovery found: `path` is relative to `root`, with forward slashes.

    Bytes of a name that are not UTF-8 are kept as lone surrogates (PEP 383). `sidecars` lie beside a
    picture and speak of it.
    """

    root: Path
    path: str
    size: int
    mtime_ns: int
    sidecars: tuple[SourceFile, ...] = ()

    @property
    def absolute(self) -> Path:
        return self.root / self.path

    @property
    def beside(self) -> str:
        """Which sidecars there are, in which versions."""
        return " ".join(
            f"{each.path.rpartition('.')[2]}:{each.size}:{each.mtime_ns}" for each in self.sidecars
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: where it starts in the text (characters), its level (1 is the highest), its words."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class TextDocument:
    """The text read out of a file. Offsets everywhere are characters into `text`.

    `pages[i]` is the offset at which page i + 1 starts; empty when the format has no pages.
    `syntax` tells the chunker where cuts are natural: "markdown", "plain", or "rows": each line is a
    record of its own.
    `title_in_file` is False when the title was made from the file's name: it is shown, not embedded,
    so that renaming the file changes no vector. `dated` says when a mail was sent, in seconds since 1970; 0
    when the text does not say. `scanned` is True when there are pages without text that may be pictures of
    it.
    """

    media_type: str
    title: str
    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    syntax: str = "plain"
    title_in_file: bool = False
    dated: float = 0.0
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """A text that describes a picture or is written in it. `source` says where the text comes from."""

    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class PictureDocument:
    """A decoded picture: upright (EXIF applied), RGB, scaled down to what a model needs.

    `views` are several only of an animation, or of a scan of several pages; `width` and `height` are those
    of the upright original. `dated` says when it was taken, in seconds since 1970; 0 when it does not say.
    `scanned` is False when it is too small to hold text.
    """

    media_type: str
    title: str
    views: tuple[Image, ...]
    width: int
    height: int
    captions: tuple[Caption, ...] = ()
    dated: float = 0.0
    scanned: bool = False
