"""Which reader parses a file: each is imported when its first file comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from ingest.documents import PictureDocument, TextDocument
from ingest.extract.formats import CODE_TYPES
from semsearch.types import Kind

# By media type: the module and the function in it.
_READERS = {
    "application/pdf": ("pdf", "read_pdf"),
    "text/html": ("html", "read_html"),
    "application/xhtml+xml": ("html", "read_html"),
    "text/markdown": ("markdown", "read_markdown"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("word", "read_word"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("slides", "read_slides"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("tables", "read_spreadsheet"),
    "application/vnd.ms-excel": ("tables", "read_spreadsheet"),
    "application/vnd.oasis.opendocument.spreadsheet": ("tables", "read_spreadsheet"),
    "text/csv": ("tables", "read_csv"),
    "text/tab-separated-values": ("tables", "read_csv"),
    "application/vnd.oasis.opendocument.text": ("opendocument", "read_opendocument"),
    "application/vnd.oasis.opendocument.presentation": ("opendocument", "read_opendocument"),
    "application/epub+zip": ("epub", "read_epub"),
    "application/rtf": ("rtf", "read_rtf"),
    "message/rfc822": ("mail", "read_mail"),
    "application/mbox": ("mail", "read_mailbox"),
    "application/x-ipynb+json": ("notebook", "read_notebook"),
    "application/json": ("records", "read_json"),
    "application/geo+json": ("records", "read_json"),
    "application/jsonl": ("records", "read_json"),
}


def parse(
    data: bytes,
    path: str,
    kind: Kind,
    media_type: str,
    picture_size: int | None,
    sidecars: Mapping[str, bytes] = MappingProxyType({}),
) -> TextDocument | PictureDocument:
    """Parse a file's bytes, in this process. `path` gives a title where the content has none.

    `sidecars` are the files beside a picture that speak of it, by path. Raises FileError, and whatever a
    reader lets slip.
    """
    if kind is Kind.IMAGE:
        from ingest.extract.picture import read_picture

        return read_picture(data, path, picture_size, sidecars)
    plain = ("text", "read_code" if media_type in CODE_TYPES else "read_text")
    module, name = _READERS.get(media_type, plain)
    read: Callable[[bytes, str, str], TextDocument] = getattr(import_module(f"ingest.extract.{module}"), name)
    return read(data, path, media_type)
