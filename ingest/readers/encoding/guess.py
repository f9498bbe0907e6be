"""Find the encoding of a text: by its mark, as UTF-8, as the file declares it, or as the likeliest one."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from ingest.readers.encoding.likely import likely
from ingest.readers.encoding.mixed import is_mostly_utf8, is_utf8, mixed_with, rest_of
from ingest.readers.encoding.wide import wide_encoding
from semsearch.errors import NothingToIndexError
from semsearch.language import encoded_twice
from semsearch.message import say

# Byte order marks, the longest first, because that of UTF-32 begins with that of UTF-16. `clean` drops them.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 32_768
# With fewer bytes, two letters look like one character of Chinese.
_FEWEST_WIDE = 16
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
# Programs declare a subset and write the whole, as browsers know (WHATWG, "Encoding").
_MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "tis-620": "cp874", "iso8859-11": "cp874",
}  # fmt: skip
# The escapes by which 7-bit encodings change to another set of characters.
_ESCAPES = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"))


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding. `is_sure` is False where another one would be nearly as likely."""

    encoding: str
    is_sure: bool = True

    def __str__(self) -> str:
        return self.encoding if self.is_sure else f"{self.encoding} (not sure)"


def encoding_of(data: bytes, declared: str = "") -> Guess:
    """Return the encoding of a text. `declared` is the encoding that the file itself claims.

    Raises NothingToIndexError when the data are binary.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Guess(encoding)
    if b"\0" in data:
        return _with_zeros(data)
    for escape, encoding in _ESCAPES:
        if escape in data[:_SAMPLE] and _reads(data, encoding):
            return Guess(encoding)
    if is_utf8(data):
        return Guess(encoded_twice.NAME if _is_twice(data) else "utf-8")
    controls = len(data[:_SAMPLE]) - len(data[:_SAMPLE].translate(None, _CONTROLS))
    if controls > len(data[:_SAMPLE]) / 50:
        return _wide(data)
    has_no_spaces = data[:_SAMPLE].count(b" ") < len(data[:_SAMPLE]) / 100
    if len(data) >= _FEWEST_WIDE and has_no_spaces and (encoding := wide_encoding(data)):
        return Guess(encoding)
    if is_mostly_utf8(data):
        return Guess(mixed_with("cp1252"))
    encoding = _meant(declared)
    if encoding and encoding != "utf-8" and _reads(data, encoding):
        return Guess(encoding)
    return _likely(data)


def _is_twice(data: bytes) -> bool:
    return encoded_twice.is_twice(data[:_SAMPLE].decode("utf-8", "ignore"))


def _likely(data: bytes) -> Guess:
    rest = rest_of(data)
    if len(rest) < len(data):
        encoding, is_sure = likely(rest)
        return Guess(mixed_with(encoding), is_sure)
    return Guess(*likely(data))


def _meant(declared: str) -> str:
    """Return the encoding that is meant by a declared one; "" when Python does not know it as one of text."""
    try:
        found = codecs.lookup(declared)
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(found.name, found.name) if found._is_text_encoding else ""


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _with_zeros(data: bytes) -> Guess:
    # A stray zero in an otherwise clean text is an accident of a text editor, not a binary format.
    few = len(data) // 1000 + 1
    if data[:_SAMPLE].count(0) <= few and data.count(0) <= few and not wide_encoding(data):
        return encoding_of(data.replace(b"\0", b""))
    return _wide(data)


def _wide(data: bytes) -> Guess:
    encoding = wide_encoding(data)
    if not encoding:
        raise NothingToIndexError(say("binary data, not text"))
    return Guess(encoding)
