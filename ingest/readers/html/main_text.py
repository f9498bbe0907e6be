"""The main text of a page: what is left without what stands around it on every page of its site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from ingest.readers.html.runs import Block, Run

# Words in the class names of what stands around a text. "comment" joins them in articles alone: in the
# manuals of programs it is a part of the text.
_AROUND = frozenset({
    "nav", "navbar", "navigation", "navheader", "navfooter", "menu", "dropdown", "toolbar", "breadcrumb",
    "breadcrumbs", "pager", "pagination", "masthead", "banner", "footer", "sidebar", "copyright",
    "ad", "ads", "advert", "advertisement", "advertising", "sponsor", "sponsors", "sponsored", "promo",
    "promos", "promoted", "promotion", "outbrain", "taboola",
    "related", "recommended", "recommendations", "popular", "trending",
    "share", "sharing", "social", "comments", "commentlist", "disqus",
    "newsletter", "subscribe", "subscription", "login", "signin", "signup",
    "cookie", "cookies", "consent", "gdpr", "modal", "overlay", "popup", "noprint",
})  # fmt: skip
# "has-sidebar" says something of the element around the sidebar.
_ABOUT_OTHERS = frozenset({"has", "hide", "is", "js", "no", "not", "show", "with", "without"})
_CONTAINERS = frozenset({"main", "article", "section", "div", "form", "td"})

# The share of a page's text that makes these its main text. An article has neighbours more often.
_DECLARED = {"main": 0.5, "article": 0.75}

_PROSE = 80  # characters: captions, headlines and buttons are shorter than paragraphs
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")


def main_text(runs: Sequence[Run], blocks: Sequence[Block], *, article: bool) -> list[int]:
    """Which runs are the main text, in their order; all of them where nothing is known to stand around it.

    On a page that calls itself an `article` it is the smallest element with nearly all of the paragraphs.
    Manuals, lists and threads would lose by that, and call themselves something else. Links weigh nothing,
    since menus consist of them.
    """
    around = _around(runs, blocks, article=article)
    weights = [0 if run.linked or at in around else len(run.words) for at, run in enumerate(runs)]
    span = _declared(blocks, weights)
    if article:
        span = _narrowed(runs, blocks, weights, span)
    return [at for at in span if at not in around] or list(range(len(runs)))


def _around(runs: Sequence[Run], blocks: Sequence[Block], *, article: bool) -> set[int]:
    """The runs of elements whose names say that they stand around the text.

    Names mislead: an element with half of the text is the text, and a third of the text stays in any case,
    so that a page of comments keeps its comments.
    """
    weights = [0 if run.linked else len(run.words) for run in runs]
    sums = _Sums(weights)
    named: dict[str, set[int]] = {}
    for block in blocks:
        name = _name(block, article=article)
        if name and sums.within(block) <= sums.total / 2:
            named.setdefault(name, set()).update(range(block.start, block.end))
    around: set[int] = set()
    for stretch in sorted(named.values(), key=lambda stretch: sum(weights[at] for at in stretch)):
        more = around | stretch
        if sum(weights[at] for at in more) > sums.total * 2 / 3:
            break
        around = more
    return around


def _name(block: Block, *, article: bool) -> str:
    """The word among the names of an element that says that it stands around the text."""
    if block.tag == "form":
        return "form"
    names = [_words(name) for name in block.classes.split()]
    # The id of a section is made of its heading, and so is a long one: "sharing-with-a-team".
    if block.tag != "section" and "section" not in block.classes and len(_words(block.id)) <= 2:
        names.append(_words(block.id))
    for words in names:
        if words[0] not in _ABOUT_OTHERS:
            for word in words:
                if word in _AROUND or (article and word == "comment"):
                    return word
    return ""


def _words(name: str) -> list[str]:
    """The words of a class name or an id, such as "share-bar", "share_bar" or "shareBar"."""
    return _NO_LETTERS.split(_HUMP.sub("-", name).lower())


def _declared(blocks: Sequence[Block], weights: Sequence[int]) -> range:
    """The largest <main> or <article> that holds enough of the text; everything where none does."""
    sums = _Sums(weights)
    enough = [
        block
        for block in blocks
        if block.tag in _DECLARED and sums.within(block) > _DECLARED[block.tag] * sums.total
    ]
    widest = max(enough, key=sums.within, default=None)
    return range(widest.start, widest.end) if widest else range(len(weights))


def _narrowed(runs: Sequence[Run], blocks: Sequence[Block], weights: Sequence[int], span: range) -> range:
    """The smallest element with nine tenths of the long paragraphs and two thirds of all text of the span."""
    text, prose = _Sums(weights), _Sums(_prose(runs, weights))
    enough_text = text.between(span.start, span.stop) * 2 / 3
    enough_prose = prose.between(span.start, span.stop) * 9 / 10
    smallest = span
    for block in blocks:
        if (
            block.tag in _CONTAINERS
            and span.start <= block.start
            and block.end <= span.stop
            and block.end - block.start < len(smallest)
            and text.within(block) >= enough_text
            and prose.within(block) >= enough_prose
        ):
            smallest = range(block.start, block.end)
    return smallest


def _prose(runs: Sequence[Run], weights: Sequence[int]) -> list[int]:
    """The weights of the runs in long paragraphs that are not mostly links; 0 for the others."""
    prose = [0] * len(runs)
    starts = [at for at, run in enumerate(runs) if at == 0 or run.gap == "\n\n"]
    for start, end in pairwise([*starts, len(runs)]):
        weight = sum(weights[start:end])
        linked = sum(len(run.words) for run in runs[start:end] if run.linked)
        if weight >= max(_PROSE, linked):
            prose[start:end] = weights[start:end]
    return prose


class _Sums:
    """Sums of weights over stretches of runs."""

    def __init__(self, weights: Iterable[int]) -> None:
        self._before = [0, *accumulate(weights)]
        self.total = self._before[-1]

    def between(self, start: int, end: int) -> int:
        return self._before[end] - self._before[start]

    def within(self, block: Block) -> int:
        return self.between(block.start, block.end)
