"""What Word and PowerPoint files have in common: parts that refer to each other, and drawings."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.readers.text import own_title
from ingest.readers.zip_archive import Archive, attribute, every, local, resolve

# Not visible: text removed by tracked changes; field codes, whose results are read instead; properties.
_INVISIBLE = frozenset({
    "del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "tblPr", "trPr", "tcPr",
    "sectPr", "rt",
})  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Package(Archive):
    """An Office file; `main` is the name of its main part."""

    def __init__(self, data: bytes, what: str) -> None:
        """`what` names the expected format, as in Archive. Raises what Archive raises."""
        super().__init__(data, what)
        main = self.related("", "officeDocument")
        if not main:
            raise self.mismatch()
        self.main = main[0]

    def title(self) -> str:
        """Return the title in its properties; "" when a program wrote it and no person."""
        for name in self.related("", "core-properties"):
            for title in every(self.xml(name), "title"):
                return own_title(title.text or "")
        return ""

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the targets of a part by their ids: the kind, such as "footnotes", and the member's name."""
        folder, name = posixpath.split(part)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        if links not in self:
            return {}
        found = {}
        for link in self.xml(links):
            target = resolve(part, link.get("Target", ""))
            if link.get("TargetMode") != "External" and target in self:
                found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target)
        return found

    def related(self, part: str, *kinds: str) -> list[str]:
        """Return the members of these kinds that a part refers to."""
        return [target for kind, target in self.relations(part).values() if kind in kinds]

    def drawings(self, part: str) -> Iterator[str]:
        """Yield the words in the diagrams and charts of a part, a line for each shape or series."""
        for name in self.related(part, "diagramData"):
            for shape in every(self.xml(name), "pt"):
                yield " ".join(text for text in map(words, every(shape, "p")) if text)
        for name in self.related(part, "chart"):
            chart = self.xml(name)
            yield from map(words, every(chart, "p"))
            labels = [value.text or "" for cache in every(chart, "strCache") for value in every(cache, "v")]
            yield ", ".join(dict.fromkeys(labels))


def visible_children(element: Element) -> Iterator[Element]:
    """Yield the children that a reader sees: one of several alternatives, and tracked changes as accepted."""
    for child in element:
        name = local(child)
        if name == "AlternateContent":
            options = list(child)
            chosen = next((option for option in options if has_text(option)), None)
            if chosen is not None:
                yield from visible_children(chosen)
        elif name not in _INVISIBLE:
            yield child


def has_text(element: Element) -> bool:
    return any(text.text for text in every(element, "t"))


def words(element: Element) -> str:
    """Return all text below an element, in order."""
    return "".join(_words(element)).strip()


def sign(element: Element) -> str | None:
    """Return the text that an element itself stands for; None when it has no text of its own."""
    return (element.text or "") if local(element) == "t" else _SIGNS.get(local(element))


def _words(element: Element) -> Iterator[str]:
    for child in visible_children(element):
        own = sign(child)
        if own is None:
            yield from _words(child)
        else:
            yield own


def reference(element: Element) -> str:
    """Return the id by which an element refers to a note, a comment or a slide."""
    return attribute(element, "id")
