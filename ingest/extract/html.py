"""HTML: the main text of a page, in paragraphs, with its headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.documents import Heading, TextDocument
from ingest.extract.text import clean, decode, title_of
from semsearch.errors import FileError

# Not the text of the page: programs, drawings, navigation, controls.
_DROPPED = frozenset({
    "script", "style", "nav", "footer", "aside", "template", "noscript", "svg", "math", "head", "iframe",
    "object", "select", "textarea", "button", "dialog", "canvas", "audio", "video", "map",
})  # fmt: skip
_DROPPED_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog"}
)
_PARAGRAPHS = frozenset({
    "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl",
    "table", "blockquote", "pre", "figure", "figcaption", "address", "details", "fieldset", "hr", "form",
})  # fmt: skip
_LINES = frozenset({"li", "tr", "dt", "dd", "br", "caption", "summary", "legend", "option", "thead", "tbody"})
_CELLS = frozenset({"td", "th"})
_MAIN = frozenset({"main", "article"})
_HEADING_TAGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"<(title|script|style|iframe|noscript|textarea)\b([^<>]*)/>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def read_html(data: bytes, path: str, media_type: str) -> TextDocument:
    """The text a reader came for; <main> or <article> alone when it holds most of the page's text.

    Raises FileError when the page has no text, or as `text.decode` does.
    """
    parser = _parsed(data, media_type)
    page = _Page(with_forms=False)
    body = parser.body
    if body is not None:
        page.write(body)
        if parser.css_first("form") is not None:
            with_forms = _Page(with_forms=True)
            with_forms.write(body)
            # Some sites put the whole page into one <form>.
            if page.length < with_forms.length / 2:
                page = with_forms
    start, end = page.main()
    text = "".join(page.parts)[start:end].rstrip()
    if not text:
        raise FileError("no text in this page (is it made by a script?)")
    headings = tuple(
        Heading(at - start, level, title) for at, level, title in page.headings if start <= at < end and title
    )
    named = parser.css_first("title")
    title = _SPACES.sub(" ", clean(named.text())).strip() if named else ""
    title = title or next((heading.title for heading in headings if heading.level == 1), "")
    return TextDocument(media_type, title or title_of(path), text, headings, title_in_file=bool(title))


def read_whole(data: bytes, path: str, media_type: str, charset: str = "") -> TextDocument:
    """All of a page that was written to be read whole: a chapter of a book, a mail.

    `charset` is what is said about its encoding from outside. Raises FileError as `read_html` does.
    """
    page = _Page(with_forms=True, dropped=_DROPPED - {"aside", "footer"})
    parser = _parsed(data, media_type, charset)
    if parser.body is not None:
        page.write(parser.body)
    text = "".join(page.parts).rstrip()
    if not text:
        raise FileError("no text in this page")
    headings = tuple(Heading(at, level, words) for at, level, words in page.headings)
    return TextDocument(media_type, title_of(path), text, headings)


def _parsed(data: bytes, media_type: str, charset: str = "") -> LexborHTMLParser:
    """The tree of a page in the encoding that it, or failing that `charset`, declares."""
    found = _XML_ENCODING.search(data[:1024]) or _CHARSET.search(data[:4096])
    source = decode(data, found[1].decode("ascii") if found else charset)
    if media_type == "application/xhtml+xml":
        # HTML knows no <title/>: it would take the whole page for the title.
        source = _SELF_CLOSED.sub(r"<\1\2></\1>", source)
    return LexborHTMLParser(source)


class _Page:
    """Text being written: white space collapses, blocks are set apart."""

    def __init__(self, *, with_forms: bool, dropped: frozenset[str] = _DROPPED) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.headings: list[tuple[int, int, str]] = []  # offset, level, words
        self._dropped = dropped if with_forms else dropped | {"form"}
        self._gap = ""  # what stands between the last word and the next: "", " ", "\n" or "\n\n"
        self._fresh = True  # nothing written since the last mark, so no gap is due
        self._verbatim = 0
        self._heading: tuple[int, int] | None = None  # offset, index into parts
        self._open: list[int] = []  # offsets of the <main> and <article> around us
        self._mains: list[tuple[int, int]] = []

    def main(self) -> tuple[int, int]:
        """The span of the longest <main> or <article>; everything when that holds less than half."""
        start, end = max(self._mains, key=lambda span: span[1] - span[0], default=(0, 0))
        return (start, end) if end - start > self.length / 2 else (0, self.length)

    def write(self, root: LexborNode) -> None:
        for node, entering in _walk(root, self._is_dropped):
            tag = node.tag or ""
            if tag == "-text":
                if entering:
                    self._text(node.text_content or "")
            elif entering:
                self._enter(tag)
            else:
                self._leave(tag)

    def _is_dropped(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag == "-text":
            return False
        if tag in self._dropped or tag.startswith(("-", "!")):
            return True
        attributes = node.attributes
        return (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or attributes.get("role") in _DROPPED_ROLES
            or "display:none" in (attributes.get("style") or "").replace(" ", "")
        )

    def _enter(self, tag: str) -> None:
        self._set_apart(tag)
        if tag in _HEADING_TAGS:
            self._heading = (self._mark(), len(self.parts))
        elif tag in _MAIN:
            self._open.append(self._mark())
        elif tag == "pre":
            self._verbatim += 1

    def _leave(self, tag: str) -> None:
        if tag in _HEADING_TAGS and self._heading:
            start, part = self._heading
            self._heading = None
            words = " ".join("".join(self.parts[part:]).split())
            if words:
                self.headings.append((start, _HEADING_TAGS[tag], words))
        elif tag in _MAIN:
            self._mains.append((self._open.pop(), self.length))
        elif tag == "pre":
            self._verbatim -= 1
        self._set_apart(tag)

    def _set_apart(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._gap = "\n\n"
        elif tag in _LINES and self._gap != "\n\n":
            self._gap = "\n"
        elif tag in _CELLS and not self._gap:
            self._gap = " "

    def _mark(self) -> int:
        """Where the next word will stand; the gap before it is written now."""
        if not self._fresh:
            self._put(self._gap)
            self._fresh, self._gap = True, ""
        return self.length

    def _text(self, text: str) -> None:
        words = text if self._verbatim else _SPACES.sub(" ", text)
        if words.isspace() or not words:
            self._gap = self._gap or (" " if words else "")
            return
        if not self._verbatim:
            if words[0] == " " and not self._gap:
                self._gap = " "
            trailing = words[-1] == " "
            words = words.strip(" ")
        else:
            trailing = False
        if not self._fresh:
            self._put(self._gap)
        self._put(words)
        self._fresh, self._gap = False, " " if trailing else ""

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _walk(root: LexborNode, skip: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Every node below root, True when entering and False when leaving it. Pages nest too deep to recurse."""
    node = root.first_child
    depth = 1
    while node is not None and depth:
        child = None
        if not skip(node):
            yield node, True
            child = node.first_child
            if child is not None:
                node, depth = child, depth + 1
                continue
            yield node, False
        while node is not None and node.next is None and depth:
            node, depth = node.parent, depth - 1
            if node is not None and depth:
                yield node, False
        if node is not None and depth:
            node = node.next
