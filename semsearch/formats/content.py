"""The format of a file by what is in it, for files whose names say nothing or something wrong.

First and last bytes are enough. A file of another format must not be taken for one that is read: that would
be a failure in the summary of a run. So marks that other formats may have too do not count.
"""

from __future__ import annotations

import codecs
import re

from semsearch.formats import table
from semsearch.formats.format import Format
from semsearch.records import Kind

# The bytes at the beginning of a file, and at its end, that are looked at.
HEAD, TAIL = 4_096, 65_536

# First bytes that other formats have as well, or that a text may have.
_WEAK = frozenset({b"RIFF", b"BM", b"\0\0\1\0"})
_ZIP = b"PK\x03\x04"
# A name in the directory of an archive, at its end, and what such an archive is.
_OFFICE = (
    (b"word/document.xml", "docx"),
    (b"xl/workbook.", "xlsx"),
    (b"ppt/presentation.xml", "pptx"),
    (b"META-INF/container.xml", "epub"),
)
# The first member of an archive, which says what the archive is: the length of its content, and the content.
_DECLARED = re.compile(rb"PK\x03\x04.{14}(.)\0\0\0.{4}\x08\0\0\0mimetype(application/[\w.+-]+)", re.DOTALL)
_HEADER = (
    rb"(?:Return-Path|Received|Delivered-To|From|To|Date|Subject|Message-ID|MIME-Version|Reply-To|X-[\w-]+)"
)
# Two headers of a mail, of which one is in every mail.
_MAIL = re.compile(
    _HEADER + rb":[^\r\n]*(?:\r?\n(?:[ \t]|[\w-]+:)[^\r\n]*)*?\r?\n(?:Subject|Message-ID|MIME-Version):",
    re.IGNORECASE,
)
_BEGINNINGS = (
    (re.compile(rb"BEGIN:VCARD\s", re.IGNORECASE), "vcf"),
    (re.compile(rb"BEGIN:VCALENDAR\s", re.IGNORECASE), "ics"),
    (re.compile(rb"From \S+ .*\r?\n[\w-]+: "), "mbox"),
    (_MAIL, "eml"),
    (re.compile(rb"<\?xml[^>]*>\s*<FictionBook\b"), "fb2"),
    (re.compile(rb"(?:<\?xml[^>]*>\s*)?<!doctype html|<html|<head|<body", re.IGNORECASE), "html"),
    (re.compile(rb"<\?xml\s"), "xml"),
    (re.compile(rb"#!.*python"), "py"),
    (re.compile(rb"#!\s*/"), "sh"),
)
# A page in a mail, as browsers and Confluence save it.
_RELATED = re.compile(rb"^Content-Type: multipart/related", re.IGNORECASE | re.MULTILINE)
_OLD_EXCEL = "application/vnd.ms-excel"
# Private keys, and what else unlocks something. Their text stays out of the index.
_SECRET = re.compile(rb"-----BEGIN |PuTTY-User-Key-File|AGE-SECRET-KEY|openssh-key-v1")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")


def format_of(head: bytes, tail: bytes = b"") -> Format | None:
    """The format of a file that begins and ends with these bytes; None for one that is not recognised."""
    if found := _by_first_bytes(head, tail or head):
        return found
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if _SECRET.match(start):
        return None
    for beginning, extension in _BEGINNINGS:
        if beginning.match(start):
            is_page = extension == "eml" and _RELATED.search(head)
            return _named("mht" if is_page else extension)
    return _named("txt") if is_text(head) else None


def corrected(row: Format, data: bytes) -> Format:
    """The format in which a document is read whose name says `row`: another one if its bytes say so.

    A name may lie about what its program wrote. A picture never becomes a text, nor a text a picture.
    """
    found = _by_first_bytes(data[:HEAD], data[-TAIL:]) if row.kind is Kind.TEXT else None
    if found is None and row.media_type == _OLD_EXCEL:
        found = _exported(data[:HEAD])
    if found is None or found.kind is not Kind.TEXT or found.reader == row.reader:
        return row
    return found


def _exported(head: bytes) -> Format | None:
    """The format of a text that a program has named .xls so that Excel opens it."""
    found = format_of(head)
    return _named("csv") if found == _named("txt") else found


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file are text: in UTF-8, in UTF-16 with a mark, or in a code page."""
    if head.startswith(_MARKS):
        return True
    if not head or any(byte in head for byte in b"\0\x7f") or head.translate(None, _CONTROLS) != head:
        return False
    try:
        # The last character may be cut off.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        letters = sum(byte > 127 for byte in head)
        return letters < len(head) / 3 and b"\n" in head
    return True


def _by_first_bytes(head: bytes, tail: bytes) -> Format | None:
    if head.startswith(_ZIP):
        return _in_archive(head, tail)
    if head[4:8] == b"ftyp":
        boxed = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heic"}
        return _named(boxed.get(head[8:12], ""))
    if head.startswith(b"RIFF"):
        return _named("webp" if head[8:12] == b"WEBP" else "")
    if head.startswith(b"BM"):
        return _named("bmp" if head[6:10] == bytes(4) and len(head) > 30 else "")
    rows = table.FORMATS.rows
    return next((row for row in rows if head.startswith(tuple({*row.starts} - _WEAK))), None)


def _in_archive(head: bytes, tail: bytes) -> Format | None:
    if declared := _DECLARED.match(head):
        return table.FORMATS.of_type(declared[2][: declared[1][0]].decode("ascii"))
    return next((_named(extension) for name, extension in _OFFICE if name in tail or name in head), None)


def _named(extension: str) -> Format | None:
    return table.FORMATS.of_path(f"a.{extension}") if extension else None
