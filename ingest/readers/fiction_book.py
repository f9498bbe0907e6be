"""FictionBook (FB2): a book in XML, its sections below their titles, notes last."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.readers.assembly import Assembly
from ingest.readers.documents import TextDocument
from ingest.readers.text import own_title
from ingest.readers.zip_archive import every, local
from semsearch.errors import FileError
from semsearch.message import say

# A paragraph, a line of a poem, a cell: what has words of its own.
_LINES = frozenset({"p", "v", "subtitle", "text-author", "td", "th", "date"})
_DEEPEST = 6


def read_fiction_book(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read the book. Raises FileError when the file is damaged, no FictionBook or without text."""
    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise FileError(say("it defines XML entities, which no program that writes books does")) from error
    except (ParseError, LookupError, ValueError) as error:
        raise FileError(say("damaged: {why}", why=str(error))) from error
    if local(root) != "FictionBook":
        raise FileError(
            say("not a FictionBook, whatever its name says: this is XML with <{name}>", name=local(root))
        )
    out = Assembly()
    about = next(every(root, "title-info"), None)
    for author in _children(about, "author"):
        out.add(" ".join(filter(None, map(_words, _named(author)))))
    for annotation in _children(about, "annotation"):
        _write(out, annotation, 1)
    for body in _children(root, "body"):
        _write(out, body, 1)
    title = next((_words(each) for each in _children(about, "book-title")), "")
    return out.document(media_type, path, own_title(title) or out.first_heading())


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [child for child in element if local(child) == name]


def _named(author: Element) -> Iterator[Element]:
    for name in ("first-name", "middle-name", "last-name", "nickname"):
        yield from _children(author, name)


def _write(out: Assembly, element: Element, level: int) -> None:
    """Write what is below an element. A stack, because sections may be nested deeper than Python's stack."""
    stack = [(iter(element), level)]
    before = ""
    while stack:
        children, depth = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
        elif local(child) == "title":
            out.heading(_words(child), min(depth, _DEEPEST))
        elif local(child) in _LINES:
            out.add(_words(child), "\n" if before == local(child) == "v" else "\n\n")
        else:
            stack.append((iter(child), depth + (local(child) == "section")))
        before = "" if child is None else local(child)


def _words(element: Element) -> str:
    """The words of a line, or of the lines of a title."""
    lines = [child for child in element if local(child) in _LINES]
    if lines:
        return " ".join(filter(None, map(_words, lines)))
    return " ".join("".join(element.itertext()).split())
