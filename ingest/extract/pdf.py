"""PDF: the text layer, page by page, with its lines put together to paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.documents import TextDocument
from ingest.extract.text import MAX_CHARACTERS, clean, own_title, title_of
from semsearch.errors import FileError

if TYPE_CHECKING:
    import pypdfium2

# The longest books have some 2,000 pages; more is a printed database, and would not end in time.
MAX_PAGES = 5_000

# What PDFium puts where a word is divided at the end of a line, and what writers leave there. A hard
# hyphen stays when a capital or a digit follows: "Jean-\nLuc", "2019-\n2020".
_DIVIDED = re.compile(r"(?:[\ufffe\u00ad\x02]|(?<=[^\W\d_])[-\u2010](?=\n[^\W\d_A-Z]))[ \t]*\n?")
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]*$")
_NEW_ITEM = re.compile(r"(?:[•‣▪◦●*–—-]|\(?\d{1,3}[.)]|\[\d+\])\s")
# A line shorter than this part of the page's long lines ended because its paragraph did.
_FULL = 0.75
_SHORTEST_FULL_LINE = 30

_TITLE_LENGTH = 120


def read_pdf(data: bytes, path: str, media_type: str) -> TextDocument:
    """The text of all pages. A page that PDFium cannot read counts as empty.

    Raises FileError when the document is damaged, encrypted, too long, or has no text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise FileError("encrypted PDF: needs a password") from error
        raise FileError(f"damaged PDF: {error}") from error
    if len(document) > MAX_PAGES:
        limit = f"more than {MAX_PAGES:,} pages ({len(document):,})"
        raise FileError(f"{limit}. Split it, or leave it out with .semsearchignore")
    unreadable: list[int] = []
    text, pages = _assemble(_page_texts(document, unreadable))
    if not text and len(unreadable) == len(document):
        raise FileError(f"damaged PDF: none of its {len(document)} pages can be read")
    if not text:
        raise FileError("no text layer: scanned pages need OCR, which semsearch does not do yet")
    title = own_title(document.get_metadata_value("Title")) or _first_line(text)
    return TextDocument(media_type, title or title_of(path), text, pages=pages, title_in_file=bool(title))


def _page_texts(document: pypdfium2.PdfDocument, unreadable: list[int]) -> Iterator[str]:
    """The text of each page; "" for one that PDFium cannot read, whose number is noted."""
    import pypdfium2

    for number in range(len(document)):
        try:
            page = document[number]
            try:
                yield paragraphs(page.get_textpage().get_text_bounded())
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            unreadable.append(number)
            yield ""


def _assemble(sources: Iterator[str]) -> tuple[str, tuple[int, ...]]:
    """All pages as one text, and where each begins. A sentence may run on over the edge of a page."""
    parts: list[str] = []
    pages: list[int] = []
    length = 0
    for page in sources:
        if page and parts:
            gap = "\n\n" if _SENTENCE_END.search(parts[-1]) else "\n"
            parts.append(gap)
            length += len(gap)
        pages.append(length)
        if page:
            parts.append(page)
            length += len(page)
        if length > MAX_CHARACTERS:
            raise FileError(f"longer than {MAX_CHARACTERS // 10**6} million characters. Split it")
    return "".join(parts), tuple(pages)


def paragraphs(source: str) -> str:
    """The lines of a page as paragraphs: divided words are joined, full lines run on."""
    source = _DIVIDED.sub("", _LINE_END.sub("\n", source))
    lines = [_SPACES.sub(" ", line).strip() for line in clean(source).split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = max(_SHORTEST_FULL_LINE, _FULL * lengths[int(len(lengths) * 0.9)])
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line:
            continue
        parts.append(line)
        if not following or (len(line) < full and _SENTENCE_END.search(line)):
            parts.append("\n\n")
        elif len(line) < full or _NEW_ITEM.match(following):
            parts.append("\n")
        else:
            parts.append(" ")
    return "".join(parts).strip()


_LINE_END = re.compile(r"[ \t]*(?:\r\n?|\f|\n)")


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if 3 < len(line) <= _TITLE_LENGTH and re.search(r"[^\W\d_]{2}", line) else ""
