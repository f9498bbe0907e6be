"""PDF: the text layer, page by page, with its lines joined to paragraphs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.readers.documents import TextDocument
from ingest.readers.limits import first_of, limited
from ingest.readers.pdf_notes import notes
from ingest.readers.text import clean, own_title, title_of
from semsearch.errors import FileError, NothingToIndexError

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

# The longest books have some 2,000 pages. A longer file is a printed database, and takes too long.
MAX_PAGES = 5_000
# For OCR, pages are drawn at this resolution (dots per inch), with at most this many pixels on a side.
_DPI, _LONGEST_SIDE = 150, 2_400
# A page with fewer characters than this may be a picture of more text.
_LEAST_TEXT = 25

# The end of a line within a word, marked by a character of PDFium's or by a hyphen of the writer's. A hard
# hyphen stays when a capital or a digit follows: "Jean-\nLuc", "2019-\n2020".
_DIVIDED = re.compile(r"(?:[\ufffe\u00ad\x02]|(?<=[^\W\d_])[-\u2010](?=\n[^\W\d_A-Z]))[ \t]*\n?")
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]*$")
_NEW_ITEM = re.compile(r"(?:[•‣▪◦●*–—-]|\(?\d{1,3}[.)]|\[\d+\])\s")
# A line shorter than this part of the page's long lines ends its paragraph.
_FULL = 0.75
_SHORTEST_FULL_LINE = 30

_TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class PdfPages:
    """The text of a PDF, page by page, and its title in the metadata.

    `scanned` has the numbers, from 0, of the pages that show a picture, or drawn letters, in place of text.
    `unreadable` counts the pages that PDFium cannot read; their text is empty. `left_out` says that there are
    more pages.
    """

    title: str
    texts: tuple[str, ...]
    scanned: tuple[int, ...]
    unreadable: int
    left_out: str


def read_pdf(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the text of all pages. The document is marked as scanned when OCR may find more.

    Raises FileError when the document is damaged, encrypted, or has neither text nor pages to scan.
    """
    pages = pages_of(open_pdf(data))
    document = document_of(pages.title, pages.texts, pages.left_out, path, media_type)
    if not document.text and pages.unreadable == len(pages.texts):
        raise FileError(f"damaged PDF: none of its {len(pages.texts)} pages can be read")
    if not document.text and not pages.scanned:
        raise NothingToIndexError("no text in this PDF")
    return replace(document, scanned=bool(pages.scanned))


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF with its forms. Raises FileError when it is damaged or encrypted."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise FileError("encrypted PDF: needs a password") from error
        raise FileError(f"damaged PDF: {error}") from error
    if document.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        # pypdfium2 warns that it cannot show XML forms. Their values are also there as plain fields.
        logging.getLogger("pypdfium2").setLevel(logging.ERROR)
        document.init_forms()
    return document


def pages_of(document: pypdfium2.PdfDocument) -> PdfPages:
    """Read the text that the first MAX_PAGES pages have without OCR."""
    import pypdfium2

    texts: list[str] = []
    scanned: list[int] = []
    unreadable = 0
    for number in range(min(len(document), MAX_PAGES)):
        try:
            with closing(document[number]) as page:
                text = _text(page)
                # It may have a little text all the same: a scanner may have stamped a number on it.
                if len(text) < _LEAST_TEXT and pypdfium2.raw.FPDFPage_CountObjects(page):
                    scanned.append(number)
        except pypdfium2.PdfiumError:
            unreadable += 1
            text = ""
        texts.append(text)
    title = own_title(document.get_metadata_value("Title"))
    left_out = first_of(MAX_PAGES, len(document), "pages") if len(document) > MAX_PAGES else ""
    return PdfPages(title, tuple(texts), tuple(scanned), unreadable, left_out)


def picture_of_page(document: pypdfium2.PdfDocument, number: int) -> Image:
    """Draw a page, for OCR. Raises FileError when PDFium cannot."""
    import pypdfium2

    try:
        with closing(document[number]) as page:
            scale = min(_DPI / 72, _LONGEST_SIDE / max(page.get_size()))
            picture: Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise FileError(f"damaged PDF: page {number + 1} cannot be drawn: {error}") from error
    return picture


def document_of(title: str, texts: Iterable[str], left_out: str, path: str, media_type: str) -> TextDocument:
    """Join the texts of pages to one document. Sentences may run on from page to page.

    Without a title in the metadata, the first line is the title if it looks like one. `left_out` says that
    there are more pages; the document also says it when the text is too long.
    """
    text, pages = _assemble(texts)
    title = title or _first_line(text)
    return limited(
        TextDocument(
            media_type,
            title or title_of(path),
            text,
            pages=pages,
            title_in_file=bool(title),
            left_out=left_out,
        )
    )


def _text(page: pypdfium2.PdfPage) -> str:
    text = paragraphs(page.get_textpage().get_text_bounded())
    return "\n\n".join(filter(None, [text, *(clean(note) for note in notes(page))]))


def _assemble(sources: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """Join all pages to one text, and return where each begins."""
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
    return "".join(parts), tuple(pages)


def paragraphs(source: str) -> str:
    """Join the lines of a page to paragraphs. Divided words are joined; a full line runs on into the next."""
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
