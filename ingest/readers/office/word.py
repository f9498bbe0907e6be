"""Word: paragraphs, headings, tables, text boxes, notes and comments. Headers and footers come once."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.office.merged import GROUP_NAME
from ingest.readers.office.ooxml import Package, has_text, reference, sign, visible_children
from ingest.readers.zip_archive import attribute, local
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
        properties = next((child for child in paragraph if local(child) == "pPr"), _NOTHING)
        style = self._style(properties)
        own = _outline_level(properties)
        level = own if own is not None else style.level
        is_item = style.is_list or _is_list(properties)
        if style.is_title:
            self.title = self.title or " ".join(text.split())
            self.out.heading(text, 1)
        elif level is not None and level <= _LOWEST:
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
        gap = "\n\n"
        groups: dict[int, str] = {}  # the names in cells that are merged downwards, by column
        for row in _children(table, "tr"):
            cells = list(_places(row))
            own = [cell for _, cell, _ in cells if has_text(cell)]
            names = {column: groups.get(column, "") for column, _, merge in cells if merge == _CONTINUED}
            if len(own) == 1 and not any(names.values()):
                # A frame, or a page that is laid out with a table: its content has a structure of its own.
                self.blocks(own[0])
                gap = "\n\n"
            elif own:
                texts = {at: " ".join(self.text_of(cell).split()) for at, cell, _ in cells} | names
                groups |= {at: texts[at] for at, _, merge in cells if merge == _RESTART}
                groups = {at: name for at, name in groups.items() if len(name) <= GROUP_NAME}
                self.out.add(" | ".join(text for text in texts.values() if text), gap)
                gap = "\n"
        self._after_item = False

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


def _places(row: Element) -> Iterator[tuple[int, Element, str]]:
    """Yield each cell of a row with its column, and how it is merged downwards: "" when it is not."""
    column = 0
    for cell in _children(row, "tc"):
        properties = [each for part in cell if local(part) == "tcPr" for each in part]
        merge = next((each for each in properties if local(each) == "vMerge"), None)
        kind = "" if merge is None else attribute(merge, "val") or _CONTINUED
        yield column, cell, kind
        span = next((attribute(each, "val") for each in properties if local(each) == "gridSpan"), "")
        column += int(span) if span.isdigit() else 1


def _children(parent: Element, name: str) -> list[Element]:
    """Return the rows of a table or the cells of a row, also those in content controls."""
    found: list[Element] = []
    for child in visible_children(parent):
        if local(child) == name:
            found.append(child)
        elif local(child) not in ("tc", "tbl", "p"):
            found += _children(child, name)
    return found
