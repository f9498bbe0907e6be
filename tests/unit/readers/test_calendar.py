"""Calendars."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.readers.calendar import read_calendar
from ingest.readers.documents import TextDocument
from semsearch.errors import FileError
from semsearch.records import DateSource


def read(*entries: str, before: str = "") -> TextDocument:
    body = "".join(entries).replace("\n", "\r\n")
    return read_calendar(
        f"BEGIN:VCALENDAR\r\n{before}{body}END:VCALENDAR\r\n".encode(), "dates.ics", "text/calendar"
    )


def event(lines: str, kind: str = "VEVENT") -> str:
    return f"BEGIN:{kind}\n{lines}END:{kind}\n"


def test_an_event_says_what_when_where_and_with_whom() -> None:
    document = read(event(
        "SUMMARY:Dentist appointment\\, Rowan\nDTSTART;TZID=Europe/Berlin:20250603T090000\n"
        "DTEND;TZID=Europe/Berlin:20250603T100000\nLOCATION:Mill Street 4\nRRULE:FREQ=MONTHLY;INTERVAL=6\n"
        "ORGANIZER;CN=Dr Vane:mailto:vane@example.org\n"
        'ATTENDEE;CN="Rowan: son";ROLE=REQ:mailto:r@example.org\n'
        "DESCRIPTION:Bring the card\\nand the boy.\nUID:1@x\n"
        "BEGIN:VALARM\nDESCRIPTION:Reminder\nTRIGGER:-PT15M\nEND:VALARM\n"
    ))  # fmt: skip
    assert document.text == (
        "Dentist appointment, Rowan\n\nWhen: Tuesday 3 June 2025, 09:00 to 10:00, every 6 months\n"
        "Where: Mill Street 4\nOrganizer: Dr Vane <vane@example.org>\nWith: Rowan: son <r@example.org>\n"
        "Bring the card\nand the boy."
    )
    assert document.title == "Dentist appointment, Rowan"
    # A date is what the clock of its place shows.
    assert document.dated == datetime(2025, 6, 3, 9, tzinfo=UTC).timestamp()
    assert document.date_source is DateSource.EVENT


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        ("DTSTART;VALUE=DATE:20240501\nDTEND;VALUE=DATE:20240502\n", "Wednesday 1 May 2024"),
        (
            "DTSTART;VALUE=DATE:20240501\nDTEND;VALUE=DATE:20240504\n",
            "Wednesday 1 May 2024 to Friday 3 May 2024",
        ),
        (
            "DTSTART:20240501T220000Z\nDURATION:PT3H30M\n",
            "Wednesday 1 May 2024, 22:00 to Thursday 2 May 2024, 01:30",
        ),
        ("DTSTART:20240501T220000Z\nDTEND:20240501\n", "Wednesday 1 May 2024, 22:00"),
        ("DTSTART:20240501T220000\n", "Wednesday 1 May 2024, 22:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20240501T220000\n", "Wednesday 1 May 2024, 22:00"),
        ("DTSTART:20240501T220000\nRRULE:FREQ=WEEKLY;BYDAY=WE\n", "Wednesday 1 May 2024, 22:00, every week"),
    ],
)
def test_when_is_said_in_words(lines: str, when: str) -> None:
    assert read(event(f"SUMMARY:Choir\n{lines}")).text == f"Choir\n\nWhen: {when}"


@pytest.mark.parametrize("moment", ["20241301T000000", "00000101", "soon", ""])
def test_a_date_that_does_not_exist_is_left_out(moment: str) -> None:
    assert read(event(f"SUMMARY:Choir\nDTSTART:{moment}\nLOCATION:Hall\n")).text == "Choir\n\nWhere: Hall"


def test_several_entries_stand_below_their_summaries() -> None:
    tasks = (
        event("SUMMARY:Buy robes\nDUE:20240501T080000Z\n", "VTODO"),
        event("DESCRIPTION:Rain.\n", "VJOURNAL"),
    )
    document = read(event("SUMMARY:Choir\n"), *tasks, before="X-WR-CALNAME:Family\r\n")
    assert [heading.title for heading in document.headings] == ["Choir", "Buy robes", "(no summary)"]
    assert "Due: Wednesday 1 May 2024, 08:00" in document.text
    assert (document.title, document.dated) == ("Family", 0.0)


def test_a_calendar_without_entries_has_nothing_to_index_and_other_text_is_refused() -> None:
    with pytest.raises(FileError, match="no entries in this calendar"):
        read()
    with pytest.raises(FileError, match="not a calendar: it has no line BEGIN:VCALENDAR"):
        read_calendar(b"Some text: with a colon.", "dates.ics", "text/calendar")
