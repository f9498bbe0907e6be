"""Messages that Outlook saves (.msg): a container of streams, one for each property ([MS-OXMSG])."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

import olefile

from ingest.readers.outlook.letter import (
    DATA,
    DEEPEST,
    INTERNET_CODE_PAGE,
    MESSAGE_CODE_PAGE,
    Attached,
    Letter,
    Properties,
    codec_of,
    file_name,
    letter_of,
)
from ingest.readers.zip_archive import mismatch
from semsearch.errors import FileError
from semsearch.message import say

_NUMBERS = "__properties_version1.0"
_VALUE, _ATTACHED, _EMBEDDED = "__substg1.0_", "__attach_version1.0_", f"__substg1.0_{DATA:04X}000D"
# The bytes before the first property: of the file, of a mail in it, and of an attachment.
_HEADERS = {0: 32, 2: 24, 1: 8}
_ROW = struct.Struct("<HHIq")
_UNICODE, _STRING, _BINARY = 0x001F, 0x001E, 0x0102
_SHORT, _LONG, _TIME = 0x0002, 0x0003, 0x0040
_Path = tuple[str, ...]


def read_message(data: bytes) -> Letter:
    """Read a message. Raises FileError when this is none, or it is damaged."""
    if not data.startswith(olefile.MAGIC):
        raise mismatch(data, say("an Outlook message"))
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            storage = _Streams(ole, len(data))
            if (_NUMBERS,) not in storage.paths:
                raise FileError(
                    say("not an Outlook message, whatever its name says: this is another Office file")
                )
            return storage.letter((), 0)
    except (OSError, struct.error, ValueError, IndexError, RecursionError) as error:
        raise FileError(say("damaged: {why}", why=str(error))) from error


class _Streams:
    """The streams of a container, by the path of the storage that they lie in."""

    def __init__(self, ole: olefile.OleFileIO, size: int) -> None:
        self._ole = ole
        self._size = size
        self.paths = [tuple(path) for path in ole.listdir()]
        self._inside: dict[_Path, list[str]] = defaultdict(list)
        self._storages: dict[_Path, dict[str, None]] = defaultdict(dict)
        for path in self.paths:
            self._inside[path[:-1]].append(path[-1])
            for depth in range(1, len(path)):
                self._storages[path[: depth - 1]][path[depth - 1]] = None

    def letter(self, path: _Path, depth: int) -> Letter:
        properties = self._properties(path, _HEADERS[2 if depth else 0])
        attached = [(*path, name) for name in self._storages[path] if name.startswith(_ATTACHED)]
        return letter_of(properties, tuple(self._attached(each, depth) for each in attached))

    def _attached(self, path: _Path, depth: int) -> Attached:
        properties = self._properties(path, _HEADERS[1])
        name = file_name(properties)
        if _EMBEDDED in self._storages[path] and depth < DEEPEST:
            return Attached(name, b"", self.letter((*path, _EMBEDDED), depth + 1))
        return Attached(name, properties.content(DATA))

    def _properties(self, path: _Path, header: int) -> Properties:
        values: dict[int, str | bytes | int] = dict(self._fixed(path, header))
        for name in self._inside[path]:
            number, kind = name.removeprefix(_VALUE)[:4], name.removeprefix(_VALUE)[4:]
            if not name.startswith(_VALUE) or len(kind) != 4:
                continue
            if int(kind, 16) == _UNICODE:
                values[int(number, 16)] = self._read((*path, name)).decode("utf-16-le", "replace")
            elif int(kind, 16) in (_STRING, _BINARY):
                values[int(number, 16)] = self._read((*path, name))
        pages = [values.get(number, 0) for number in (INTERNET_CODE_PAGE, MESSAGE_CODE_PAGE)]
        page = next((page for page in pages if isinstance(page, int) and page), 0)
        return Properties(values, codec_of(page) if page else "")

    def _fixed(self, path: _Path, header: int) -> Iterator[tuple[int, int]]:
        if _NUMBERS not in self._inside[path]:
            return
        rows = self._read((*path, _NUMBERS))[header:]
        for kind, number, _, value in _ROW.iter_unpack(rows[: len(rows) // _ROW.size * _ROW.size]):
            if kind in (_SHORT, _LONG, _TIME):
                yield number, value if kind == _TIME else value & 0xFFFFFFFF

    def _read(self, path: _Path) -> bytes:
        # Its sectors may form a circle, and olefile goes round as long as its size says.
        if self._ole.get_size(list(path)) > self._size:
            raise FileError(say("damaged: {name} says to be larger than the file", name="/".join(path)))
        content: bytes = self._ole.openstream(list(path)).read()
        return content
