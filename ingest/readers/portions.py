"""Read a long file in portions, of which each is parsed as a text of its own.

A portion is a stretch of the file's bytes that ends where its format may be cut. What it says about the next
one goes there with the border between them.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import asdict, replace

from ingest.readers.documents import Border, Context, Heading, SourceFile, TextDocument
from ingest.readers.encoding.guess import Guess, encoding_of
from ingest.readers.encoding.mixed import is_utf8
from ingest.readers.office.spreadsheet import delimiter_of
from ingest.readers.registry import reader_of
from ingest.readers.text import clean, title_of
from semsearch.errors import NothingToIndexError
from semsearch.formats.format import Cut, Format
from semsearch.formats.separated import last_record

# The bytes of a file that are read together. A worker holds them and their text, and its reader some times as
# much.
PORTION = 8_000_000
# A portion ends with a paragraph if one ends in this last part of it.
_TAIL_PART = 8


def is_long(file: SourceFile) -> bool:
    """Tell whether a file of this format and size is read in portions. One in an archive is read whole."""
    row = file.format if file.size > PORTION and not file.is_member else None
    return row is not None and row.cut is not None


def encode_border(border: Border) -> str:
    """A border as text, from which `decode_border` makes it again."""
    return json.dumps(asdict(border))


def decode_border(text: str) -> Border:
    """The border that was encoded; the beginning of a file for ""."""
    values = json.loads(text or "{}")
    context = values.pop("context", {})
    headings = tuple(Heading(**heading) for heading in context.pop("headings", ()))
    names = tuple(context.pop("names", ()))
    return Border(**values, context=Context(headings=headings, names=names, **context))


def read_portion(
    data: bytes, path: str, row: Format, border: Border, *, more: bool
) -> tuple[TextDocument, Border]:
    """Parse the portion that begins at `border`; `data` are the bytes from there on.

    Returns its document, and the border after it. With `more`, the file goes on after the data, and the
    portion ends at the last place where it may be cut. A portion without text has an empty document. Raises
    NothingToIndexError when the file is binary.
    """
    guess = _guess(data, border, more=more)
    encoding = guess.encoding
    used = data[: _end(data, encoding, row, border.context)] if more else data
    text = used.decode(encoding, "replace").replace("\0", "")
    try:
        document = reader_of(row)(text.encode("utf-8", "replace"), path, row.media_type, border.context)
    except NothingToIndexError:
        document = TextDocument(row.media_type, title_of(path), clean(text), context=border.context)
    if document.syntax == "rows" and more:
        document = replace(document, text=document.text + "\n")
    if border.title is not None:
        document = replace(document, title=border.title, title_in_file=border.title_in_file)
    document = replace(document, encoding=str(guess))
    undecided = encoding == "utf-8" and used.isascii()
    return document, Border(
        at=border.at + len(used),
        start=border.start + len(document.text),
        encoding="" if undecided else encoding,
        is_sure=guess.is_sure,
        title=document.title,
        title_in_file=document.title_in_file,
        context=document.context,
    )


def _guess(data: bytes, border: Border, *, more: bool) -> Guess:
    """The encoding of a portion: that of the portions before it, if they have one.

    After portions of UTF-8, one may have the first stray byte.
    """
    whole = _without_last_character(data) if more else data
    if border.encoding and (border.encoding != "utf-8" or is_utf8(whole)):
        return Guess(border.encoding, border.is_sure)
    return encoding_of(whole)


def _end(data: bytes, encoding: str, row: Format, context: Context) -> int:
    """The number of bytes of a portion, of which `data` are some more than it should have."""
    text = data.decode(encoding, "replace")
    mark = next((mark for mark in "\n\r " if mark in text[1:-1]), "")
    if not mark:
        return len(data) - _last_character(data, encoding)
    end = _end_of_lines(text, mark)
    if row.cut is Cut.AT_RECORDS and mark != " ":
        begins = last_record(text, delimiter_of(text, row.media_type, context))
        end = begins if begins and text[begins - 1] == mark else end
    return _in_bytes(data, mark.encode(encoding), text.count(mark, end))


def _end_of_lines(text: str, mark: str) -> int:
    """The place after the last whole paragraph, if it is in the tail of the text, or after the last line."""
    tail = len(text) - len(text) // _TAIL_PART
    for gap in ("\n\n", "\n\r\n") if mark == "\n" else ():
        found = text.rfind(gap, tail, -1)
        if found >= 0:
            return found + len(gap)
    return text.rfind(mark, 0, -1) + 1


def _in_bytes(data: bytes, mark: bytes, after: int) -> int:
    """The place in the bytes that has so many marks after it, and one just before it."""
    end = len(data)
    for _ in range(after + 1):
        found = data.rfind(mark, 0, end)
        while found % len(mark):  # two halves of different characters
            found = data.rfind(mark, 0, found + len(mark) - 1)
        end = found
    return end + len(mark)


def _without_last_character(data: bytes) -> bytes:
    """The bytes before the last character of UTF-8, which may not be whole."""
    starts = (at for at in range(len(data) - 1, max(0, len(data) - 5), -1) if data[at] & 0xC0 != 0x80)
    return data[: next(starts, len(data))]


def _last_character(data: bytes, encoding: str) -> int:
    """The number of bytes at the end that are no whole character."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    decoder.decode(data)
    return len(decoder.getstate()[0])
