"""The RTF of a mail of Outlook, which is compressed in a way of its own ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

from semsearch.errors import FileError
from semsearch.message import say

# What the window holds at the beginning: the words that most RTF begins with.
_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_HEADER = struct.Struct("<IIII")
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4096
# A mail is no longer than this. It grows at most nine times.
_LONGEST = 50_000_000


def decompressed(data: bytes) -> bytes:
    """Return the RTF. Raises FileError when it is damaged or too long."""
    if len(data) < _HEADER.size:
        raise FileError(say("damaged: the RTF of the mail is cut off"))
    _, size, kind, _ = _HEADER.unpack_from(data)
    content = data[_HEADER.size :]
    if kind == _PLAIN:
        return content[:size]
    if kind != _COMPRESSED or size > _LONGEST:
        raise FileError(say("damaged: the RTF of the mail is packed in an unknown way, or too long"))
    return _unpacked(content, size)


def _unpacked(content: bytes, size: int) -> bytes:
    """Each byte of flags has eight items after it: a byte as it is, or a place in the window and a length."""
    window = bytearray(_BEGINNING.ljust(_WINDOW, b"\0"))
    out, at, place = bytearray(), len(_BEGINNING), 0
    while place < len(content) and len(out) < size:
        flags = content[place]
        place += 1
        for bit in range(8):
            if not flags >> bit & 1:
                start, length = -1, 1
            elif place + 1 < len(content):
                start, length = content[place] << 4 | content[place + 1] >> 4, (content[place + 1] & 15) + 2
            if place >= len(content) or start == at % _WINDOW:  # the end
                return bytes(out[:size])
            for n in range(length):
                # A run may reach into what it writes itself.
                byte = content[place] if start < 0 else window[(start + n) % _WINDOW]
                window[at % _WINDOW] = byte
                out.append(byte)
                at += 1
            place += 1 if start < 0 else 2
    return bytes(out[:size])
