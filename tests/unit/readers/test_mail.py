"""E-mail: header fields, text and attachments."""

import io
import zipfile
from base64 import encodebytes
from email.message import EmailMessage

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.mail import read_mail, read_mailbox
from semsearch.errors import FileError
from semsearch.language.document_date import DocumentDate
from semsearch.records import DateSource


def mail(subject: str = "Onions", text: str = "They keep well.\n", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "Alan <alan@example.org>"
    message["Date"] = "Wed, 01 May 2024 10:00:00 +0000"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def read(source: EmailMessage | bytes) -> TextDocument:
    data = source if isinstance(source, bytes) else bytes(source)
    return read_mail(data, "mail.eml", "message/rfc822")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "cp850"])
def test_bytes_in_a_header_that_names_no_encoding_are_read(encoding: str) -> None:
    document = read("Subject: Schöne Grüße aus Köln\nFrom: x@y.de\n\nHallo\n".encode(encoding))
    assert document.title == "Schöne Grüße aus Köln"


def test_a_mail_says_who_wrote_to_whom_and_its_subject_is_the_title() -> None:
    document = read(mail("Käse & Zwiebeln", "Grüße!"))
    assert document.text == (
        "From: Ada <ada@example.org>\nTo: Alan <alan@example.org>\nDate: Wed, 01 May 2024 10:00:00 +0000\n"
        "Subject: Käse & Zwiebeln\n\nGrüße!"
    )
    assert (document.title, document.title_in_file) == ("Käse & Zwiebeln", True)


def body(document: TextDocument) -> str:
    return document.text.partition("\n\n")[2]


def test_plain_text_goes_before_a_web_page_unless_it_is_empty() -> None:
    page = "<html><body><div>Rich</div><aside>text</aside></body></html>"
    assert body(read(mail(text="Plain", html=page))) == "Plain"
    assert body(read(mail(text=" \n", html=page))) == "Rich\n\ntext"


def test_attachments_are_read_below_their_names_and_pictures_named() -> None:
    message = mail()
    message.add_attachment("# Plan\n\nSow.\n", subtype="markdown", filename="plan.md")
    message.add_attachment("Name,Born\nAda,1815\n", subtype="csv", filename="people.csv")
    message.add_attachment(b"\x89PNG", "image", "png", filename="photo.png")
    message.add_attachment(b"PK broken", "application", "octet-stream", filename="broken.docx")
    document = read(message)
    assert body(document) == (
        "They keep well.\n\nplan.md\n\nPlan\n\nSow.\n\npeople.csv\n\nName: Ada; Born: 1815\n\n"
        "Attachment: photo.png\n\nAttachment: broken.docx"
    )
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (2, "plan.md"),
        (3, "Plan"),
        (2, "people.csv"),
    ]


def test_attached_mails_are_read_two_deep() -> None:
    message = mail("Level 4", "fourth")
    for level in (3, 2, 1, 0):
        outer = mail(f"Level {level}", f"number {level}")
        outer.add_attachment(message)
        message = outer
    document = read(message)
    assert [heading.title for heading in document.headings] == ["Level 1", "Level 2", "Level 3"]
    assert "number 2" in document.text
    assert "number 3" not in document.text


def test_broken_headers_and_unknown_encodings_are_no_obstacle() -> None:
    headers = b"From: <ada@\nDate: not a date\nSubject: F\xfc\xdfe\nContent-Type: text/plain; charset=klingon"
    document = read(headers + b"\n\nK\xe4se")
    assert "Date: not a date" in document.text
    assert document.text.endswith("Käse")


def test_a_mailbox_holds_each_mail_below_its_subject() -> None:
    first, second = (
        mail("One", "Hello.\n\n>From here on.\n"),
        mail("Two", "Bye.\n\nFrom now on, no header.\n"),
    )
    data = b"From ada Wed May\n" + bytes(first) + b"\nFrom alan Thu May\n" + bytes(second)
    document = read_mailbox(data, "inbox.mbox", "application/mbox")
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "One"), (1, "Two")]
    assert "\n\nFrom here on.\n\nTwo\n\nFrom: Ada" in document.text
    assert document.text.endswith("Bye.\n\nFrom now on, no header.")
    assert document.title == "inbox"


def test_what_is_no_mail_says_so() -> None:
    with pytest.raises(FileError, match="not a mail: it does not begin with a header"):
        read(b"<html>Saved by a browser</html>")
    with pytest.raises(FileError, match="not a mailbox"):
        read_mailbox(b"Dear all", "a.mbox", "application/mbox")


@pytest.mark.parametrize(
    ("sent", "clock"),
    [
        ("Sun, 14 Jul 2019 18:30:05 +0200", "2019-07-14 18:30:05"),
        ("Thu, 15 Aug 2024 23:50:00 -0500 (CDT)", "2024-08-15 23:50:00"),
        ("15 Aug 24 00:10 GMT", "2024-08-15 00:10:00"),
        ("2024-08-15 00:10:00 +0200", "2024-08-15 00:10:00"),
    ],
)
def test_a_mail_is_dated_by_the_clock_of_its_sender(sent: str, clock: str) -> None:
    document = dated_mail(f"Date: {sent}\n")
    assert str(DocumentDate(document.dated, document.date_source).moment) == clock
    assert document.date_source == "mail"


def test_a_mail_without_a_date_has_the_one_when_it_first_arrived() -> None:
    lines = "Received: from b by c; Thu, 15 Aug 2024 09:00:00 +0200\n"
    lines += "Received: from a by b;\n Wed, 14 Aug 2024 23:59:00 -0700\n"
    assert str(DocumentDate(dated_mail(lines).dated, DateSource.MAIL).moment) == "2024-08-14 23:59:00"


@pytest.mark.parametrize("sent", ["some day soon", ""])
def test_a_mail_that_does_not_say_when_it_was_sent_has_no_date(sent: str) -> None:
    document = dated_mail(f"Date: {sent}\n")
    assert document.dated == 0


def dated_mail(header: str) -> TextDocument:
    mail = f"From: a@b.c\n{header}Subject: Boats\n\nThey sail.\n".encode()
    return read_mail(mail, "a.eml", "message/rfc822")


def test_an_invitation_says_what_and_when() -> None:
    message = mail()
    event = "BEGIN:VEVENT\r\nSUMMARY:Choir\r\nDTSTART:20240501T190000\r\nEND:VEVENT\r\n"
    message.make_mixed()
    part = EmailMessage()
    part.set_content(f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR", subtype="calendar")
    message.attach(part)
    assert body(read(message)).endswith("Choir\n\nWhen: Wednesday 1 May 2024, 19:00")


EVENT = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Choir\nLOCATION:Loft\nEND:VEVENT\nEND:VCALENDAR"


def multipart(kind: str, *parts: str) -> str:
    """A part of several parts, each of which is written as its fields, an empty line and its text."""
    ends = "".join(f"--{kind}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={kind}\n\n{ends}--{kind}--\n"


PLAIN = "Content-Type: text/plain\n\nSee the plan."
PAGE = "Content-Type: text/html\n\n<p>See the <b>plan</b>.</p>"
CALENDAR = f"Content-Type: text/calendar\n\n{EVENT}"
FILE = "Content-Type: text/plain\nContent-Disposition: inline; filename=plan.txt\n\nWe sail on Friday."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (multipart("alternative", PLAIN, multipart("mixed", PAGE, FILE)), "plan.txt\n\nWe sail on Friday."),
        (multipart("alternative", PLAIN, PAGE, CALENDAR), "Choir\n\nWhere: Loft"),
        (multipart("alternative", multipart("related", PAGE), CALENDAR), "Choir\n\nWhere: Loft"),
    ],
)
def test_files_and_invitations_among_alternatives_are_read_beside_the_letter(source: str, text: str) -> None:
    document = read(f"From: a@b.c\nMIME-Version: 1.0\n{source}".encode())
    assert body(document) == f"See the plan.\n\n{text}"


@pytest.mark.parametrize(
    "lead", [b"\xef\xbb\xbf", b"From a@b.c Mon Jan  1 00:00:00 2024\n", b">From a@b.c\n"]
)
def test_what_programs_put_before_the_header_is_left_out(lead: bytes) -> None:
    document = read(lead + b"Subject: Boats\n\nThey sail.\n")
    assert document.text == "Subject: Boats\n\nThey sail."


def test_an_encoded_mail_in_a_mail_is_read() -> None:
    inner = encodebytes(b"Subject: Boats\n\nThey sail.\n").decode()
    encoded = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    for attached, text in ((inner, "Boats\n\nSubject: Boats\n\nThey sail."), ("a", "(no subject)\n\na")):
        source = f"From: a@b.c\nMIME-Version: 1.0\n{multipart('mixed', PLAIN, encoded + attached)}"
        assert body(read(source.encode())) == f"See the plan.\n\n{text}"


def test_an_attached_text_without_a_name_is_read() -> None:
    attached = "Content-Type: text/plain\nContent-Disposition: attachment\n\nThey sail."
    source = f"From: a@b.c\nMIME-Version: 1.0\n{multipart('mixed', PLAIN, attached)}"
    assert body(read(source.encode())) == "See the plan.\n\nThey sail."


@pytest.mark.parametrize(
    ("delsp", "sent", "text"),
    [
        ("no", "It keeps \nwell.\n From here\n", "It keeps well.\nFrom here"),
        ("yes", "It kee \nps well.\n", "It keeps well."),
        ("no", "> It \n> keeps \nwell.\n-- \nAda \n\nx", "> It keeps \nwell.\n-- \nAda \nx"),
    ],
)
def test_lines_that_a_mail_program_has_cut_are_joined(delsp: str, sent: str, text: str) -> None:
    head = f"From: a@b.c\nContent-Type: text/plain; format=flowed; delsp={delsp}\n\n"
    assert read((head + sent).encode()).text.partition("\n\n")[2].strip() == text


def test_files_in_an_attached_archive_are_read_as_attached() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        for name in ("a/letter.txt", "a/photo.jpg", "__MACOSX/a/._letter.txt", "a/.hidden.txt", "a/"):
            inside.writestr(name, "The parrot is called Bismuth.")
    message = mail()
    message.add_attachment(archive.getvalue(), maintype="application", subtype="zip", filename="all.zip")
    message.add_attachment(b"PK no", maintype="application", subtype="zip", filename="broken.zip")
    document = read(message)
    assert [heading.title for heading in document.headings] == ["all.zip", "a/letter.txt", "broken.zip"]
    assert document.text.count("Bismuth") == 1
    assert "Attachment: a/photo.jpg" in document.text
