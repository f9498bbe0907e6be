"""PDF: the text layer, page by page, with its lines joined to paragraphs."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.readers.documents import TextDocument
from ingest.readers.pdf_notes import notes
from ingest.readers.text import MAX_CHARACTERS, clean, own_title, title_of
from semsearch.errors import FileError

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

# The longest books have some 2,000 pages. A longer file is a printed database, and takes too long.
MAX_PAGES = 5_000
# OCR takes seconds for each page.
MAX_SCANNED_PAGES = 300
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


def read_pdf(
    data: bytes, path: str, media_type: str, ocr: Callable[[Image], str] | None = None
) -> TextDocument:
    """Read the text of all pages. A page that PDFium cannot read counts as empty.

    `ocr` returns the text in a picture. It reads the pages that show a picture, or drawn letters, in place of
    text. Without `ocr` such pages stay empty, and the document is marked as scanned. Raises FileError when
    the document is damaged, encrypted, too long, or has neither text nor pages to scan.
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
    if document.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        # pypdfium2 warns that it cannot show XML forms. Their values are also there as plain fields.
        logging.getLogger("pypdfium2").setLevel(logging.ERROR)
        document.init_forms()
    read = _Pages(document, ocr)
    text, pages = _assemble(read.texts())
    if not text and read.unreadable == len(document):
        raise FileError(f"damaged PDF: none of its {len(document)} pages can be read")
    if not text and not (read.scanned and ocr is None):
        where = ", and none can be made out in the pictures on its pages" if read.scanned else ""
        raise FileError(f"no text in this PDF{where}")
    title = own_title(document.get_metadata_value("Title")) or _first_line(text)
    return TextDocument(
        media_type,
        title or title_of(path),
        text,
        pages=pages,
        title_in_file=bool(title),
        scanned=bool(read.scanned) and ocr is None,
    )


class _Pages:
    """Reads the pages of a document one by one, and counts those that are unreadable or scanned."""

    def __init__(self, document: pypdfium2.PdfDocument, ocr: Callable[[Image], str] | None) -> None:
        self._document = document
        self._ocr = ocr
        self.unreadable = 0
        self.scanned = 0

    def texts(self) -> Iterator[str]:
        """Yield the text of each page; "" for a page that PDFium cannot read."""
        import pypdfium2

        for number in range(len(self._document)):
            try:
                page = self._document[number]
                try:
                    yield self._text(page)
                finally:
                    page.close()
            except pypdfium2.PdfiumError:
                self.unreadable += 1
                yield ""

    def _text(self, page: pypdfium2.PdfPage) -> str:
        import pypdfium2

        text = paragraphs(page.get_textpage().get_text_bounded())
        text = "\n\n".join(filter(None, [text, *(clean(note) for note in notes(page))]))
        if len(text) >= _LEAST_TEXT or not pypdfium2.raw.FPDFPage_CountObjects(page):
            return text
        # It may have a little text all the same: a scanner may have stamped a number on it.
        self.scanned += 1
        if self._ocr is None or self.scanned > MAX_SCANNED_PAGES:
            return text
        scale = min(_DPI / 72, _LONGEST_SIDE / max(page.get_size()))
        read = self._ocr(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"))
        return max(text, paragraphs(read), key=len)


def _assemble(sources: Iterator[str]) -> tuple[str, tuple[int, ...]]:
    """Join all pages to one text, and return where each begins. Sentences may run on from page to page."""
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
