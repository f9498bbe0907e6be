"""winmail.dat: what Outlook puts into a mail in place of its text and attachments ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from ingest.readers.outlook.letter import (
    BODY,
    DATA,
    DEEPEST,
    FILE_NAME,
    SENT,
    SUBJECT,
    Attached,
    Letter,
    Properties,
    codec_of,
    file_name,
    letter_of,
    ticks_of,
)
from semsearch.errors import FileError
from semsearch.message import say

SIGNATURE = b"\x78\x9f\x3e\x22"
# The signature, and a key.
_START = 6
_ATTRIBUTE, _CHECKSUM = struct.Struct("<BHHI"), 2
_MAPI, _CODE_PAGE, _SENT = 0x9003, 0x9007, 0x8005
_NEW_ATTACHMENT, _MAPI_OF_ATTACHMENT = 0x9002, 0x9005
# Attributes of older programs, and the properties whose place they take.
_OF_MAIL, _OF_ATTACHMENT = {0x8004: SUBJECT, 0x800C: BODY}, {0x8010: FILE_NAME, 0x800F: DATA}
_DATE = struct.Struct("<6H")
# Sizes of values, by the type of a property. Others have a count and a length before them.
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_NUMBERS, _UNICODE, _OBJECT, _VARIABLE = (2, 3, 0x14, 0x40), 0x1F, 0xD, (0x1E, 0x1F, 0x102, 0xD)
_SEVERAL, _NAMED = 0x1000, 0x8000
# An object begins with the id of its kind.
_KIND_OF_OBJECT = 16

_Values = dict[int, str | bytes | int]


def read_tnef(data: bytes, depth: int = 0) -> Letter:
    """Read the mail in it. What comes after a damaged place is left out. Raises FileError for other data."""
    if not data.startswith(SIGNATURE):
        raise FileError(say("not winmail.dat: it does not begin as TNEF does"))
    mail: _Values = {}
    attachments: list[_Values] = []
    code_page = ""
    for number, value in _attributes(data):
        if number == _NEW_ATTACHMENT:
            attachments.append({})
        elif number == _CODE_PAGE:
            code_page = codec_of(int.from_bytes(value[:4], "little"))
        elif number == _SENT and len(value) >= _DATE.size:
            mail.setdefault(SENT, _ticks(value))
        elif number in _OF_MAIL:
            mail.setdefault(_OF_MAIL[number], value)
        elif number == _MAPI:
            mail |= dict(_properties(value))
        elif number in _OF_ATTACHMENT and attachments:
            attachments[-1].setdefault(_OF_ATTACHMENT[number], value)
        elif number == _MAPI_OF_ATTACHMENT and attachments:
            attachments[-1] |= dict(_properties(value))
    attached = tuple(_attached(Properties(values, code_page), depth) for values in attachments)
    return letter_of(Properties(mail, code_page), attached)


def _attached(properties: Properties, depth: int) -> Attached:
    name, content = file_name(properties), properties.content(DATA)
    if content.startswith(SIGNATURE, _KIND_OF_OBJECT) and depth < DEEPEST:
        return Attached(name, b"", read_tnef(content[_KIND_OF_OBJECT:], depth + 1))
    return Attached(name, content)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the value of each attribute."""
    at = _START
    while at + _ATTRIBUTE.size <= len(data):
        _, number, _, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        yield number, data[at : at + length]
        at += length + _CHECKSUM


def _properties(data: bytes) -> Iterator[tuple[int, str | bytes | int]]:
    """The MAPI properties in an attribute, without those that have a name or several values."""
    with suppress(struct.error):
        yield from _read_properties(data)


def _read_properties(data: bytes) -> Iterator[tuple[int, str | bytes | int]]:
    at = 4  # their count, which the end of the data says as well
    while at + 4 <= len(data):
        kind, number = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if number >= _NAMED else at + 4
        is_several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        size = _SIZES.get(kind, 0)
        if not size and kind not in _VARIABLE:
            return  # what follows cannot be read without its length
        count = 1
        if is_several or not size:
            (count,) = struct.unpack_from("<I", data, at)
            at += 4
        for _ in range(count):
            length = size
            if not size:
                (length,) = struct.unpack_from("<I", data, at)
                at += 4
            value = data[at : at + length]
            if at + length > len(data):
                return
            at += length + -length % 4
            if number < _NAMED and not is_several:
                yield number, _value(kind, value)


def _after_name(data: bytes, at: int) -> int:
    """The place after the name of a property: the id of its group, and a number or a text."""
    is_text, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (length + -length % 4 if is_text else 0)


def _value(kind: int, value: bytes) -> str | bytes | int:
    if kind in _NUMBERS:
        return int.from_bytes(value, "little")
    return value.decode("utf-16-le", "replace") if kind == _UNICODE else value


def _ticks(value: bytes) -> int:
    """A date as a FILETIME; 0 if there is no such date."""
    try:
        year, month, day, hour, minute, second = _DATE.unpack_from(value)
        return ticks_of(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (ValueError, OverflowError):
        return 0
