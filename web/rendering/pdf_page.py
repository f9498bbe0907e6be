"""A page of a PDF: its picture, and its text with places. Both are read in a sandbox."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semsearch.errors import FileError
from semsearch.message import say
from semsearch.records import Span

if TYPE_CHECKING:
    import pypdfium2

# The characters of a page that are looked at. A page with more of them is a map or a plan.
_MOST_CHARACTERS = 20_000
# A longer page is drawn narrower, so that it has no more pixels than four squares of its width.
_LONGEST = 4
# A gap between two characters that is wider than this, in heights of the line, parts two lines.
_GAP = 2.0


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page, in points from its left upper corner."""

    left: float
    top: float
    right: float
    bottom: float

    def with_(self, other: Area) -> Area:
        """The smallest area around both."""
        return Area(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Characters in a row. `edges` are the left edges of all characters, and the right edge of the last."""

    text: str
    area: Area
    edges: tuple[float, ...]

    def part(self, span: Span) -> Area:
        """The area of some of the characters."""
        left, right = self.edges[span[0]], self.edges[span[1]]
        return Area(min(left, right), self.area.top, max(left, right), self.area.bottom)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as it is shown: its size in points, its lines of text, and how many pages the file has."""

    width: float
    height: float
    lines: tuple[Line, ...]
    pages: int


def read_page(data: bytes, number: int) -> PdfPage:
    """The page `number` of a PDF, counted from 1. Raises FileError when PDFium cannot read it."""
    with _opened(data, number) as (page, pages):
        width, height = page.get_size()
        return PdfPage(width, height, tuple(_lines(page)), pages)


def draw_page(data: bytes, number: int, width: int) -> bytes:
    """The picture of a page, `width` pixels wide, as WebP. Raises FileError as `read_page` does."""
    with _opened(data, number) as (page, _):
        across, down = page.get_size()
        scale = min(width / across, _LONGEST * width / down)
        made = io.BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(made, "WEBP", quality=80, method=3)
        return made.getvalue()


@contextmanager
def _opened(data: bytes, number: int) -> Iterator[tuple[pypdfium2.PdfPage, int]]:
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            if not 1 <= number <= len(document):
                raise FileError(
                    say("it has {pages} pages, and no page {page}", pages=len(document), page=number)
                )
            with closing(document[number - 1]) as page:
                yield page, len(document)
    except pypdfium2.PdfiumError as error:
        raise FileError(say("PDFium cannot read it: {why}", why=str(error))) from error


def _lines(page: pypdfium2.PdfPage) -> Iterator[Line]:
    with closing(page.get_textpage()) as text:
        characters: list[tuple[str, Area]] = []
        for letter, area in _characters(page, text):
            if area is None or (characters and not _goes_on(characters[-1][1], area)):
                yield from _line(characters)
                characters = []
            if area is not None:
                characters.append((letter, area))
        yield from _line(characters)


def _line(characters: list[tuple[str, Area]]) -> Iterator[Line]:
    """A line of these characters, if it has something to read."""
    text = "".join(letter for letter, _ in characters)
    if not text.strip():
        return
    area = characters[0][1]
    for _, other in characters:
        area = area.with_(other)
    edges = (*(each.left for _, each in characters), characters[-1][1].right)
    yield Line(text, area, edges)


def _goes_on(before: Area, after: Area) -> bool:
    """Whether a character stands in the line of the one before, and not far from it."""
    height = max(before.bottom - before.top, after.bottom - after.top)
    overlap = min(before.bottom, after.bottom) - max(before.top, after.top)
    return overlap > 0 and abs(after.left - before.right) <= _GAP * height


def _characters(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Iterator[tuple[str, Area | None]]:
    """The characters of a page in the order in which they were drawn; no area is the end of a line."""
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium.FS_RECTF()
    for n in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, n)
        if code in (0, 10, 13):
            yield "\n", None
        # The loose box has the height of the font, and is not empty for a space.
        elif pdfium.FPDFText_GetLooseCharBox(text, n, loose) and loose.right > loose.left:
            yield chr(code), _shown(page, loose.left, loose.bottom, loose.right, loose.top)
        elif pdfium.FPDFText_GetCharBox(text, n, left, right, bottom, top):
            yield chr(code), _shown(page, left.value, bottom.value, right.value, top.value)


def _shown(page: pypdfium2.PdfPage, left: float, bottom: float, right: float, top: float) -> Area:
    """An area of the page as it is shown, cropped and turned."""
    west, south, east, north = page.get_bbox()
    corners = {
        0: (left - west, north - top, right - west, north - bottom),
        90: (bottom - south, left - west, top - south, right - west),
        180: (east - right, bottom - south, east - left, top - south),
        270: (north - top, east - right, north - bottom, east - left),
    }
    return Area(*corners[page.get_rotation()])
