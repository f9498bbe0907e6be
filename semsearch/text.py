"""Text that people see and type: file names fit to be shown, times, sizes, joined headings."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate, pairwise

# Stands between a heading and the one below it.
_BELOW = " > "

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(?:bytes?|(?:([kmgt])(i?))?b?)", re.ASCII | re.IGNORECASE)


# Spaces of other widths, among them those at which no line breaks.
_SPACES = "\u00a0\u2000-\u200a\u202f\u205f"
# Characters that nobody sees or types: soft hyphens, spaces and joiners without width, marks of direction.
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_ARABIC, _INDIAN = "\u0600-\u08ff\ufb50-\ufdff", "\u0900-\u0dff"
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
# The non-joiner (200C) parts letters of Arabic script, as in Persian. Both joiners shape letters of Indian
# scripts. The joiner (200D) makes one emoji of several.
_NEEDED = re.compile(
    f"(?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])|(?<=[{_INDIAN}])[\u200c\u200d]"
    f"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
)
_ODD = re.compile(f"[{_UNSEEN}{_SPACES}]")


def normal(text: str) -> str:
    """The one form in which `text` is stored and looked for.

    Letters and their accents are composed (NFC), no-break and thin spaces are spaces, and characters that
    nobody sees are gone, except those that a script or an emoji needs.
    """
    return text if text.isascii() else _composed(_ODD.sub(_replaced, _composed(text)))


def normal_with(text: str, offsets: Sequence[int]) -> tuple[str, list[int]]:
    """`text` in its normal form, and where the characters at these offsets are in it."""
    if normal(text) == text:
        return text, list(offsets)
    cuts = sorted({0, *(each for each in offsets if 0 < each < len(text)), len(text)})
    parts = [normal(text[start:end]) for start, end in pairwise(cuts)]
    starts = [0, *accumulate(map(len, parts))]
    return "".join(parts), [starts[bisect_left(cuts, min(each, len(text)))] for each in offsets]


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _replaced(match: re.Match[str]) -> str:
    if match[0].isspace():
        return " "
    return match[0] if _NEEDED.match(match.string, match.start()) else ""


def readable(text: str) -> str:
    """`text` with every lone surrogate replaced: each is a byte of a file name that is not UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def printable(text: str) -> str:
    """`text` made readable, and with control characters replaced, which would move a terminal's cursor."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", readable(text))


def iso(moment: datetime) -> str:
    """The time to the second: in UTC with a Z, or as it is if it has no zone."""
    if moment.tzinfo is None:
        return moment.isoformat(timespec="seconds")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_size(text: str) -> int | None:
    """The bytes that a text like "10 MB" says; None when it is not a size.

    kB, MB, GB and TB are powers of 1,000; KiB, MiB, GiB and TiB are powers of 1,024.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    number, unit, binary = match.groups()
    power = " kmgt".index(unit.lower()) if unit else 0
    return int(Decimal(number) * (1024 if binary else 1000) ** power)


def written_size(size: int) -> str:
    """A number of bytes as people write it, such as "1.2 MB". The units are powers of 1,000."""
    shown, units = float(size), iter(("kB", "MB", "GB", "TB"))
    unit = "B"
    while shown >= 999.5 and (greater := next(units, "")):
        shown, unit = shown / 1000, greater
    return f"{shown:.1f} {unit}" if unit != "B" and shown < 9.95 else f"{shown:,.0f} {unit}"


def join_headings(headings: Sequence[str]) -> str:
    """The headings above a passage in one line, the outermost first."""
    return _BELOW.join(headings)


def split_headings(joined: str) -> tuple[str, ...]:
    """The headings that `join_headings` joined."""
    return tuple(joined.split(_BELOW)) if joined else ()
