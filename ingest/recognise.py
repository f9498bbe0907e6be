"""Recognise a file by its content, when its name does not say what it is. Only then is it opened for this."""

from __future__ import annotations

from dataclasses import replace

from ingest.readers.documents import SourceFile
from ingest.readers.file_bytes import read_part
from semsearch.errors import FileError
from semsearch.formats.content import HEAD, TAIL, format_of
from semsearch.formats.table import kind_of
from semsearch.formats.unread import unread_of
from semsearch.records import Kind

# Programs save documents of other formats under the names of old ones. A text may have any name.
_ANY_TEXT = frozenset({"text/plain", "text/xml"})


def recognised(file: SourceFile) -> SourceFile:
    """The file with the media type that its content says, if its name says none.

    A file of a format that is not read is opened only if it is a document: it may be of another format.
    """
    unread = unread_of(file.path)
    if kind_of(file.path) is not None or not file.size or (unread is not None and not unread.cure):
        return file
    try:
        head = read_part(file, 0, min(file.size, HEAD))
        tail = read_part(file, max(0, file.size - TAIL), file.size)
    except FileError:
        return file
    row = format_of(head, tail)
    if row is None or (unread and (row.kind is not Kind.TEXT or row.media_type in _ANY_TEXT)):
        return file
    return replace(file, media_type=row.media_type)
