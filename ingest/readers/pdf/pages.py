"""The text that the pages of a PDF have without OCR, and which of them OCR may read better."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.limits import first_of
from ingest.readers.pdf.columns import text_in_order
from ingest.readers.pdf.divided_words import DividedWords, completed
from ingest.readers.pdf.glyph_soup import is_glyph_soup
from ingest.readers.pdf.notes import notes
from ingest.readers.pdf.paragraphs import lines_of, paragraphs
from ingest.readers.pdf.running_heads import without_running_heads
from ingest.readers.text import clean, own_title
from semsearch.message import say

if TYPE_CHECKING:
    import pypdfium2

# The longest books have some 2,000 pages. A longer file is a printed database, and takes too long.
MAX_PAGES = 5_000
# A page with fewer characters than this may be a picture of more text.
_LEAST_TEXT = 25
# So may a page with fewer than these, if a picture covers this part of it: what it has may be a stamp, or a
# running head.
_LITTLE_TEXT, _COVERED = 300, 0.5
# The drawn objects of a page that are looked at.
_MOST_OBJECTS = 200


@dataclass(frozen=True, slots=True)
class PdfPages:
    """The text of a PDF, page by page, and its title in the metadata.

    `scanned` has the numbers, from 0, of the pages that show a picture, drawn letters or unknown characters
    in place of text. `unknown` has those of them with unknown characters. `unreadable` counts the pages that
    PDFium cannot read; their text is empty. `left_out` says that there are more pages.
    """

    title: str
    texts: tuple[str, ...]
    scanned: tuple[int, ...]
    unknown: tuple[int, ...]
    unreadable: int
    left_out: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as PDFium reads it: its lines, its notes, and what else is drawn on it."""

    lines: str = ""
    notes: tuple[str, ...] = ()
    is_readable: bool = True
    is_drawn: bool = False
    is_covered: bool = False
    is_soup: bool = False

    def may_be_scanned(self, left: str) -> bool:
        """Whether OCR may find more than the text that is left when running heads are removed."""
        length = len(self.lines.strip()) + sum(map(len, self.notes))
        few = length < _LEAST_TEXT and self.is_drawn
        return few or self.is_soup or (len(left.strip()) < _LITTLE_TEXT and self.is_covered)


def pages_of(document: pypdfium2.PdfDocument) -> PdfPages:
    """Read the text that the first MAX_PAGES pages have without OCR."""
    pages = [_page(document, number) for number in range(min(len(document), MAX_PAGES))]
    lines = completed(without_running_heads([page.lines for page in pages]))
    words = DividedWords(lines)
    both = list(enumerate(zip(pages, lines, strict=True)))
    return PdfPages(
        own_title(document.get_metadata_value("Title")),
        tuple("\n\n".join(filter(None, [paragraphs(left, words), *page.notes])) for _, (page, left) in both),
        tuple(number for number, (page, left) in both if page.may_be_scanned(left)),
        tuple(number for number, page in enumerate(pages) if page.is_soup),
        sum(not page.is_readable for page in pages),
        first_of(MAX_PAGES, len(document), say("pages")) if len(document) > MAX_PAGES else "",
    )


def _page(document: pypdfium2.PdfDocument, number: int) -> _Page:
    import pypdfium2

    try:
        with closing(document[number]) as page:
            lines = lines_of(text_in_order(page.get_textpage()))
            noted = tuple(filter(None, map(clean, notes(page))))
            if is_glyph_soup(lines):
                return _Page(notes=noted, is_soup=True)
            objects = 0
            if len(lines) < _LITTLE_TEXT:
                objects = pypdfium2.raw.FPDFPage_CountObjects(page)
            return _Page(lines, noted, is_drawn=objects > 0, is_covered=objects > 0 and _is_covered(page))
    except pypdfium2.PdfiumError:
        return _Page(is_readable=False)


def _is_covered(page: pypdfium2.PdfPage) -> bool:
    """Whether pictures, or the strips of one, cover much of a page."""
    width, height = page.get_size()
    return sum(_areas(page)) >= float(_COVERED * width * height)


def _areas(page: pypdfium2.PdfPage) -> Iterator[float]:
    """The areas of the pictures on a page, in square points. A form is taken for a picture if it has one."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for number in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        each = pdfium.FPDFPage_GetObject(page, number)
        inner = each
        if (
            pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_FORM
            and pdfium.FPDFFormObj_CountObjects(each) > 0
        ):
            inner = pdfium.FPDFFormObj_GetObject(each, 0)
        if pdfium.FPDFPageObj_GetType(inner) == pdfium.FPDF_PAGEOBJ_IMAGE:
            pdfium.FPDFPageObj_GetBounds(each, left, bottom, right, top)
            yield (right.value - left.value) * (top.value - bottom.value)
