"""PDF: its document, from the text of its pages, and pictures of pages for OCR."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.readers.documents import TextDocument
from ingest.readers.limits import joined, limited, named_pages
from ingest.readers.pdf.pages import pages_of
from ingest.readers.pdf.paragraphs import ends_sentence
from ingest.readers.pdf.repair import is_packed_with_brotli, mended, written_anew
from ingest.readers.text import title_of
from semsearch.errors import FileError, NothingToIndexError
from semsearch.message import say

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

# For OCR, pages are drawn at this resolution (dots per inch), with at most this many pixels on a side.
_DPI, _LONGEST_SIDE = 150, 2_400
_TITLE_LENGTH = 120
# A page may end within a sentence when its last line has so many characters: a line of text, or a paragraph
# where a capital follows.
_LINE, _PARAGRAPH = 30, 120


def read_pdf(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the text of all pages. The document is marked as scanned when OCR may find more.

    Raises FileError when the document is damaged, encrypted, or has neither text nor pages to scan.
    """
    pages = pages_of(open_pdf(data))
    left_out = pages.left_out
    if pages.unknown:
        unknown = say(
            "{pages}: unknown characters, which only OCR can read: see SEMSEARCH_OCR",
            pages=named_pages(pages.unknown),
        )
        left_out = joined(left_out, unknown)
    document = document_of(pages.title, pages.texts, left_out, path, media_type)
    if not document.text and pages.unreadable == len(pages.texts):
        raise FileError(say("damaged PDF: none of its {number} pages can be read", number=len(pages.texts)))
    if not document.text and not pages.scanned:
        raise NothingToIndexError(say("no text in this PDF"))
    return replace(document, scanned=bool(pages.scanned))


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF with its forms, mended if it must be. Raises FileError when it is damaged or encrypted."""
    import pypdfium2

    document = _opened(data)
    if document.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        # pypdfium2 warns that it cannot show XML forms. Their values are also there as plain fields.
        logging.getLogger("pypdfium2").setLevel(logging.ERROR)
        document.init_forms()
    return document


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2

    if is_packed_with_brotli(data):
        data = written_anew(data) or data
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise FileError(say("encrypted PDF: needs a password")) from error
        for other in mended(data):
            with contextlib.suppress(pypdfium2.PdfiumError):
                return pypdfium2.PdfDocument(other)
        raise FileError(say("damaged PDF: {why}", why=str(error))) from error


def picture_of_page(document: pypdfium2.PdfDocument, number: int) -> Image:
    """Draw a page, for OCR. Raises FileError when PDFium cannot."""
    import pypdfium2

    try:
        with closing(document[number]) as page:
            scale = min(_DPI / 72, _LONGEST_SIDE / max(page.get_size()))
            picture: Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise FileError(
            say("damaged PDF: page {page} cannot be drawn: {why}", page=number + 1, why=str(error))
        ) from error
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


def _assemble(sources: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """Join all pages to one text, and return where each begins."""
    parts: list[str] = []
    pages: list[int] = []
    length = 0
    for page in sources:
        if page and parts:
            gap = "\n\n" if ends_sentence(parts[-1]) else " " if _runs_on(parts[-1], page) else "\n"
            parts.append(gap)
            length += len(gap)
        pages.append(length)
        if page:
            parts.append(page)
            length += len(page)
    return "".join(parts), tuple(pages)


def _runs_on(page: str, following: str) -> bool:
    """Whether a sentence that does not end on a page goes on on the next one."""
    line = page[page.rfind("\n") + 1 :]
    return line.endswith(",") or len(line) >= (_LINE if following[0].islower() else _PARAGRAPH)


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if 3 < len(line) <= _TITLE_LENGTH and re.search(r"[^\W\d_]{2}", line) else ""
