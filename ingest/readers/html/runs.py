"""Write an HTML tree as text, and keep which part of it came from which element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from ingest.readers.html.row_spans import TAGS, RowSpans

# Never the text of a page: programs, drawings, controls, links to other pages, and how to read the characters
# below it (ruby), which would stand in the middle of words.
_DROPPED = frozenset({
    "script", "style", "template", "noscript", "svg", "math", "head", "iframe", "object", "select",
    "textarea", "button", "canvas", "audio", "video", "map", "nav", "rt", "rp",
})  # fmt: skip
# Elements and roles that a page itself puts beside its main text.
_BESIDE = frozenset({"footer", "aside", "dialog"})
_BESIDE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog"}
)
_PARAGRAPHS = frozenset({
    "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl",
    "table", "blockquote", "pre", "figure", "figcaption", "address", "details", "fieldset", "hr", "form",
    "footer", "aside", "dialog",
})  # fmt: skip
_LINES = frozenset({"li", "tr", "dt", "dd", "br", "caption", "summary", "legend", "option", "thead", "tbody"})
_CELLS = frozenset({"td", "th"})
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = (_PARAGRAPHS | _CELLS | {"li"}) - _HEADINGS.keys() - {"pre", "hr"}

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one text node. `gap` separates them from the words before: "", " ", "\\n" or "\\n\\n"."""

    gap: str
    words: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """An element that the runs from `start` to before `end` came from."""

    start: int
    end: int
    tag: str
    classes: str
    id: str


@dataclass(frozen=True, slots=True)
class RunHeading:
    """A heading; `run` is the number of its first run."""

    run: int
    level: int
    title: str


class Writer:
    """Writes the text below an element. White space collapses, and gaps separate blocks.

    `whole` also takes footers, asides and dialogs. `blocks` are in the order in which they end.
    """

    def __init__(self, root: LexborNode | None, *, whole: bool) -> None:
        self.runs: list[Run] = []
        self.blocks: list[Block] = []
        self.headings: list[RunHeading] = []
        self._whole = whole
        self._gap = ""  # the gap before the next run
        self._verbatim = 0  # how many <pre> are open
        self._linked = False
        self._open: list[tuple[int, str, str]] = []  # first run, classes and id of each open block
        self._heading = 0  # the first run of the open heading
        self._spans = RowSpans(lambda start: " ".join(joined(self.runs[start:]).split()))
        for node, entering in _walk(root, self._is_dropped) if root is not None else ():
            tag = node.tag or ""
            if tag == "-text":
                if entering:
                    self._text(node.text_content or "")
            elif entering:
                self._enter(tag, node)
            else:
                self._leave(tag)

    def _is_dropped(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag == "-text":
            return False
        if tag in _DROPPED or tag.startswith(("-", "!")):
            return True
        attributes = node.attributes
        if (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or "display:none" in (attributes.get("style") or "").replace(" ", "")
        ):
            return True
        return not self._whole and (tag in _BESIDE or attributes.get("role") in _BESIDE_ROLES)

    def _enter(self, tag: str, node: LexborNode) -> None:
        if tag in TAGS:
            self._put_cells(self._spans.enter(tag, node, len(self.runs)))
        self._set_apart(tag)
        if tag in _BLOCKS:
            attributes = node.attributes
            self._open.append((len(self.runs), attributes.get("class") or "", attributes.get("id") or ""))
        elif tag in _HEADINGS:
            self._heading = len(self.runs)
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "a":
            self._linked = "href" in node.attributes

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            start, classes, identity = self._open.pop()
            if start < len(self.runs):
                self.blocks.append(Block(start, len(self.runs), tag, classes, identity))
        elif tag in _HEADINGS:
            words = " ".join(joined(self.runs[self._heading :]).split())
            if words:
                self.headings.append(RunHeading(self._heading, _HEADINGS[tag], words))
        elif tag == "pre":
            self._verbatim -= 1
        elif tag == "a":
            self._linked = False
        if tag in TAGS:
            self._put_cells(self._spans.leave(tag))
        self._set_apart(tag)

    def _put_cells(self, names: Iterator[str]) -> None:
        for name in names:
            self._set_apart("td")
            self.runs.append(Run(self._gap, name, linked=False))
            self._gap = ""

    def _set_apart(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._gap = "\n\n"
        elif tag in _LINES and self._gap != "\n\n":
            self._gap = "\n"
        elif tag in _CELLS and not self._gap:
            self._gap = " "

    def _text(self, text: str) -> None:
        words = text if self._verbatim else _SPACES.sub(" ", text)
        if words.isspace() or not words:
            self._gap = self._gap or (" " if words else "")
            return
        trailing = False
        if not self._verbatim:
            if words[0] == " " and not self._gap:
                self._gap = " "
            trailing = words[-1] == " "
            words = words.strip(" ")
        self.runs.append(Run(self._gap, words, self._linked))
        self._gap = " " if trailing else ""


def joined(runs: list[Run]) -> str:
    """Join the runs to one text, without the gap before the first."""
    text = "".join(run.gap + run.words for run in runs)
    return text[len(runs[0].gap) :] if runs else ""


def _walk(root: LexborNode, skip: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Yield every node below root, with True on entering it and False on leaving it.

    It does not recurse, because pages nest too deep for that.
    """
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
