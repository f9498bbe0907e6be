"""OpenDocument spreadsheets: the texts that cells show, merged cells, notes, boxes and charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import repeat
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.office.merged import Groups
from ingest.readers.office.opendocument import Reader, check
from ingest.readers.zip_archive import Archive, attribute, every, local
from semsearch.formats.rows import Row, shown, table_lines

_NOT_SHAPES = frozenset({"p", "annotation", "table", "detective"})


def is_ods(archive: Archive) -> bool:
    """Tell whether an archive holds an OpenDocument file, and not a workbook of Excel."""
    return "content.xml" in archive


def read_ods(archive: Archive, path: str, media_type: str) -> TextDocument:
    """Read all sheets, each below a heading with its name. Raises FileError as `Archive` does."""
    check(archive)
    out = Assembly()
    reader = Reader(archive, Element("styles"))
    shapes: list[Element] = []
    elements = archive.elements("content.xml")
    for event, element in elements:
        if event == "start" and local(element) == "table":
            out.rows(attribute(element, "name"), table_lines(_rows(element, elements, shapes)))
            for shape in shapes:
                out.add(reader.text_of(shape))
            shapes.clear()
    return out.document(media_type, path, syntax="rows")


def _rows(table: Element, elements: Iterator[tuple[str, Element]], shapes: list[Element]) -> Iterator[Row]:
    """Yield the rows of a table, up to its end. The shapes on it are added to `shapes`."""
    groups = Groups()
    for event, element in elements:
        if event == "start":
            continue
        if element is table:
            return
        if local(element) == "table-row":
            groups.next_row()
            row = _row(element, groups, shapes)
            count = attribute(element, "number-rows-repeated")
            yield from repeat(row, int(count) if count.isdigit() and any(row.cells) else 1)
            element.clear()
        elif local(element) == "shapes":
            shapes.extend(element)


def _row(row: Element, groups: Groups, shapes: list[Element]) -> Row:
    cells: list[str] = []
    notes: list[str] = []
    column = 0
    for cell in row:
        count = attribute(cell, "number-columns-repeated")
        times = int(count) if count.isdigit() else 1
        text = _shown(cell) if local(cell) == "table-cell" else ""
        if text:
            cells += [""] * (column - len(cells)) + [text] * times
            groups.begin(column, attribute(cell, "number-rows-spanned"), text)
        column += times
        for child in cell:
            if local(child) == "annotation":
                notes.append(" ".join(" ".join(map(_text, every(child, "p"))).split()))
            elif local(child) not in _NOT_SHAPES:
                shapes.append(child)
    if any(cells):
        for column, name in groups.of_row.items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or name
    return Row(cells, tuple(filter(None, notes)))


def _shown(cell: Element) -> str:
    """Return the text of a cell, but a date in ISO form."""
    kind = attribute(cell, "value-type")
    if kind == "date":
        try:
            return shown(datetime.fromisoformat(attribute(cell, "date-value")))
        except ValueError:
            pass
    text = " ".join(" ".join(_text(child) for child in cell if local(child) == "p").split())
    return text or attribute(cell, "value") or attribute(cell, "string-value")


def _text(paragraph: Element) -> str:
    """Return the text of a paragraph of a cell. Elements for spaces and line ends have no text."""
    words = (
        (" " if local(each) in ("s", "tab", "line-break") else each.text or "") + (each.tail or "")
        for each in paragraph.iter()
        if each is not paragraph
    )
    return (paragraph.text or "") + "".join(words)
