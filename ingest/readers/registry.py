"""Find the reader that parses a file. Each is imported when its first file comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import Any

from ingest.readers import noise
from ingest.readers.documents import PictureDocument, TextDocument
from ingest.readers.limits import joined, limited
from semsearch.formats.format import Format
from semsearch.records import Kind


def parse(
    data: bytes,
    path: str,
    row: Format,
    picture_size: int | None,
    sidecars: Mapping[str, bytes] = MappingProxyType({}),
) -> TextDocument | PictureDocument:
    """Parse a file's bytes, in this process, with the reader of its format's row.

    `path` gives a title when the content has none. `sidecars` are the bytes of the files that describe a
    picture, by path. Raises FileError, and any error that a reader does not catch.
    """
    if row.kind is Kind.IMAGE:
        picture: PictureDocument = reader_of(row)(data, path, picture_size, sidecars)
        return picture
    document = limited(reader_of(row)(data, path, row.media_type))
    return replace(document, left_out=joined(document.left_out, noise.left_out(document.text)))


def reader_of(row: Format) -> Callable[..., Any]:
    """The function that reads files of a format. That of a format with `cut` reads portions, too."""
    module, _, name = row.reader.partition(":")
    read: Callable[..., Any] = getattr(import_module(module, "ingest.readers"), name)
    return read
