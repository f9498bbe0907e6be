"""What an Excel workbook holds beside the values of its cells: formats, notes, boxes, headers and footers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from contextlib import suppress
from functools import cached_property
from html import unescape
from xml.etree.ElementTree import Element

from ingest.readers.office.number_formats import BUILT_IN, NumberFormat, number_format
from ingest.readers.office.ooxml import Package, reference, words
from ingest.readers.zip_archive import attribute, every, local
from semsearch.errors import FileError

# Row and column of a cell, counted from 0.
Place = tuple[int, int]

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
# The corners of a sheet, as it says them at its beginning, and what follows "<c " in a cell with a value.
_CORNERS = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_BEGINNING = 4_096
_FILLED = rb'(?=[^>]*?\br="([A-Z]{1,3})(\d{1,7})")[^>]*[^>/]>'
_MARGIN = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]+)<")
# Codes in a header: its left, middle and right part; numbers of pages; fonts, sizes, colours, dates and more.
_PART, _PAGES = re.compile("&[LCR]"), re.compile("&[PN]")
_CODE = re.compile(r'&(?:"[^"]*"|K[\dA-F+-]{6}|\d+|[A-Za-z])')
# A copy of a comment for programs that know no threads. It begins with advice, then says what was said.
_COPY = "[Threaded comment]"


class Workbook:
    """The parts of a workbook in the format of Excel since 2007. Damaged parts are skipped: the values count.

    Sheets are known by their names.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._sheets: dict[str, str] = {}
        with suppress(FileError):
            links = package.relations(package.main)
            for sheet in every(package.xml(package.main), "sheet"):
                if (link := links.get(reference(sheet))) and link[1].endswith(".xml"):
                    self._sheets[attribute(sheet, "name")] = link[1]

    def is_within(self, sheet: str, most: int) -> bool:
        """Whether there are at most `most` cells, empty ones too, between the values of a sheet."""
        source = b""
        if part := self._sheets.get(sheet):
            with suppress(FileError):
                source = self._package.read(part)
        if stated := _CORNERS.search(source, 0, _BEGINNING):
            left, top, right, bottom = stated.groups()
            if _area({left, right}, {int(top), int(bottom)}) <= most:
                return True
        # Or the corners count cells that have only a format.
        columns: set[bytes] = set()
        rows: set[int] = set()
        for cell in re.finditer(_cell_of(source) + _FILLED, source):
            columns.add(cell[1])
            rows.add(int(cell[2]))
        return _area(columns, rows) <= most

    def formats(self, sheet: str) -> Iterator[tuple[Place, NumberFormat]]:
        """Yield the cells whose number is not shown as it is stored, in order."""
        part = self._sheets.get(sheet, "")
        if not (part and self._formats):
            return
        with suppress(FileError):
            source = self._package.read(part)
            ids = "|".join(map(str, self._formats)).encode()
            styled = rb'(?=[^>]*?\br="([A-Z]{1,3}\d{1,7})")[^>]*?\bs="(' + ids + rb')"'
            for cell in re.finditer(_cell_of(source) + styled, source):
                if place := _place(cell[1].decode()):
                    yield place, self._formats[int(cell[2])]

    def notes(self, sheet: str) -> dict[int, tuple[str, ...]]:
        """Return what is noted on the cells of each row."""
        part = self._sheets.get(sheet, "")
        notes: dict[Place, list[str]] = defaultdict(list)
        for name in self._related(part, "threadedComment"):
            for comment in self._every(name, "threadedComment"):
                _add(notes, comment, " ".join(text.text or "" for text in every(comment, "text")))
        for name in self._related(part, "comments"):
            for comment in self._every(name, "comment"):
                note = " ".join(map(words, every(comment, "text")))
                if not note.startswith(_COPY):
                    _add(notes, comment, note)
        rows: dict[int, tuple[str, ...]] = {}
        for (row, _), found in sorted(notes.items()):
            rows[row] = (*rows.get(row, ()), *found)
        return rows

    def texts(self, sheet: str) -> Iterator[str]:
        """Yield the texts of boxes, shapes, diagrams and charts on a sheet."""
        for drawing in self._related(self._sheets.get(sheet, ""), "drawing"):
            for shape in self._every(drawing, "txBody"):
                yield "\n".join(filter(None, map(words, every(shape, "p"))))
            with suppress(FileError):
                yield from self._package.drawings(drawing)

    def margins(self) -> Iterator[str]:
        """Yield each part of a header or footer once, without those that count pages."""
        found: dict[str, None] = {}
        for part in self._sheets.values():
            with suppress(FileError):
                for margin in _MARGIN.findall(self._package.read(part)[-100_000:]):
                    text = unescape(margin.decode("utf-8", "replace"))
                    found |= dict.fromkeys(without_codes(text))
        yield from filter(None, found)

    def _related(self, part: str, kind: str) -> list[str]:
        with suppress(FileError):
            return self._package.related(part, kind) if part else []
        return []

    def _every(self, part: str, name: str) -> Iterator[Element]:
        with suppress(FileError):
            yield from every(self._package.xml(part), name)

    @cached_property
    def _formats(self) -> dict[int, NumberFormat]:
        """The formats of cells by the numbers of their styles, without those that show a number as it is."""
        codes = dict(BUILT_IN)
        found: dict[int, NumberFormat] = {}
        with suppress(FileError):
            for name in self._package.related(self._package.main, "styles"):
                styles = self._package.xml(name)
                for own in every(styles, "numFmt"):
                    codes[int(attribute(own, "numFmtId") or 0)] = attribute(own, "formatCode")
                cells = (each for part in styles if local(part) == "cellXfs" for each in part)
                for number, cell in enumerate(cells):
                    shown = number_format(codes.get(int(attribute(cell, "numFmtId") or 0), ""))
                    if shown is not None:
                        found[number] = shown
        return found


def without_codes(margin: str) -> Iterator[str]:
    """Yield the texts of a header or footer, without codes, and without the parts that count pages."""
    for part in _PART.split(margin.replace("&&", "\0")):
        if not _PAGES.search(part):
            yield " ".join(_CODE.sub(" ", part).replace("\0", "&").split())


def _add(notes: dict[Place, list[str]], comment: Element, text: str) -> None:
    place, note = _place(attribute(comment, "ref")), " ".join(text.split())
    if place and note:
        notes[place].append(note)


def _cell_of(source: bytes) -> bytes:
    """The expression for the beginning of a cell. With fixed letters it is searched ten times as fast."""
    prefix = re.match(rb"[^<]*(?:<\?[^>]*>\s*)?<(\w+:)?", source)
    return b"<" + re.escape((prefix and prefix[1]) or b"") + rb"c\s"


def _area(columns: Set[bytes], rows: Set[int]) -> int:
    """How many cells the smallest rectangle with these columns and rows has."""
    if not columns or not rows:
        return 0
    across = [_column(name.decode()) for name in columns]
    return (max(across) - min(across) + 1) * (max(rows) - min(rows) + 1)


def _place(name: str) -> Place | None:
    """Return the place of a cell, such as (1, 2) for "C2"."""
    found = _PLACE.match(name)
    return (int(found[2]) - 1, _column(found[1])) if found else None


def _column(name: str) -> int:
    """Return the number of a column, such as 2 for "C"."""
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return column - 1
