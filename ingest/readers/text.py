"""Plain text in any encoding: decode its bytes, and find a title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.readers.documents import Context, TextDocument
from ingest.readers.encoding.guess import encoding_of
from semsearch.errors import NothingToIndexError
from semsearch.formats import table
from semsearch.formats.unread import unread_of
from semsearch.message import say
from semsearch.text import normal, readable

_TITLE_LENGTH = 120
# People mark headings so in plain text as well.
_HEADING_MARK = re.compile(r"^#{1,6}[ \t]+")
_PROGRAM_TITLE = re.compile(
    r"^(?:untitled|microsoft|slide \d|powerpoint|word document$|document\d*$|presentation\d*$|book\d*$|"
    r"title$|no title)|"
    r"\.(?:docx?|pptx?|xlsx?|tex|dvi|pdf|indd|qxd|rtf|odt|odp|ps|eps|fm|p65|cdr|ai)$|^[\W\d_]*$",
    re.IGNORECASE,
)
# What stands for a space in a file's name. "C++" and ".NET" are words.
_GAP = re.compile(r"[_\-]+|(?<!\+)\+(?!\+)|(?<=[^\d\s])\.(?=\D)")
# No text has C0 controls other than tab, newline and form feed. Lone surrogates cannot be stored.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufeff]")
# The bytes of a file in a message of Usenet, without the line that names it.
_YENC = re.compile(rb"(^=ybegin [^\r\n]*\r?\n)(?:(?!=ybegin )[\s\S])*?^=yend ", re.MULTILINE)
_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_STRUCK = re.compile("[^\b\n]\b")
# A vertical tab divides the lines of an address in FileMaker and of a heading in PowerPoint.
_NEWLINE = re.compile("\r\n?|[\u2028\u2029\u0085\x0b]")
_NEWLINE_OF_JSON = re.compile("\r\n?")
# Of files, groups, records and units: some databases write them between values.
_SEPARATOR = re.compile("[\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean text with \\n as newline, and the encoding that it was read with, for people."""

    text: str
    encoding: str


def read_text(data: bytes, path: str, media_type: str, _context: Context | None = None) -> TextDocument:
    """Read plain prose. The first line is the title when it is short and stands alone.

    Raises FileError when the file is empty or binary.
    """
    read = decoded(data)
    first, _, rest = read.text.lstrip().partition("\n")
    alone = len(first) <= _TITLE_LENGTH and rest[:1] == "\n" and not rest.isspace()
    title = _HEADING_MARK.sub("", first.strip()) if alone else ""
    return TextDocument(
        media_type,
        title or title_of(path),
        read.text,
        title_in_file=bool(title),
        encoding=read.encoding,
    )


def read_code(data: bytes, path: str, media_type: str, _context: Context | None = None) -> TextDocument:
    """Read source code or a data file. Its title is the file's name, whatever the first line says."""
    read = decoded(data)
    return TextDocument(media_type, title_of(path), read.text, encoding=read.encoding)


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of `decoded`. Raises FileError as it does."""
    return decoded(data, declared).text


def decoded(data: bytes, declared: str = "") -> Decoded:
    """Decode bytes. `declared` is the encoding that the file itself claims.

    Raises FileError when the text is empty or binary.
    """
    return _decoded(data, declared, _NEWLINE)


def decoded_json(data: bytes) -> Decoded:
    """Decode JSON, in whose strings U+2028 and its like may stand: there they are no newlines.

    Raises FileError as `decoded` does.
    """
    return _decoded(data, "", _NEWLINE_OF_JSON)


def _decoded(data: bytes, declared: str, newline: re.Pattern[str]) -> Decoded:
    data = _YENC.sub(rb"\1=yend ", data) if b"=ybegin " in data else data
    guess = encoding_of(data, declared)
    text = _clean(data.decode(guess.encoding, "replace"), newline)
    if not text.strip():
        raise NothingToIndexError(say("empty: white space only"))
    return Decoded(text, str(guess))


def clean(text: str) -> str:
    """Return the text with \\n as newline, without controls, byte order marks and lone surrogates.

    The colours of a terminal are dropped, and letters that others strike over, as in old manuals.
    """
    return _clean(text, _NEWLINE)


def _clean(text: str, newline: re.Pattern[str]) -> str:
    text = _COLOUR.sub("", text) if "\x1b" in text else text
    text = _STRUCK.sub("", text) if "\b" in text else text
    if text.isprintable():
        return text
    return _UNWANTED.sub("", _SEPARATOR.sub(" ", newline.sub("\n", text)))


def own_title(stated: str) -> str:
    """Return the title in a document's properties; "" when a program wrote it and no person."""
    title = " ".join(clean(stated).split())
    return "" if len(title) > 3 * _TITLE_LENGTH or _PROGRAM_TITLE.search(title) else title


def title_of(path: str) -> str:
    """Return a title made from a file's name: "notes/garden_plan-2.md" gives "garden plan 2".

    Source code and data are called by their whole name: "tools/run_all.py" gives "run_all.py". So are files
    whose name has no known extension.
    """
    row = table.FORMATS.of_path(path)
    if row.named if row else unread_of(path) is None:
        return normal(readable(PurePosixPath(path).name))
    stem = normal(readable(PurePosixPath(path).stem))
    return " ".join(_GAP.sub(" ", stem).split()) or stem
