"""Read text in pictures and on scanned pages, page by page, in a separate process, because it takes seconds.

The process keeps one file open, so that its bytes are sent once and not once for each page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from PIL.Image import Image

from ingest.readers.pdf.pages import pages_of
from ingest.readers.pdf.paragraphs import paragraphs
from ingest.readers.pdf.pdf import open_pdf, picture_of_page
from semsearch.models.ocr import Reading, TextReader
from semsearch.pictures.decode import decode_whole
from semsearch.records import Kind

# OCR takes seconds for each page.
MAX_SCANNED_PAGES = 300


@dataclass(frozen=True, slots=True)
class Scan:
    """A file before OCR: the text that each page has, and the numbers, from 0, of the pages to be read.

    `beyond` counts the pages that are left out, because there are too many. A picture has a page for each of
    its views, without text. `title` is that in the metadata of a PDF. `left_out` says that it has more pages.
    """

    texts: tuple[str, ...]
    wanted: tuple[int, ...]
    beyond: int = 0
    title: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class _Open:
    """The file that is open: what draws a page, and what becomes of the lines that are read."""

    name: str
    draw: Callable[[int], Image]
    joined: Callable[[str], str]


_open: list[_Open] = []  # at most one


def open_scan(name: str, data: bytes, kind: Kind) -> Scan:
    """Open a file for `read_page`, in place of the one before. `name` is any that no other file has.

    Raises FileError when the file cannot be read.
    """
    _open.clear()
    if kind is Kind.TEXT:
        document = open_pdf(data)
        pages = pages_of(document)
        _open.append(_Open(name, lambda number: picture_of_page(document, number), paragraphs))
        wanted = pages.scanned[:MAX_SCANNED_PAGES]
        beyond = len(pages.scanned) - len(wanted)
        return Scan(pages.texts, wanted, beyond, pages.title, pages.left_out)
    views = decode_whole(data).views
    _open.append(_Open(name, views.__getitem__, str))
    return Scan(("",) * len(views), tuple(range(len(views))))


def read_page(name: str, number: int) -> Reading | None:
    """Return what is read on a page; None when this process has not opened the file.

    Raises FileError when the page cannot be drawn, and ModelError when OCR cannot run at all.
    """
    for file in _open:
        if file.name == name:
            reading = _reader().read(file.draw(number))
            return replace(reading, text=file.joined(reading.text))
    return None


@cache
def _reader() -> TextReader:
    return TextReader()
