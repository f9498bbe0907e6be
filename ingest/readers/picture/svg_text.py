"""The words in an SVG drawing: titles, descriptions, labels."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from semsearch.pictures.svg import SVG, parse

# A foreign object is HTML inside a drawing, in which some programs write their labels.
_WORDED = frozenset(SVG + name for name in ("title", "desc", "text", "foreignObject"))
_SPAN = f"{SVG}tspan"
# A span that is placed by itself begins a line, or stands apart.
_PLACES = ("x", "y", "dy")
# Graphviz repeats as titles what its nodes and edges are called in the source.
_GRAPHVIZ = frozenset({"graph", "cluster", "node", "edge"})
_NO_WORDS = frozenset({"script", "style"})


def labels(data: bytes) -> str:
    """What is written in a drawing, each thing once and in a line of its own, in the order of the file.

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
    """The text in an element; parts are only torn apart where they are apart on paper."""
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name not in _NO_WORDS:
        apart = element.tag != _SPAN or any(place in element.attrib for place in _PLACES)
        yield " " if apart else ""
        yield element.text or ""
        for child in element:
            yield from _strings(child)
            yield child.tail or ""
        yield " " if element.tag != _SPAN else ""
