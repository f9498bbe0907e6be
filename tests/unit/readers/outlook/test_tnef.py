"""winmail.dat: a file of its own, and attached to a mail."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from ingest.readers.mail import read_mail, read_outlook
from ingest.readers.outlook.tnef import read_tnef
from semsearch.errors import FileError
from tests.unit.readers.outlook.test_msg import file_time

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def attribute(number: int, value: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + bytes(2)


def tnef(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\0" + b"".join(attributes)


def padded(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value + bytes(-len(value) % 4)


def properties(**values: str | bytes | int) -> bytes:
    """A MAPI block; values are by number, as `p0037`: text in UTF-16, binary, or a time."""
    parts = []
    for name, value in values.items():
        number = int(name[1:], 16)
        if isinstance(value, int):
            parts.append(struct.pack("<HHq", 0x40, number, value))
        else:
            kind, written = (
                (0x1F, f"{value}\0".encode("utf-16-le")) if isinstance(value, str) else (0x102, value)
            )
            parts.append(struct.pack("<HHI", kind, number, 1) + padded(written))
    return struct.pack("<I", len(parts)) + b"".join(parts)


def attached(name: bytes, content: bytes) -> bytes:
    return (
        attribute(0x9002, bytes(14), 2) + attribute(0x8010, name + b"\0", 2) + attribute(0x800F, content, 2)
    )


def test_the_older_attributes_are_read() -> None:
    letter = read_tnef(tnef(
        attribute(0x8004, b"Choir\0"),
        attribute(0x8005, struct.pack("<7H", 2024, 5, 1, 12, 0, 0, 3)),
        attribute(0x800C, b"New robes.\0"),
        attached(b"list.txt", b"sopranos: Ida"),
    ))  # fmt: skip
    assert (letter.subject, letter.body, letter.sent) == ("Choir", "New robes.", NOON)
    assert [(each.name, each.data) for each in letter.attached] == [("list.txt", b"sopranos: Ida")]


def test_properties_are_read_and_those_with_names_or_several_values_passed_over() -> None:
    named = struct.pack("<HH16sII", 0x1F, 0x8001, b"", 0, 7) + struct.pack("<I", 1) + padded(b"a\0\0\0")
    spelled = struct.pack("<HH16sI", 3, 0x8002, b"", 1) + padded("Color\0".encode("utf-16-le")) + bytes(4)
    several = struct.pack("<HHI", 0x101F, 0x3001, 2) + padded(b"b\0\0\0") + padded(b"c\0\0\0")
    plain = properties(p0037="Choir", p0C1A="Ada", p1013=b"<p>New robes.</p>", t0039=file_time(NOON))
    letter = read_tnef(tnef(attribute(0x9003, plain[:4] + named + spelled + several + plain[4:])))
    assert letter.fields == {
        "From": "Ada", "Date": "Wed, 01 May 2024 12:00:00 +0000", "Subject": "Choir",
    }  # fmt: skip
    assert letter.body == "New robes."


def test_an_attached_mail_is_read() -> None:
    inner = tnef(attribute(0x9003, properties(p0037="Inner", p1000="The inner text.")))
    outer = tnef(attribute(0x9002, bytes(14), 2), attribute(0x9005, properties(p3701=bytes(16) + inner), 2))
    document = read_outlook(outer, "winmail.dat", "application/vnd.ms-tnef")
    assert "The inner text." in document.text
    assert [heading.title for heading in document.headings] == ["Inner"]


def test_what_comes_after_a_damaged_place_is_left_out() -> None:
    whole = tnef(attribute(0x9003, properties(p1000="The text.", p0037="Choir")))
    assert {read_tnef(whole[:cut]).body for cut in range(6, len(whole))} == {"", "The text."}
    assert read_tnef(whole[:-12]).body == "The text."


def test_in_a_mail_it_takes_the_place_of_text_and_attachments() -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Meeting", "o@example.org"
    message.set_content("\n")
    content = tnef(attribute(0x800C, b"Agenda: new robes.\0"), attached(b"list.txt", b"sopranos: Ida, June"))
    message.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    document = read_mail(bytes(message), "mail.eml", "message/rfc822")
    assert document.text.endswith("Subject: Meeting\n\nAgenda: new robes.\n\nlist.txt\n\nsopranos: Ida, June")
    assert "winmail.dat" not in document.text


def test_other_data_are_refused() -> None:
    with pytest.raises(FileError, match=r"not winmail\.dat"):
        read_tnef(b"PK\x03\x04")
