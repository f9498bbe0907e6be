"""A mail of Outlook: its fields, its body and what is attached, made from its MAPI properties."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from ingest.readers.html.page import read_whole
from ingest.readers.outlook.compressed_rtf import decompressed
from ingest.readers.rtf import read_rtf
from ingest.readers.text import clean, decode
from semsearch.errors import FileError

# Numbers of properties, from [MS-OXPROPS].
SUBJECT, BODY, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
TO, CC, SENT, DELIVERED = 0x0E04, 0x0E03, 0x0039, 0x0E06
LONG_FILE_NAME, FILE_NAME, DISPLAY_NAME, DATA = 0x3707, 0x3704, 0x3001, 0x3701
MESSAGE_CODE_PAGE, INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
# A FILETIME counts tenths of a microsecond since 1601.
_TICKS, _FROM_1601_TO_1970 = 10_000_000, 11_644_473_600
_CODECS = {
    65001: "utf-8", 20127: "ascii", 20866: "koi8_r", 21866: "koi8_u", 50220: "iso2022_jp", 51932: "euc_jp",
}  # fmt: skip
# A mail may be attached to a mail, and so on.
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached: a file with its bytes, or a mail."""

    name: str
    data: bytes
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `fields` are From, To, Cc, Date and Subject as they are shown, without empty ones.

    `sent` is in UTC; None when it is unknown.
    """

    fields: Mapping[str, str]
    body: str
    sent: datetime | None = None
    attached: tuple[Attached, ...] = ()

    @property
    def subject(self) -> str:
        return self.fields.get("Subject", "")


@dataclass(frozen=True, slots=True)
class Properties:
    """Properties of a mail or an attachment by number: text, bytes, or a number.

    `code_page` is the encoding of the bytes that are text.
    """

    values: Mapping[int, str | bytes | int]
    code_page: str = ""

    def text(self, *numbers: int) -> str:
        """The first of these properties that has words, in one line."""
        return next((found for each in numbers if (found := " ".join(self.lines(each).split()))), "")

    def lines(self, number: int) -> str:
        value = self.values.get(number, "")
        if isinstance(value, bytes):
            try:
                value = decode(value.rstrip(b"\0"), self.code_page)
            except FileError:  # without any words
                return ""
        return clean(value).strip("\0") if isinstance(value, str) else ""

    def content(self, number: int) -> bytes:
        value = self.values.get(number, b"")
        value = value.encode("utf-8", "replace") if isinstance(value, str) else value
        return value if isinstance(value, bytes) else b""

    def number(self, number: int) -> int:
        value = self.values.get(number, 0)
        return value if isinstance(value, int) else 0


def letter_of(properties: Properties, attached: tuple[Attached, ...]) -> Letter:
    """The mail with these properties."""
    name = properties.text(SENDER_NAME)
    address = properties.text(SENDER_SMTP, SENDER_ADDRESS)
    # Inside a company the address is a path of a directory, which nobody would look for.
    shown = f"<{address}>" if "@" in address and address != name else ""
    sent = moment_of(properties.number(SENT) or properties.number(DELIVERED))
    fields = {
        "From": " ".join(filter(None, (name, shown))),
        "To": properties.text(TO),
        "Cc": properties.text(CC),
        "Date": format_datetime(sent) if sent else "",
        "Subject": properties.text(SUBJECT),
    }
    return Letter(
        {name: value for name, value in fields.items() if value}, body_of(properties), sent, attached
    )


def body_of(properties: Properties) -> str:
    """The text of a mail, else of its page, else of its RTF; "" without any."""
    readers: tuple[Callable[[], str], ...] = (
        lambda: properties.lines(BODY).strip(),
        lambda: read_whole(properties.content(HTML), "", "text/html", properties.code_page).text,
        lambda: read_rtf(decompressed(properties.content(RTF)), "", "application/rtf").text,
    )
    for read in readers:
        with suppress(Exception):  # readers raise nearly any error on a damaged body, and the rest is sound
            if body := read():
                return body
    return ""


def file_name(properties: Properties) -> str:
    return properties.text(LONG_FILE_NAME, FILE_NAME, DISPLAY_NAME)


def codec_of(code_page: int) -> str:
    """The name of the codec of a code page of Windows; "" if there is none."""
    names = (_CODECS.get(code_page, ""), f"cp{code_page}", f"iso8859_{code_page - 28590}")
    for name in filter(None, names):
        with suppress(LookupError):
            return codecs.lookup(name).name
    return ""


def moment_of(file_time: int) -> datetime | None:
    """The moment of a FILETIME; None if it lies beyond the years in which mail was sent."""
    seconds = file_time / _TICKS - _FROM_1601_TO_1970
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 2**33 else None


def ticks_of(moment: datetime) -> int:
    """A moment as a FILETIME."""
    return int((moment.timestamp() + _FROM_1601_TO_1970) * _TICKS)
