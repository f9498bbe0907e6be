"""Text in UTF-8 that a program took for a letter a byte and wrote as UTF-8 again: "MÃ¼sli" for "Müsli".

It took the bytes for windows-1252 or ISO 8859-1. Such an encoding is called "twice-utf-8". Python knows it by
this name when this module is imported.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

NAME, _AS_PYTHON = "twice-utf-8", "twice_utf_8"
_RUN = re.compile(r"[^\x00-\x7f]+")
# One such pair of letters may be meant.
_FEWEST = 2
# Bytes for which windows-1252 has no character are kept as they are, and ISO 8859-1 keeps all from 80 to 9F.
_KEPT = frozenset(map(chr, range(0x80, 0xA0)))


def is_twice(text: str) -> bool:
    """Tell whether all characters above 127, in several places, are UTF-8 in such letters."""
    runs = _RUN.findall(text)
    return len(runs) >= _FEWEST and all(map(_once, runs))


def _once(run: str) -> str:
    """What was written at first; "" when these characters are not UTF-8 in one of the two."""
    try:
        return b"".join(each.encode("latin-1" if each in _KEPT else "cp1252") for each in run).decode()
    except UnicodeError:
        return ""


def _decode(data: Buffer, errors: str = "strict") -> tuple[str, int]:
    """Decode UTF-8, and again each run that is UTF-8 in such letters."""
    source = bytes(data)
    return _RUN.sub(lambda run: _once(run[0]) or run[0], source.decode("utf-8", errors)), len(source)


def _find(name: str) -> codecs.CodecInfo | None:
    """Find the codec of a name, in which Python writes "_" for all signs."""
    if name != _AS_PYTHON:
        return None
    utf8 = codecs.lookup("utf-8")
    return codecs.CodecInfo(
        utf8.encode,
        _decode,
        incrementaldecoder=utf8.incrementaldecoder,
        incrementalencoder=utf8.incrementalencoder,
        name=NAME,
    )


codecs.register(_find)
