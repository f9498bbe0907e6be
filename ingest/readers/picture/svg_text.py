"""The words in an SVG drawing: its titles, descriptions and labels."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from semsearch.pictures.svg import SVG, parse

# A foreign object is HTML inside a drawing; some programs write their labels in it.
_WORDED = frozenset(SVG + name for name in ("title", "desc", "text", "foreignObject"))
_SPAN = f"{SVG}tspan"
# A span with a position of its own begins a line or is a separate word.
_PLACES = ("x", "y", "dy")
# Graphviz repeats the names of nodes and edges in its source as titles.
_GRAPHVIZ = frozenset({"graph", "cluster", "node", "edge"})
_NO_WORDS = frozenset({"script", "style"})


def labels(data: bytes) -> str:
    """Return the words in a drawing in the order of the file, each text once and in a line of its own.

    Raises FileError as `parse` does.
    """
    lines = (" ".join(words.split()) for words in _words(parse(data)))
    return "\n".join(dict.fromkeys(filter(None, lines)))


def _words(element: Element) -> Iterator[str]:
    yield element.get("aria-label", "")
    if element.tag in _WORDED:
        yield "".join(_strings(element))
    else:
        for child in element:
            if child.tag != f"{SVG}title" or element.get("class") not in _GRAPHVIZ:
                yield from _words(child)


def _strings(element: Element) -> Iterator[str]:
    """Yield the text in an element, with spaces only between parts that are apart in the drawing."""
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name not in _NO_WORDS:
        apart = element.tag != _SPAN or any(place in element.attrib for place in _PLACES)
        yield " " if apart else ""
        yield element.text or ""
        for child in element:
            yield from _strings(child)
            yield child.tail or ""
        yield " " if element.tag != _SPAN else ""
