"""What is known of a format, and how to find the format of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from semsearch.records import Kind


class Shown(Enum):
    """How a browser gets an original."""

    AS_IS = auto()  # the browser shows it and runs nothing in it
    AS_TEXT = auto()
    DOWNLOAD = auto()  # the browser cannot show it, or would run what is in it


class Cut(Enum):
    """Where a long file may be cut, so that it can be read in portions."""

    AT_LINES = auto()
    AT_RECORDS = auto()  # a value in quotes may have several lines


@dataclass(frozen=True, slots=True)
class Format:
    """A row: how files of the format are recognised, and what becomes of them.

    Extensions have no dot; they and `file_names`, names without an extension, are in lower case. `name` is
    for people. `reader` is "module:function"; a module that begins with a dot is below `ingest.readers`.
    `pillow` holds what Pillow calls such pictures; it opens them with the reader of the first name. `starts`
    are first bytes. `common` formats are offered by the search form. Where `named` is True, a document's
    title is the whole name of its file, as it is for source code. A format without `cut` is read whole.
    """

    media_type: str
    name: str
    extensions: tuple[str, ...]
    file_names: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    reader: str = ".text:read_text"
    shown: Shown = Shown.DOWNLOAD
    pillow: tuple[str, ...] = ()
    starts: tuple[bytes, ...] = ()
    common: bool = False
    named: bool = False
    cut: Cut | None = None


class Formats:
    """Rows, and the ways to find one."""

    def __init__(self, rows: Iterable[Format]) -> None:
        self.rows = tuple(rows)
        self._by_type = {row.media_type: row for row in self.rows}
        self._by_extension = {extension: row for row in self.rows for extension in row.extensions}
        self._by_file_name = {name: row for row in self.rows for name in row.file_names}
        self._by_pillow = {name: row for row in self.rows for name in row.pillow}

    def of_path(self, path: str) -> Format | None:
        """The format that a file has by its name."""
        name = path.rpartition("/")[2].lower()
        stem, _, extension = name.rpartition(".")
        return self._by_extension.get(extension if stem else "") or self._by_file_name.get(name)

    def of_type(self, media_type: str) -> Format | None:
        return self._by_type.get(media_type)

    def of_pillow(self, name: str) -> Format:
        """The format of a picture that Pillow opened."""
        return self._by_pillow[name]
