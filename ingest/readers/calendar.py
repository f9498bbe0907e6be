"""Calendars (iCalendar): each event, task and journal entry below a heading with its summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.readers.assembly import Assembly
from ingest.readers.content_lines import ContentLine, content_lines
from ingest.readers.documents import TextDocument
from semsearch.errors import FileError, NothingToIndexError
from semsearch.language.document_date import clock_seconds
from semsearch.message import say
from semsearch.records import DateSource

_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_OFTEN = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PEOPLE = {"ORGANIZER": "Organizer", "ATTENDEE": "With"}


def read_calendar(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the entries. The title of a single one is its summary, and its date the date of the document.

    Raises FileError when this is no calendar or has no entries.
    """
    entries = list(_entries(data))
    out = Assembly()
    for entry in entries:
        out.heading(_first(entry, "SUMMARY") or "(no summary)")
        for number, line in enumerate(_lines_of(entry)):
            out.add(line, "\n" if number else "\n\n")
    if not entries:
        raise NothingToIndexError(say("no entries in this calendar"))
    single = entries[0] if len(entries) == 1 else None
    title = _first(single, "SUMMARY") if single else _name_of(data)
    begin = _moment_of(single, "DTSTART") if single else None
    document = out.document(media_type, path, title)
    if begin is None:
        return document
    return replace(document, dated=clock_seconds(begin.at), date_source=DateSource.EVENT)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment, or a whole day. Without a zone it is in the local time of whoever reads it."""

    at: datetime
    is_day: bool

    @property
    def day(self) -> str:
        return f"{self.at:%A} {self.at.day} {self.at:%B %Y}"

    @property
    def clock(self) -> str:
        return "" if self.is_day else f"{self.at:%H:%M}"


def _entries(data: bytes) -> Iterator[list[ContentLine]]:
    """The lines of each entry, without those of alarms in it."""
    is_calendar = False
    entry: list[ContentLine] | None = None
    inner = 0
    for line in content_lines(data):
        value = line.value.strip().upper()
        if line.name == "BEGIN":
            is_calendar = is_calendar or value == "VCALENDAR"
            inner += entry is not None
            entry = [] if value in _ENTRIES and entry is None else entry
        elif line.name == "END":
            if value in _ENTRIES and entry is not None and not inner:
                yield entry
                entry = None
            inner = max(0, inner - 1)
        elif entry is not None and not inner:
            entry.append(line)
    if not is_calendar:
        raise FileError(say("not a calendar: it has no line BEGIN:VCALENDAR"))


def _name_of(data: bytes) -> str:
    """The name of the calendar; "" if it has none."""
    lines = content_lines(data)
    return next((line.text for line in lines if line.name in ("X-WR-CALNAME", "NAME") and line.text), "")


def _first(entry: list[ContentLine], name: str) -> str:
    return next((" ".join(line.text.split()) for line in entry if line.name == name), "")


def _lines_of(entry: list[ContentLine]) -> Iterator[str]:
    when = ", ".join(filter(None, (_when(entry), _repeated(_first(entry, "RRULE")))))
    people = [
        (label, _person(line)) for name, label in _PEOPLE.items() for line in entry if line.name == name
    ]
    due = _moment_of(entry, "DUE")
    yield from filter(None, (
        when and f"When: {when}",
        due and f"Due: {', '.join(filter(None, (due.day, due.clock)))}",
        _labelled("Where", _first(entry, "LOCATION")),
        *(_labelled(label, person) for label, person in people),
        _labelled("Categories", _first(entry, "CATEGORIES")),
        next((line.text for line in entry if line.name == "DESCRIPTION"), ""),
        _labelled("Comment", _first(entry, "COMMENT")),
        _first(entry, "URL"),
    ))  # fmt: skip


def _labelled(label: str, words: str) -> str:
    return f"{label}: {words}" if words else ""


def _person(line: ContentLine) -> str:
    name = line.parameters.get("CN", "")
    address = re.sub(r"(?i)^mailto:", "", line.text)
    return f"{name} <{address}>" if name and name != address else address


def _when(entry: list[ContentLine]) -> str:
    """When an entry begins and ends, in words: "Tuesday 3 June 2025, 09:00 to 10:30"."""
    begin, end = _moment_of(entry, "DTSTART"), _moment_of(entry, "DTEND")
    if begin is None:
        return ""
    if end is None:
        end = _after(begin, _first(entry, "DURATION"))
    first = ", ".join(filter(None, (begin.day, begin.clock)))
    if end is None:
        return first
    # The end of a whole day is the beginning of the next.
    last = (
        replace(end, at=end.at - timedelta(days=1)) if end.is_day and end.at.date() > begin.at.date() else end
    )
    if last.day != begin.day:
        return f"{first} to {', '.join(filter(None, (last.day, last.clock)))}"
    return f"{first} to {last.clock}" if last.clock and last.clock != begin.clock else first


def _after(begin: _Moment, duration: str) -> _Moment | None:
    found = _DURATION.fullmatch(duration) if duration else None
    if found is None:
        return None
    weeks, days, hours, minutes = (int(each or 0) for each in found.groups())
    try:
        at = begin.at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None
    return replace(begin, at=at)


def _repeated(rule: str) -> str:
    """How often an entry is repeated, in words; "" if it is not."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    unit, every = _OFTEN.get(parts.get("FREQ", ""), ""), parts.get("INTERVAL", "1")
    if not unit:
        return ""
    return f"every {unit}" if every == "1" else f"every {every} {unit}s"


def _moment_of(entry: list[ContentLine], name: str) -> _Moment | None:
    line = next((line for line in entry if line.name == name), None)
    found = _MOMENT.match(line.value.strip()) if line else None
    if line is None or found is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    zone = UTC if found[7] else _zone(line.parameters.get("TZID", ""))
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        at.timestamp()
    except (ValueError, OverflowError):
        return None
    return _Moment(at, found[4] is None)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name of Windows, or one of its own
        return None
