"""MHTML: a web page that a browser has saved with its pictures, as the parts of a mail."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

from ingest.readers.documents import TextDocument
from ingest.readers.html.page import read_html
from ingest.readers.text import own_title
from semsearch.errors import FileError
from semsearch.message import say


def read_web_archive(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the main text of the page. Raises FileError when the file has no page in it."""
    message = message_from_bytes(data.lstrip(), policy=policy.compat32)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes):
        raise FileError(say("not a saved page: no part of it is HTML"))
    document = read_html(content, path, "text/html", str(page.get_content_charset() or ""))
    return replace(document, media_type=media_type, title=own_title(document.title) or document.title)
