"""Make the document of a text that was built line by line."""

from __future__ import annotations

from ingest.readers.documents import TextDocument
from ingest.readers.markup.lines import Lines
from ingest.readers.text import title_of
from semsearch.errors import NothingToIndexError
from semsearch.message import say


def document_of(lines: Lines, path: str, media_type: str, encoding: str, title: str = "") -> TextDocument:
    """The document of these lines. Without a `title`, its first heading is one, or else `path` gives one.

    Raises NothingToIndexError when no line has any text.
    """
    text = lines.text()
    if not text.strip():
        raise NothingToIndexError(say("no text in this document"))
    title = title or (lines.headings[0].title if lines.headings else "")
    return TextDocument(
        media_type,
        title or title_of(path),
        text,
        headings=tuple(lines.headings),
        title_in_file=bool(title),
        encoding=encoding,
    )
