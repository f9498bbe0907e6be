"""Messages that Outlook has saved."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.mail import read_outlook
from semsearch.errors import FileError
from semsearch.records import DateSource
from tests.unit.readers.office.test_word import docx
from tests.unit.readers.outlook.compound_file import Tree, compound_file

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def numbers(header: int = 32, **values: int) -> bytes:
    """The stream of properties that are numbers: `t0039` is a time, `l3FDE` a number."""
    rows = (
        struct.pack("<HHIq", {"t": 0x40, "l": 3}[name[0]], int(name[1:], 16), 0, value)
        for name, value in values.items()
    )
    return bytes(header) + b"".join(rows)


def file_time(moment: datetime) -> int:
    return int((moment.timestamp() + 11_644_473_600) * 10**7)


def message(header: int = 32, /, **values: str | bytes | Tree) -> Tree:
    """A message; values are by number, as `p0037`. Text is UTF-16, bytes are binary."""
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": numbers(header, t0039=file_time(NOON)),
        "__substg1.0_0C1A001F": "Ada".encode("utf-16-le"),
    }
    for name, value in values.items():
        if isinstance(value, str):
            tree[f"__substg1.0_{name[1:]}001F"] = value.encode("utf-16-le")
        elif isinstance(value, bytes):
            tree[f"__substg1.0_{name[1:]}0102"] = value
        else:
            tree[name] = value
    return tree


def attachment(name: str, content: bytes) -> Tree:
    return {
        "__properties_version1.0": bytes(8),
        "__substg1.0_3707001F": name.encode("utf-16-le"),
        "__substg1.0_37010102": content,
    }


def read(tree: Tree) -> TextDocument:
    return read_outlook(compound_file(tree), "mail.msg", "application/vnd.ms-outlook")


def test_a_message_says_who_wrote_to_whom_when_and_about_what() -> None:
    document = read(message(
        p0037="Käse & Zwiebeln", p0E04="Alan; Grace", p0E03="Edsger", p5D01="ada@example.org",
        p1000="Grüße!\r\n",
    ))  # fmt: skip
    assert document.text == (
        "From: Ada <ada@example.org>\nTo: Alan; Grace\nCc: Edsger\nDate: Wed, 01 May 2024 12:00:00 +0000\n"
        "Subject: Käse & Zwiebeln\n\nGrüße!"
    )
    assert (document.title, document.title_in_file) == ("Käse & Zwiebeln", True)
    assert (document.dated, document.date_source) == (NOON.timestamp(), DateSource.MAIL)


def test_the_page_is_read_where_there_is_no_text() -> None:
    page = b"<html><body><p>The <b>ferry</b> leaves.</p></body></html>"
    assert read(message(p1013=page)).text.endswith("\n\nThe ferry leaves.")
    assert "ferry" not in read(message(p1013=page, p1000="The text.")).text


def test_text_in_a_code_page_is_decoded() -> None:
    tree = {
        "__properties_version1.0": numbers(l3FDE=1251),
        "__substg1.0_1000001E": "Расписание электричек на лето".encode("cp1251") + b"\0",
    }
    assert "Расписание электричек" in read(tree).text


def test_attachments_are_read_below_their_names_and_pictures_named() -> None:
    files = {
        "list.txt": b"sopranos: Ida, June",
        "plan.docx": docx("<w:p><w:r><w:t>Sow.</w:t></w:r></w:p>"),
        "photo.jpg": b"\xff\xd8\xff" * 3000,
    }
    attached = {
        f"__attach_version1.0_#{n:08}": attachment(name, content)
        for n, (name, content) in enumerate(files.items())
    }
    tree = message(p1000="See below.", **attached)
    document = read(tree)
    assert document.text.endswith(
        "list.txt\n\nsopranos: Ida, June\n\nplan.docx\n\nSow.\n\nAttachment: photo.jpg"
    )
    assert [heading.title for heading in document.headings] == ["list.txt", "plan.docx"]


def test_an_attached_message_is_read_below_its_subject() -> None:
    inner = message(24, p0037="Inner", p1000="The inner text.")
    attached: Tree = {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner}
    tree = message(p1000="Outer", **{"__attach_version1.0_#00000000": attached})
    document = read(tree)
    assert "The inner text." in document.text
    assert [heading.title for heading in document.headings] == ["Inner"]


def test_the_path_of_a_directory_is_no_address() -> None:
    assert "/O=FIRM" not in read(message(p0C1F="/O=FIRM/CN=ADA", p1000="Text")).text


def test_a_part_that_says_to_be_larger_than_the_file_is_damaged() -> None:
    data = bytearray(compound_file(message(p1000="words " * 2000)))
    row = data.find("__substg1.0_1000001F".encode("utf-16-le"))
    data[row + 120 : row + 124] = (300_000_000).to_bytes(4, "little")
    with pytest.raises(FileError, match="says to be larger than the file"):
        read_outlook(bytes(data), "mail.msg", "application/vnd.ms-outlook")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Subject: text\n\nwords", "not an Outlook message, whatever its name says: this is text"),
        (compound_file({"WordDocument": b"x" * 5000}), "this is another Office file"),
        (compound_file(message(p1000="Text"))[:700], "damaged: "),
    ],
)
def test_what_is_no_message_says_what_it_is(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_outlook(data, "mail.msg", "application/vnd.ms-outlook")
