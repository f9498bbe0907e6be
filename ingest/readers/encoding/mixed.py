"""Text of which some is UTF-8 and some is not: a few stray bytes, or lines that another program added.

Such an encoding is called "utf-8+cp1252", after the encoding of the rest. Python knows it by this name.
"""

from __future__ import annotations

import codecs
import re
from functools import partial

from ingest.readers.encoding.east_asia import ENCODINGS

# A character of UTF-8 that takes several bytes, as far as one can tell without its value.
_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_START, _AS_PYTHON = "utf-8+", "utf_8_"
# By chance, bytes of other encodings form few characters of UTF-8, and next to no whole lines of them.
_MORE = 3
_FEW_LINES = 0.1
_LINE = re.compile(rb"[^\n]*\n?")


def is_utf8(data: bytes) -> bool:
    """Tell whether all of the bytes are valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_mostly_utf8(data: bytes) -> bool:
    """Tell whether the bytes have several times more characters of UTF-8 than bytes that are none."""
    found = _CHARACTER.findall(data)
    others = len(data.translate(None, bytes(range(128)))) - sum(map(len, found))
    return len(found) >= _MORE * others


def rest_of(data: bytes) -> bytes:
    """Return the lines that are not UTF-8, where enough other lines are; all the bytes where they are not.

    Only lines with bytes above 127 count.
    """
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    rest = [line for line in lines if not is_utf8(line)]
    return b"\n".join(rest) if len(lines) - len(rest) > max(1, _FEW_LINES * len(lines)) else data


def mixed_with(encoding: str) -> str:
    """The name of UTF-8 with stretches in another encoding."""
    return _START + encoding


def _stray(rest: str, error: UnicodeError) -> tuple[str, int]:
    """Decode one byte that is not UTF-8, for the decoder of UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.start + 1].decode(rest, "replace"), error.start + 1


def _by_lines(rest: str, data: bytes, errors: str = "strict") -> tuple[str, int]:
    """Decode lines as UTF-8 or, if they are not, in an encoding that has two bytes for a character."""
    lines = _LINE.findall(bytes(data))
    return "".join(line.decode("utf-8" if is_utf8(line) else rest, errors) for line in lines), len(data)


def _by_bytes(handler: str, data: bytes, _errors: str = "strict") -> tuple[str, int]:
    return bytes(data).decode("utf-8", handler), len(data)


def _find(name: str) -> codecs.CodecInfo | None:
    """Find the codec of a name, in which Python writes "_" for all signs."""
    if not name.startswith(_AS_PYTHON):
        return None
    rest = codecs.lookup(name.removeprefix(_AS_PYTHON)).name
    codecs.register_error(_START + rest, partial(_stray, rest))
    utf8 = codecs.lookup("utf-8")
    return codecs.CodecInfo(
        utf8.encode,
        partial(_by_lines, rest) if rest in ENCODINGS else partial(_by_bytes, _START + rest),
        incrementaldecoder=utf8.incrementaldecoder,
        incrementalencoder=utf8.incrementalencoder,
        name=_START + rest,
    )


codecs.register(_find)
