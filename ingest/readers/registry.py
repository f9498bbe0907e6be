"""Which reader parses a file: each is imported when its first file comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from ingest.readers.documents import PictureDocument, TextDocument
from semsearch.formats.table import CODE_TYPES
from semsearch.records import Kind

# By media type: the module and the function in it.
_READERS = {
    "application/pdf": ("pdf", "read_pdf"),
    "text/html": ("html.page", "read_html"),
    "application/xhtml+xml": ("html.page", "read_html"),
    "text/markdown": ("markdown", "read_markdown"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("office.word", "read_word"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "office.powerpoint",
        "read_slides",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "office.spreadsheet",
        "read_spreadsheet",
    ),
    "application/vnd.ms-excel": ("office.spreadsheet", "read_spreadsheet"),
    "application/vnd.oasis.opendocument.spreadsheet": ("office.spreadsheet", "read_spreadsheet"),
    "text/csv": ("office.spreadsheet", "read_csv"),
    "text/tab-separated-values": ("office.spreadsheet", "read_csv"),
    "application/vnd.oasis.opendocument.text": ("office.opendocument", "read_opendocument"),
    "application/vnd.oasis.opendocument.presentation": ("office.opendocument", "read_opendocument"),
    "application/epub+zip": ("epub", "read_epub"),
    "application/rtf": ("rtf", "read_rtf"),
    "message/rfc822": ("mail", "read_mail"),
    "application/mbox": ("mail", "read_mailbox"),
    "application/x-ipynb+json": ("notebook", "read_notebook"),
    "application/json": ("json_records", "read_json"),
    "application/geo+json": ("json_records", "read_json"),
    "application/jsonl": ("json_records", "read_json"),
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
        from ingest.readers.picture.picture import read_picture

        return read_picture(data, path, picture_size, sidecars)
    plain = ("text", "read_code" if media_type in CODE_TYPES else "read_text")
    module, name = _READERS.get(media_type, plain)
    read: Callable[[bytes, str, str], TextDocument] = getattr(import_module(f"ingest.readers.{module}"), name)
    return read(data, path, media_type)
