"""PowerPoint: each slide is a page; its title is a heading, above its texts, tables, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.office.merged import Groups
from ingest.readers.office.ooxml import Package, visible_children, words
from ingest.readers.zip_archive import attribute, every, local
from semsearch.formats.cells import lines_of
from semsearch.message import say

_TITLES = frozenset({"title", "ctrTitle"})
# Filled in by the program: numbers and dates change with every showing, and the picture of a slide on its
# notes has no words.
_FILLED_IN = frozenset({"sldNum", "dt", "sldImg"})
_MARGINS = frozenset({"ftr", "hdr"})
# The first paragraph names a slide without a title, unless it is longer than this.
_TITLE_LENGTH = 120


def read_slides(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the slides in order, hidden ones too. Footers come once, at the end.

    Raises FileError when it is not a presentation, is damaged, encrypted, too long or without text.
    """
    package = Package(data, say("a PowerPoint presentation"))
    root = package.xml(package.main)
    if local(root) != "presentation":
        raise package.mismatch()
    out = Assembly()
    margins: dict[str, None] = {}
    links = package.relations(package.main)
    ids = [_link(slide) for slide in every(root, "sldId")]
    for number, name in enumerate((links[key][1] for key in ids if key in links), start=1):
        out.page()
        _slide(package, name, number, out, margins)
    for text in margins:
        out.add(text)
    return out.document(media_type, path, package.title() or out.first_heading())


def _slide(package: Package, name: str, number: int, out: Assembly, margins: dict[str, None]) -> None:
    shapes = _Shapes(margins)
    shapes.read(package.xml(name))
    texts = [*shapes.texts, *package.drawings(name)]
    for notes in package.related(name, "notesSlide"):
        beside = _Shapes(margins)
        beside.read(package.xml(notes))
        texts += beside.texts
    for comments in package.related(name, "comments"):
        root = package.xml(comments)
        texts += [text.text or "" for text in every(root, "text")]
        texts += [words(body) for body in every(root, "txBody")]
    texts = [text for text in texts if text]
    title = shapes.title
    if not title and texts:
        title = texts.pop(0) if len(texts[0]) <= _TITLE_LENGTH else f"Slide {number}"
    out.heading(title)
    for text in texts:
        out.add(text)


class _Shapes:
    """The texts of a slide's shapes, in order. Its title is separate; headers and footers go to `margins`."""

    def __init__(self, margins: dict[str, None]) -> None:
        self.title = ""
        self.texts: list[str] = []
        self._margins = margins

    def read(self, parent: Element) -> None:
        for child in visible_children(parent):
            match local(child):
                case "sp":
                    self._shape(child)
                case "tbl":
                    self.texts.append("\n".join(lines_of(_rows(child))))
                case _:
                    self.read(child)  # groups, frames

    def _shape(self, shape: Element) -> None:
        part = next((attribute(holder, "type") or "body" for holder in every(shape, "ph")), "")
        paragraphs = (words(paragraph) for body in every(shape, "txBody") for paragraph in every(body, "p"))
        text = "\n".join(paragraph for paragraph in paragraphs if paragraph)
        if part in _MARGINS:
            self._margins[text] = None
        elif part in _TITLES and not self.title:
            self.title = " ".join(text.split())
        elif part not in _FILLED_IN:
            self.texts.append(text)


def _rows(table: Element) -> Iterator[dict[int, str]]:
    """Yield the texts of each row by their columns. A cell that a merged one covers has its own element."""
    groups = Groups()
    for row in every(table, "tr"):
        groups.next_row()
        cells: dict[int, str] = {}
        for column, cell in enumerate(every(row, "tc")):
            text = " ".join(" ".join(words(part) for part in every(cell, "p")).split())
            groups.begin(column, attribute(cell, "rowSpan"), text)
            if text:
                cells[column] = text
        yield groups.of_row | cells if cells else {}


def _link(slide: Element) -> str:
    """Return the id of a slide's relation. Its entry has two ids; this one is in a namespace."""
    return next((value for key, value in slide.items() if key.endswith("}id")), "")
