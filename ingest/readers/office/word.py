"""Word: paragraphs, headings, tables, text boxes, notes and comments. Headers and footers come once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.office.merged import GROUP_NAME
from ingest.readers.office.ooxml import Package, has_text, reference, sign, visible_children, words
from ingest.readers.zip_archive import attribute, every, local
from semsearch.message import say

_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes", "commentReference": "comments"}
_RESTART, _CONTINUED = "restart", "continue"
_LOWEST = 9  # the lowest outline level of a heading


def read_word(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read a document with all tracked changes accepted.

    Raises FileError when it is not a Word document, is damaged, encrypted, too long or without text.
    """
    package = Package(data, say("a Word document"))
    root = package.xml(package.main)
    if local(root) != "document":
        raise package.mismatch()
    reader = _Reader(package)
    reader.blocks(root)
    for note in reader.notes.values():  # notes that nothing refers to
        reader.blocks(note)
    out = reader.out
    margins = package.related(package.main, "header", "footer")
    for text in dict.fromkeys(reader.text_of(package.xml(name)) for name in margins):
        out.add(text)
    for text in package.drawings(package.main):
        out.add(text)
    return out.document(media_type, path, package.title() or reader.title or out.first_heading())


def _properties(paragraph: Element) -> Element:
    return next((child for child in paragraph if local(child) == "pPr"), _NOTHING)


def _outline_level(properties: Element) -> int | None:
    """Return the level of a heading, 1 for the highest; None when the properties do not state it."""
    levels = (attribute(child, "val") for child in properties if local(child) == "outlineLvl")
    level = next(levels, "")
    return int(level) + 1 if level.isdigit() else None


def _is_list(properties: Element) -> bool:
    return any(local(child) == "numPr" for child in properties)


_NOTHING = Element("pPr")


class _Style:
    """What a paragraph's style says about its part in the document."""

    def __init__(self, name: str, properties: Element, base: _Style | None) -> None:
        self.is_title: bool = name == "title" or (base is not None and base.is_title)
        level = _outline_level(properties)
        if level is None and name.startswith("heading ") and name[8:].isdigit():
            level = int(name[8:])
        self.level: int | None = level if level is not None else base.level if base else None
        self.is_list: bool = _is_list(properties) or (base is not None and base.is_list)


_PLAIN = _Style("", _NOTHING, None)


class _Reader:
    """Writes parts of a document to `out`. `title` is the first paragraph with the style "Title".

    `notes` are the notes that have not been written yet, by kind and id.
    """

    def __init__(self, package: Package) -> None:
        self.out = Assembly()
        self.title = ""
        self.notes = {
            (kind, reference(note)): note
            for kind in _NOTES.values()
            for name in package.related(package.main, kind)
            for note in package.xml(name)
        }
        self._styles = _styles(package)
        self._after_item = False  # whether the last paragraph was an item of a list

    def blocks(self, parent: Element) -> None:
        for child in visible_children(parent):
            match local(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._table(child)
                case _:
                    self.blocks(child)  # content controls, insertions, custom XML

    def text_of(self, part: Element) -> str:
        """Return the text of a part outside of the flow, such as a header or a cell."""
        flow, self.out = self.out, Assembly()
        self.blocks(part)
        text, self.out = self.out.text(), flow
        return text

    def _paragraph(self, paragraph: Element) -> None:
        pieces: list[str] = []
        asides: list[Element] = []
        self._inline(paragraph, pieces, asides)
        text = "".join(pieces).strip()
        properties = _properties(paragraph)
        style = self._style(properties)
        level = self._level(properties)
        is_item = style.is_list or _is_list(properties)
        if style.is_title:
            self.title = self.title or " ".join(text.split())
        if level:
            self.out.heading(text, level)
        else:
            self.out.add(text, "\n" if is_item and self._after_item else "\n\n")
        self._after_item = is_item if text else self._after_item
        for aside in asides:
            self.blocks(aside)

    def _inline(self, parent: Element, pieces: list[str], asides: list[Element]) -> None:
        """Collect the words of a paragraph in `pieces`, and its boxes and notes in `asides`."""
        for child in visible_children(parent):
            name = local(child)
            own = sign(child)
            if own is not None:
                pieces.append(own)
            elif name == "txbxContent":
                asides.append(child)
            elif name in _NOTES:
                note = self.notes.pop((_NOTES[name], reference(child)), None)
                if note is not None:
                    asides.append(note)
            else:
                self._inline(child, pieces, asides)

    def _table(self, table: Element) -> None:
        rows = _placed([list(_cells(row)) for row in _children(table, "tr")])
        filled = [[cell.element for cell in row if has_text(cell.element)] for row in rows]
        has_columns = any(len(own) > 1 for own in filled)
        groups: dict[int, str] = {}  # the names in cells that are merged downwards, by column
        waiting: list[dict[int, str]] = []
        for row, own in zip(rows, filled, strict=True):
            names = {cell.column: groups.get(cell.column, "") for cell in row if cell.merge == _CONTINUED}
            is_value = has_columns and len(row) > 1 and len(own) == 1 and self._is_value(own[0])
            if len(own) == 1 and not any(names.values()) and not is_value:
                # A frame, or a page that is laid out with a table: its content has a structure of its own.
                self.out.table(waiting)
                waiting.clear()
                self.blocks(own[0])
            elif own:
                texts = {cell.column: " ".join(self.text_of(cell.element).split()) for cell in row} | names
                groups |= {cell.column: texts[cell.column] for cell in row if cell.merge == _RESTART}
                groups = {column: name for column, name in groups.items() if len(name) <= GROUP_NAME}
                waiting.append(texts)
        self.out.table(waiting)
        self._after_item = False

    def _is_value(self, cell: Element) -> bool:
        """Whether the content of a cell has no structure: it is one short paragraph that is no heading."""
        paragraphs = [_properties(each) for each in every(cell, "p") if has_text(each)]
        return len(paragraphs) == 1 and not self._level(paragraphs[0]) and len(words(cell)) <= GROUP_NAME

    def _level(self, properties: Element) -> int:
        """The level of a paragraph as a heading; 0 if it is none."""
        style, own = self._style(properties), _outline_level(properties)
        level = 1 if style.is_title else own if own is not None else style.level
        return level if level is not None and level <= _LOWEST else 0

    def _style(self, properties: Element) -> _Style:
        keys = (attribute(child, "val") for child in properties if local(child) == "pStyle")
        return self._styles.get(next(keys, ""), _PLAIN)


def _styles(package: Package) -> dict[str, _Style]:
    """Return the styles of paragraphs by their ids."""
    sources: dict[str, Element] = {}
    for name in package.related(package.main, "styles"):
        for style in package.xml(name):
            if attribute(style, "type") == "paragraph":
                sources[attribute(style, "styleId")] = style
    styles: dict[str, _Style] = {}

    def made(key: str, above: frozenset[str]) -> _Style | None:
        if key not in sources or key in above:
            return None
        if key not in styles:
            parts = {local(child): child for child in sources[key]}
            name = attribute(parts["name"], "val").lower() if "name" in parts else ""
            base = attribute(parts["basedOn"], "val") if "basedOn" in parts else ""
            styles[key] = _Style(name, parts.get("pPr", _NOTHING), made(base, above | {key}))
        return styles[key]

    for key in sources:
        made(key, frozenset())
    return styles


class _Cell(NamedTuple):
    """A cell; `merge` says how it is merged downwards: "" when it is not."""

    column: int
    element: Element
    merge: str


def _cells(row: Element) -> Iterator[_Cell]:
    column = _number(row, "trPr", "gridBefore")
    for cell in _children(row, "tc"):
        merge = _property(cell, "tcPr", "vMerge")
        kind = "" if merge is None else attribute(merge, "val") or _CONTINUED
        yield _Cell(column, cell, kind)
        column += _number(cell, "tcPr", "gridSpan") or 1


def _placed(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """The rows; where all have equally many cells, the number of a cell is its column.

    Borders that were drawn by hand seldom meet, and each of them begins a column of the grid in the file.
    """
    if len({(row[0].column, len(row)) for row in rows if row}) > 1:
        return rows
    return [[cell._replace(column=n) for n, cell in enumerate(row)] for row in rows]


def _property(element: Element, properties: str, name: str) -> Element | None:
    found = (each for part in element if local(part) == properties for each in part if local(each) == name)
    return next(found, None)


def _number(element: Element, properties: str, name: str) -> int:
    """The number in a property of an element; 0 without one."""
    found = _property(element, properties, name)
    value = "" if found is None else attribute(found, "val")
    return int(value) if value.isdecimal() else 0


def _children(parent: Element, name: str) -> list[Element]:
    """Return the rows of a table or the cells of a row, also those in content controls."""
    found: list[Element] = []
    for child in visible_children(parent):
        if local(child) == name:
            found.append(child)
        elif local(child) not in ("tc", "tbl", "p"):
            found += _children(child, name)
    return found
