"""The date of a document, and where it comes from.

A date is what a clock showed where a photo was taken or a mail was written. Its seconds since 1970 are
counted as if that clock had been in UTC. So days, months and years are those of that place, wherever
semsearch runs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from semsearch.language.name_dates import date_in_name
from semsearch.message import say
from semsearch.records import DateSource, DocumentRecord

# A date in a name that is later than the run is a plan, or a number that looks like a date. Clocks around the
# world differ by a day.
_A_DAY = 86_400
# Dates beside which that in the name counts.
_WEAK = (DateSource.TAKEOUT, DateSource.SCANNED)

IN_WORDS = {
    DateSource.CONTENT: say("written in the file"),
    DateSource.EXIF: say("when the photo was taken (EXIF)"),
    DateSource.IPTC: say("when the photo was taken (IPTC)"),
    DateSource.XMP: say("when the photo was taken (XMP)"),
    DateSource.TAKEOUT: say("when the photo was taken (Google Takeout)"),
    DateSource.SCANNED: say("when it was scanned (EXIF)"),
    DateSource.MAIL: say("when the mail was sent"),
    DateSource.EVENT: say("when the event begins"),
    DateSource.NAME: say("in its name"),
    DateSource.FILE: say("the date of the file"),
}


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """`seconds` since 1970, by the clock of the place, and where they come from."""

    seconds: float
    source: DateSource

    @property
    def moment(self) -> datetime:
        """The time without a zone. A date beyond those of datetime becomes its first or last moment."""
        try:
            return datetime.fromtimestamp(self.seconds, UTC).replace(tzinfo=None)
        except (ValueError, OverflowError, OSError):
            return datetime.max if self.seconds > 0 else datetime.min


def document_date(record: DocumentRecord) -> DocumentDate:
    """Return the date in the content of a document; else the one in its name; else that of its file.

    The day when a picture was scanned comes after the name. The date of a file is by the clock of this
    computer.
    """
    own = DocumentDate(record.dated, record.date_source)
    if own.seconds and own.source not in _WEAK:
        return own
    named = _named(record)
    if own.seconds and named is not None and own.source is DateSource.TAKEOUT:
        # It is in UTC: a name of about that time tells the time of the place.
        return named if abs(named.seconds - own.seconds) < _A_DAY else own
    if named is not None:
        return named
    return own if own.seconds else DocumentDate(_local(record.mtime_ns / 1e9), DateSource.FILE)


def _named(record: DocumentRecord) -> DocumentDate | None:
    named = date_in_name(record.path)
    if named is None:
        return None
    seconds = clock_seconds(named)
    is_past = not record.indexed_at or seconds < record.indexed_at + _A_DAY
    return DocumentDate(seconds, DateSource.NAME) if is_past else None


def clock_seconds(moment: datetime) -> float:
    """Return the seconds from 1970 to what a clock showed at this moment, in its own zone if it has one."""
    return moment.replace(tzinfo=UTC).timestamp()


def _local(seconds: float) -> float:
    try:
        return seconds + time.localtime(seconds).tm_gmtoff
    except (ValueError, OverflowError, OSError):  # a file system may say any date
        return seconds
