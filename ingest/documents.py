"""What flows through ingestion: a file found, and what was read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that discovery found: `path` is relative to `root`, with forward slashes.

    Bytes of a name that are not UTF-8 are kept as lone surrogates (PEP 383).
    """

    root: Path
    path: str
    size: int
    mtime_ns: int

    @property
    def absolute(self) -> Path:
        return self.root / self.path


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
    so that renaming the file changes no vector.
    """

    media_type: str
    title: str
    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    syntax: str = "plain"
    title_in_file: bool = False


@dataclass(frozen=True, slots=True)
class PictureDocument:
    """A decoded picture: upright (EXIF applied), RGB, scaled down to what a model needs.

    `width` and `height` are those of the upright original.
    """

    media_type: str
    title: str
    image: Image
    width: int
    height: int
