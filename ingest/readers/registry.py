"""Find the reader that parses a file. Each is imported when its first file comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from ingest.readers.documents import PictureDocument, TextDocument
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
    module, _, name = row.reader.partition(":")
    read: Callable[..., TextDocument | PictureDocument]
    read = getattr(import_module(module, "ingest.readers"), name)
    if row.kind is Kind.IMAGE:
        return read(data, path, picture_size, sidecars)
    return read(data, path, row.media_type)
