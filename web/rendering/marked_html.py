"""Marks in clean HTML: the words of a query, the sentence that answers it, and where passages begin."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from semsearch.records import Span
from semsearch.text import readable
from web.rendering.html import BLOCKS, VOID

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]*)"')
_LEVELS = range(1, 7)
# The page has one main part.
_RENAMED = dict.fromkeys(("article", "aside", "footer", "header", "main", "nav", "section"), "div")
# A part of a table has these whole, but for rows of more characters in a table without a head.
_WHOLE, _LONGEST_ROW = frozenset({"thead", "tr"}), 2_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a text, as spans of it. `here` is the passage that was found.

    `anchors` has the number of each passage that begins at a place.
    """

    highlights: Sequence[Span] = ()
    answer: Span | None = None
    here: Span | None = None
    anchors: Mapping[int, int] = field(default_factory=dict)

    @property
    def cuts(self) -> list[int]:
        """The places where something begins or ends, in order."""
        spans = [*self.highlights, *([self.answer] if self.answer else [])]
        return sorted({*(place for span in spans for place in span), *self.anchors})

    def is_answer(self, place: int) -> bool:
        """Whether the answer has a place."""
        return self.answer is not None and self.answer[0] <= place < self.answer[1]

    def is_highlighted(self, place: int) -> bool:
        """Whether one of the highlights, which are in order and apart, has a place."""
        n = bisect_right(self.highlights, place, key=lambda span: span[0])
        return n > 0 and place < self.highlights[n - 1][1]


class _Kind(Enum):
    TEXT = auto()
    OPEN = auto()
    CLOSE = auto()
    VOID = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or the text between two tags; `at` is its place in the text of the whole."""

    kind: _Kind
    name: str
    content: str
    at: int

    @property
    def is_block(self) -> bool:
        return self.name in BLOCKS

    @property
    def end(self) -> int:
        """Where the next token stands: a tag of a block counts as a line break."""
        return self.at + (len(self.content) if self.kind is _Kind.TEXT else self.is_block)


class MarkedHtml:
    """HTML of nh3, which closes its tags and quotes its values, and the text in it."""

    def __init__(self, clean: str) -> None:
        self._tokens = _tokens(clean)
        self._names = _RENAMED | _headings({each.name for each in self._tokens})

    @cached_property
    def text(self) -> str:
        """The text, with a line break at each end of a block."""
        return "".join(
            each.content if each.kind is _Kind.TEXT else "\n" * each.is_block for each in self._tokens
        )

    def with_marks(self, marks: Marks, window: Span | None = None) -> Markup:
        """The HTML with its marks; only the blocks around the span `window`, if it is given.

        A table that began before them keeps its head.
        """
        first, last = self._blocks_around(window) if window else (0, len(self.text) + 1)
        cuts = marks.cuts
        parts: list[Markup] = []
        opened: list[tuple[str, Markup]] = []
        for token in self._tokens:
            if token.at >= last:
                break
            if not parts and token.at >= first:
                parts += [tag for _, tag in opened]
            made = _text(token, marks, cuts) if token.kind is _Kind.TEXT else self._tag(token, marks)
            if token.kind is _Kind.OPEN:
                opened.append((token.name, made))
            elif token.kind is _Kind.CLOSE:
                opened.pop()
            if token.at >= first:
                parts.append(made)
            else:
                _keep_head(opened, token, made)
        return Markup("").join([*parts, *(self._closing(name) for name, _ in reversed(opened))])

    @cached_property
    def _ends(self) -> dict[int, int]:
        """Where the text ends that follows each tag of a block."""
        places = [each.at for each in self._tokens if each.is_block]
        return dict(pairwise([*places, len(self.text)]))

    def _blocks_around(self, window: Span) -> Span:
        """The span of whole blocks, and whole rows of tables, that has all of `window`."""
        end = len(self.text) + 1
        edges = [0, *self._edges(), end]
        return (
            max(edge for edge in edges if edge <= max(0, window[0])),
            min(edge for edge in edges if edge >= min(window[1], end)),
        )

    def _edges(self) -> list[int]:
        """The places of tags of blocks, without those within heads and rows of tables.

        Web pages may stand in one row. So long rows are cut, in tables without a head.
        """
        # Those outside of rows, and within each row that is open.
        found: list[list[int]] = [[]]
        begins: list[int] = []
        has_head: list[bool] = []
        for each in self._tokens:
            if each.is_block:
                found[-1].append(each.at)
            opens = each.kind is _Kind.OPEN
            if each.name == "table":
                has_head = [*has_head, False] if opens else has_head[:-1]
            elif each.name in _WHOLE and opens:
                has_head[-1:] = [each.name == "thead" or has_head[-1]]
                begins.append(each.at)
                found.append([])
            elif each.name in _WHOLE:
                within, is_long = found.pop(), each.at - begins.pop() > _LONGEST_ROW
                found[-1] += within if is_long and not has_head[-1] else ()
        return found[0]

    def _tag(self, token: _Token, marks: Marks) -> Markup:
        if token.name == "img":
            alt = _ALT.search(token.content)
            words = html.unescape(alt[1]) if alt else ""
            return Markup('<span class="no-picture">{}</span>').format(words) if words else Markup()
        name = self._names.get(token.name, token.name)
        if token.kind is _Kind.CLOSE:
            return self._closing(token.name)
        here = ' class="here"' if self._is_here(token, marks) else ""
        # A wide table scrolls: keys must reach it.
        reached = ' tabindex="0"' if name == "table" else ""
        return Markup(f"<{name}{here}{reached}{token.content}>")

    def _closing(self, name: str) -> Markup:
        return Markup(f"</{self._names.get(name, name)}>")

    def _is_here(self, token: _Token, marks: Marks) -> bool:
        """Whether a tag begins a block with text of the passage that was found."""
        if marks.here is None or not token.is_block:
            return False
        start, end = max(token.end, marks.here[0]), min(self._ends[token.at], marks.here[1])
        return bool(self.text[start:end].strip())


def _tokens(clean: str) -> list[_Token]:
    found: list[_Token] = []
    at = shown = 0

    def add(kind: _Kind, name: str, content: str) -> None:
        nonlocal at
        found.append(_Token(kind, name, content, at))
        at = found[-1].end

    for tag in _TAG.finditer(clean):
        if tag.start() > shown:
            add(_Kind.TEXT, "", html.unescape(clean[shown : tag.start()]))
        shown = tag.end()
        kind = _Kind.CLOSE if tag[1] else _Kind.VOID if tag[2] in VOID else _Kind.OPEN
        add(kind, tag[2], tag[3])
    add(_Kind.TEXT, "", html.unescape(clean[shown:]))
    return found


def _keep_head(opened: list[tuple[str, Markup]], token: _Token, made: Markup) -> None:
    """Put what stands in the head of a table behind the tag of the table, among those that are open."""
    heads = [n for n, (name, _) in enumerate(opened) if name == "thead"]
    if not heads and token.name != "thead":
        return
    at = heads[0] - 1 if heads else len(opened) - 1
    name, before = opened[at]
    opened[at] = (name, before + made)


def _headings(names: Collection[str]) -> dict[str, str]:
    """The names of headings below that of the page, which is the only one of the first level."""
    first = next((n for n in _LEVELS if f"h{n}" in names), 1)
    return {f"h{n}": f"h{min(n - first + 2, 6)}" for n in _LEVELS if n >= first}


def _text(token: _Token, marks: Marks, cuts: Sequence[int]) -> Markup:
    """A text, with an element around each part of it that is marked."""
    inside = cuts[bisect_left(cuts, token.at) : bisect_left(cuts, token.end)]
    if not inside and not marks.is_answer(token.at):
        return _part(token, (token.at, token.end), marks)
    spans = pairwise(dict.fromkeys([token.at, *inside, token.end]))
    parts: list[Markup] = []
    for is_answer, group in groupby(spans, lambda span: marks.is_answer(span[0])):
        (first, *others) = ((_anchor(span[0], marks), _part(token, span, marks)) for span in group)
        made = Markup("").join([first[1], *(part for pair in others for part in pair)])
        # White space may stand between the rows of a table, where no element may.
        is_marked = is_answer and bool(made.strip())
        parts += [first[0], Markup('<span class="answer">{}</span>').format(made) if is_marked else made]
    return Markup("").join(parts)


def _anchor(place: int, marks: Marks) -> Markup:
    if place not in marks.anchors:
        return Markup()
    return Markup('<span class="anchor" id="p{}"></span>').format(marks.anchors[place])


def _part(token: _Token, span: Span, marks: Marks) -> Markup:
    part = escape(readable(token.content[span[0] - token.at : span[1] - token.at]))
    return Markup("<mark>{}</mark>").format(part) if marks.is_highlighted(span[0]) else part
