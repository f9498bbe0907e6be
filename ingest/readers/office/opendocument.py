"""OpenDocument texts and presentations: headings, paragraphs, tables, boxes, notes. Slides are pages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.office.merged import GROUP_NAME, Groups
from ingest.readers.text import own_title
from ingest.readers.zip_archive import Archive, attribute, every, local
from semsearch.errors import FileError
from semsearch.message import say

_MANIFEST = "META-INF/manifest.xml"
# Not visible as text: tracked changes, which keep deleted text, and numbers, choices and data of the program.
_INVISIBLE = frozenset({
    "tracked-changes", "note-citation", "sequence-decls", "variable-decls", "user-field-decls", "forms",
    "scripts", "event-listeners", "binary-data", "page-number", "ruby-text", "covered-table-cell",
})  # fmt: skip
# Namespaces of the author and date of an annotation, and of the name of a picture.
_METADATA = ("{http://purl.org/dc/", "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:")
_SIGNS = {"tab": "\t", "line-break": "\n"}
# Elements within a paragraph that are in a note or box anchored to it.
_ASIDES = frozenset({"p", "h", "list", "table", "object"})
_MOST_SPACES = 100


def read_opendocument(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read a document with all tracked changes accepted. Headers and footers come once, at the end.

    Raises FileError when it is not an OpenDocument file, is damaged, encrypted, too long or without text.
    """
    archive = Archive(data, say("an OpenDocument file"))
    check(archive)
    content = archive.xml("content.xml")
    reader = Reader(archive, content)
    body = next(every(content, "body"), content)
    reader.blocks(body)
    out = reader.out
    for text in reader.margins():
        out.add(text)
    return out.document(media_type, path, _title(archive) or reader.title or out.first_heading())


def check(archive: Archive) -> None:
    """Raise FileError when an archive is not an OpenDocument file, or is encrypted."""
    if "content.xml" not in archive:
        raise archive.mismatch()
    if _MANIFEST in archive and any(
        local(entry) == "encryption-data" for entry in archive.xml(_MANIFEST).iter()
    ):
        raise FileError(say("encrypted: needs a password"))


def _title(archive: Archive) -> str:
    if "meta.xml" not in archive:
        return ""
    return own_title(next((title.text or "" for title in every(archive.xml("meta.xml"), "title")), ""))


class Reader:
    """Writes a document to `out`. `title` is the first paragraph with the style "Title"."""

    def __init__(self, archive: Archive, content: Element) -> None:
        """`content` has the styles of the document."""
        self.out = Assembly()
        self.title = ""
        self._archive = archive
        # Formatting by hand gives a paragraph a style of its own, whose parent is the style that was chosen.
        self._parents = {
            attribute(style, "name"): attribute(style, "parent-style-name")
            for style in every(content, "style")
        }

    def blocks(self, parent: Element, gap: str = "\n\n") -> None:
        for child in _visible_children(parent):
            self._block(child, gap)

    def text_of(self, part: Element) -> str:
        """Return the text of a part outside of the flow, such as a header or a cell."""
        flow, self.out = self.out, Assembly()
        self.blocks(part)
        text, self.out = self.out.text(), flow
        return text

    def margins(self) -> Iterator[str]:
        """Yield each header and footer once."""
        if "styles.xml" in self._archive:
            styles = self._archive.xml("styles.xml")
            pages = [page for masters in every(styles, "master-styles") for page in masters]
            margins = [
                part for page in pages for part in page if local(part).startswith(("header", "footer"))
            ]
            yield from dict.fromkeys(map(self.text_of, margins))

    def _block(self, block: Element, gap: str = "\n\n") -> None:
        match local(block):
            case "p":
                self._paragraph(block, gap)
            case "h":
                self._paragraph(block, gap, int(attribute(block, "outline-level") or 1))
            case "list":
                for number, item in enumerate(_visible_children(block)):
                    self.blocks(item, "\n" if number else gap)
            case "table":
                self._table(block)
            case "object":
                self._object(block)
            case "page":
                self._slide(block)
            case _:
                self.blocks(block, gap)  # sections, frames, boxes, shapes, indexes

    def _paragraph(self, paragraph: Element, gap: str, level: int = 0) -> None:
        pieces: list[str] = []
        asides: list[Element] = []
        _inline(paragraph, pieces, asides)
        text = "".join(pieces).strip()
        if self._is_title(paragraph) and text:
            self.title = self.title or " ".join(text.split())
            level = level or 1
        if level:
            self.out.heading(text, level)
        else:
            self.out.add(text, gap)
        for aside in asides:
            self._block(aside)

    def _table(self, table: Element) -> None:
        rows = [list(_cells(row)) for row in _rows(table)]
        filled = [{at: cell for at, cell in row if _has_text(cell)} for row in rows]
        has_columns = any(len(cells) > 1 for cells in filled)
        groups = Groups()
        waiting: list[dict[int, str]] = []
        for row, cells in zip(rows, filled, strict=True):
            groups.next_row()
            lone = list(cells.values()) if len(cells) == 1 and not groups.of_row else []
            if lone and not (has_columns and len(row) > 1 and self._is_value(lone[0])):
                self.out.table(waiting)
                waiting.clear()
                self.blocks(lone[0])
                continue
            texts = {at: " ".join(self.text_of(cell).split()) for at, cell in cells.items()}
            for at, text in texts.items():
                groups.begin(at, attribute(cells[at], "number-rows-spanned"), text)
            waiting.append(groups.of_row | texts if any(texts.values()) else {})
        self.out.table(waiting)

    def _is_value(self, cell: Element) -> bool:
        """Whether the content of a cell has no structure: it is one short paragraph that is no heading."""
        found = [each for each in cell.iter() if local(each) in ("p", "h") and _has_text(each)]
        if len(found) != 1 or local(found[0]) == "h" or self._is_title(found[0]):
            return False
        return len("".join(found[0].itertext())) <= GROUP_NAME

    def _is_title(self, paragraph: Element) -> bool:
        style = attribute(paragraph, "style-name")
        return "Title" in (style, self._parents.get(style))

    def _object(self, embedded: Element) -> None:
        """Write a formula or a chart, which is a document within the document."""
        name = attribute(embedded, "href").removeprefix("./") + "/content.xml"
        if name not in self._archive:
            self.blocks(embedded)
            return
        content = self._archive.xml(name)
        self.out.add(" ".join(source.text or "" for source in every(content, "annotation")))
        self.out.add(" ".join("".join(text.itertext()) for text in every(content, "p")))

    def _slide(self, slide: Element) -> None:
        self.out.page()
        parts = list(_visible_children(slide))
        titles = [part for part in parts if attribute(part, "class") == "title"]
        self.out.heading(" ".join(map(self.text_of, titles)) or attribute(slide, "name"))
        notes = [part for part in parts if local(part) == "notes"]
        for part in (*(part for part in parts if part not in titles + notes), *notes):
            self._block(part)


def _inline(parent: Element, pieces: list[str], asides: list[Element]) -> None:
    """Collect the words of a paragraph in `pieces`, and its notes and boxes in `asides`."""
    pieces.append(parent.text or "")
    for child in parent:
        name = local(child)
        if name in _ASIDES:
            asides.append(child)
        elif name == "s":
            count = attribute(child, "c")
            pieces.append(" " * min(int(count) if count.isdigit() else 1, _MOST_SPACES))
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        elif _is_visible(child):
            _inline(child, pieces, asides)
        pieces.append(child.tail or "")


def _visible_children(parent: Element) -> Iterator[Element]:
    return (child for child in parent if _is_visible(child))


def _is_visible(element: Element) -> bool:
    return local(element) not in _INVISIBLE and not element.tag.startswith(_METADATA)


def _has_text(element: Element) -> bool:
    return bool("".join(element.itertext()).strip())


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, also those in groups of rows."""
    for child in _visible_children(table):
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    """Yield the cells of a row with their columns. Those that a merged one covers are left out."""
    column = 0
    for cell in row:
        if local(cell) == "table-cell":
            yield column, cell
        repeated = attribute(cell, "number-columns-repeated")
        column += int(repeated) if repeated.isdigit() else 1
