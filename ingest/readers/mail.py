"""E-mail: sender, recipients, date and subject, the text, and the text of attachments."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import MIMEPart
from email.utils import parsedate_to_datetime

from ingest.readers import registry
from ingest.readers.assembly import Assembly
from ingest.readers.calendar import read_calendar
from ingest.readers.documents import TextDocument
from ingest.readers.html.page import read_whole
from ingest.readers.outlook import msg, tnef
from ingest.readers.outlook.letter import Letter
from ingest.readers.text import clean, decode
from ingest.readers.zip_archive import Archive
from semsearch.errors import FileError
from semsearch.formats import table
from semsearch.language.document_date import clock_seconds
from semsearch.message import say
from semsearch.records import DateSource, Kind

_FIELDS = ("From", "To", "Cc", "Date", "Subject")
# The types of what is written in the mail itself. A part of many that cannot be parted is one text.
_WRITTEN = ("text", "multipart")
# Attached mails are read two levels deep: a mail that is attached to a mail that is attached to this one.
_DEEPEST = 2
# What is read of an attached archive: so many files, without folders and hidden files.
_MOST_MEMBERS, _NO_FILE = 200, re.compile(r"/$|(?:^|/)(?:\.|__MACOSX/)")
# What programs put before the header: a byte order mark, and the line that parts the mails of an mbox.
_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\n]*\n)?")
_HEADER = re.compile(_LEAD.pattern + rb"[\x21-\x39\x3b-\x7e]{1,80}:")
# In an mbox, each mail begins with a line "From ..."; ">From" at the start of a line in a mail means "From".
_ENVELOPE = re.compile(rb"(?:\A|\n\r?\n)From [^\n]*\n(?=[\x21-\x39\x3b-\x7e]{1,80}:)")
# A line of a mail whose lines are cut: marks of quotation, a space that is no text, and words.
_FLOWED, _SIGNATURE = re.compile(r"(>*) ?(.*)"), "-- "
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_mail(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read one mail; its subject is the title. Raises FileError when it is not a mail, or is too long."""
    if not _HEADER.match(data):
        raise FileError(say("not a mail: it does not begin with a header"))
    out = Assembly()
    message = _parsed(data)
    _write(out, message, 0)
    return _dated(out.document(media_type, path, _field(message, "Subject")), _sent(message))


def _sent(message: MIMEPart) -> datetime | None:
    """Return when the mail was sent, or else when it first arrived; None when it does not say."""
    # Each server adds a line above those of the servers before it, which ends with the time.
    arrived = [
        str(line).rpartition(";")[2] for name, line in message.raw_items() if name.lower() == "received"
    ]
    for text in (_field(message, "Date"), *reversed(arrived)):
        for read in (parsedate_to_datetime, datetime.fromisoformat):
            with suppress(ValueError, TypeError, OverflowError, IndexError):
                return read(" ".join(text.split()))
    return None


def read_outlook(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read a message that Outlook has saved, or winmail.dat. Raises FileError when it is neither."""
    letter = tnef.read_tnef(data) if data.startswith(tnef.SIGNATURE) else msg.read_message(data)
    out = Assembly()
    _write_letter(out, letter, 0)
    return _dated(out.document(media_type, path, letter.subject), letter.sent)


def _dated(document: TextDocument, sent: datetime | None) -> TextDocument:
    """The document of a mail, with the date when it was sent."""
    if sent is None:
        return document
    return replace(document, dated=clock_seconds(sent), date_source=DateSource.MAIL)


def read_mailbox(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read an mbox, each mail below a heading with its subject. Raises FileError when there is no mail."""
    starts = list(_ENVELOPE.finditer(data))
    if not starts:
        raise FileError(say('not a mailbox: no mail in it begins with a line "From ..."'))
    out = Assembly()
    ends = [*(start.start() for start in starts[1:]), len(data)]
    for start, end in zip(starts, ends, strict=True):
        message = _parsed(_QUOTED.sub(rb"\1", data[start.end() : end]))
        out.heading(_field(message, "Subject") or "(no subject)")
        _write(out, message, 0)
    return out.document(media_type, path)


def _parsed(data: bytes) -> MIMEPart:
    return message_from_bytes(_LEAD.sub(b"", data, count=1), policy=policy.default)


def _field(message: MIMEPart, name: str) -> str:
    raw = next((str(raw) for key, raw in message.raw_items() if key.casefold() == name.casefold()), "")
    try:
        if not raw.isascii() and "=?" not in raw:  # bytes of an encoding that the mail does not name
            return " ".join(decode(raw.encode("utf-8", "surrogateescape")).split())
        return " ".join(clean(str(message.get(name, ""))).split())
    except Exception:
        # The parser of the standard library raises many kinds of errors on broken addresses and dates.
        return next((" ".join(str(raw).split()) for key, raw in message.raw_items() if key == name), "")


def _write(out: Assembly, message: MIMEPart, depth: int) -> None:
    """Write a mail and its attachments. `depth` is 0 for the file itself, 1 for a mail attached to it."""
    gap = "\n\n"
    for name in _FIELDS:
        if value := _field(message, name):
            out.add(f"{name}: {value}", gap)
            gap = "\n"
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            _write_mail(out, _attached(part), depth + 1)
        elif _bytes(part).startswith(tnef.SIGNATURE):
            _write_body(out, tnef.read_tnef(_bytes(part)), depth)
        elif part.get_content_maintype() in _WRITTEN and not part.get_filename():
            with suppress(FileError):  # an empty text
                out.add(_text(part))
        else:
            _write_attachment(out, part.get_filename() or "", _bytes(part), depth + 1)


def _parts(part: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts of a mail in order. Of the texts in several alternatives only the plainest is one."""
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        yield part
        return
    inner = [list(_parts(one)) for one in part.iter_parts()]
    body = _plainest(inner) if part.get_content_type() == "multipart/alternative" else None
    for parts in inner:
        keeps_all = body is None or parts is body
        yield from (one for one in parts if keeps_all or not _is_wording(one))


def _plainest(alternatives: Sequence[list[MIMEPart]]) -> list[MIMEPart] | None:
    """The first alternative with plain text, else with a web page, else the last one."""
    for kind in ("text/plain", "text/html"):
        for parts in alternatives:
            wordings = (one for one in parts if one.get_content_type() == kind and _is_wording(one))
            if any(_bytes(one).strip() for one in wordings):
                return parts
    return alternatives[-1] if alternatives else None


def _is_wording(part: MIMEPart) -> bool:
    """Whether a part says what another alternative says too. A file and an invitation do not."""
    is_text = part.get_content_maintype() in _WRITTEN and part.get_content_type() != "text/calendar"
    return is_text and not part.get_filename()


def _attached(part: MIMEPart) -> MIMEPart:
    """The mail that is attached in a part. Some programs encode it, which makes its header text."""
    mail: MIMEPart = part.get_payload(0)  # type: ignore[assignment]
    if not mail.keys() and _field(part, "Content-Transfer-Encoding").lower() == "base64":
        with suppress(ValueError):  # it is damaged
            return _parsed(b64decode(str(mail.get_payload())))
    return mail


def _bytes(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: MIMEPart) -> str:
    charset = part.get_content_charset() or ""
    if part.get_content_type() == "text/html":
        return read_whole(_bytes(part), "", "text/html", charset).text
    if part.get_content_type() == "text/calendar":  # an invitation
        return read_calendar(_bytes(part), "", "text/calendar").text
    text = decode(_bytes(part), charset)
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return _unflowed(text, deletes_space=str(part.get_param("delsp", "")).lower() == "yes")


def _unflowed(text: str, *, deletes_space: bool) -> str:
    """Join the lines that a mail program has cut, which end with a space (RFC 3676)."""
    out: list[str] = []
    depth = -1  # how deep the line before is quoted, if this one goes on with it
    for line in text.split("\n"):
        quote, words = _FLOWED.fullmatch(line).groups()  # type: ignore[union-attr]
        if len(quote) == depth and words != _SIGNATURE:
            out[-1] = out[-1].removesuffix(" " if deletes_space else "") + words
        else:
            out.append(f"{quote} {words}" if quote else words)
        depth = len(quote) if words.endswith(" ") and words != _SIGNATURE else -1
    return "\n".join(out)


def _write_mail(out: Assembly, message: MIMEPart, depth: int) -> None:
    out.heading(_field(message, "Subject") or "(no subject)", depth + 1)
    if depth <= _DEEPEST:
        _write(out, message, depth)


def _write_letter(out: Assembly, letter: Letter, depth: int) -> None:
    """Write a mail of Outlook and its attachments. `depth` is as in `_write`."""
    for number, (name, value) in enumerate(letter.fields.items()):
        out.add(f"{name}: {value}", "\n" if number else "\n\n")
    _write_body(out, letter, depth)


def _write_body(out: Assembly, letter: Letter, depth: int) -> None:
    out.add(letter.body)
    for attached in letter.attached:
        inner = attached.letter
        if inner is None:
            _write_attachment(out, attached.name, attached.data, depth + 1)
        else:
            out.heading(inner.subject or attached.name or "(no subject)", depth + 2)
            if depth < _DEEPEST:
                _write_letter(out, inner, depth + 1)


def _write_members(out: Assembly, archive: Archive, depth: int) -> None:
    """Write the files in an attached archive as if each was attached."""
    files = [name for name in archive.names if not _NO_FILE.search(name)]
    for name in files[:_MOST_MEMBERS]:
        _write_attachment(out, name, archive.read(name), depth)


def _write_attachment(out: Assembly, name: str, data: bytes, depth: int) -> None:
    """Write the text of an attached file below its name, or only the name when the file is not read."""
    name = " ".join(clean(name).split())
    row = table.FORMATS.of_path(name)
    if row is not None and row.media_type == "message/rfc822":
        _write_mail(out, _parsed(data), depth)
    elif row is not None and row.kind is Kind.TEXT and depth <= _DEEPEST:
        try:
            document = registry.parse(data, name, row, None)
        except Exception:
            # Readers raise nearly any error on a damaged attachment, and the mail itself is not damaged.
            out.add(f"Attachment: {name}")
            return
        out.heading(name, depth + 1)
        if isinstance(document, TextDocument):
            out.include(document, below=depth + 1)
    elif name.lower().endswith(".zip") and depth < _DEEPEST:
        out.heading(name, depth + 1)
        with suppress(FileError):  # the first member that is damaged is the last one
            _write_members(out, Archive(data, say("a ZIP archive")), depth + 1)
    else:
        out.add(f"Attachment: {name}" if name else "")
