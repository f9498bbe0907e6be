"""The main text of a web page: its text without the menus, sidebars and footers around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from ingest.readers.html.runs import Block, Run

# Words in the class names of elements around the main text. "comment" is one of them only in articles: in the
# manual of a program, comments are a part of the text.
_SURROUNDINGS = frozenset({
    "nav", "navbar", "navigation", "navheader", "navfooter", "menu", "dropdown", "toolbar", "breadcrumb",
    "breadcrumbs", "pager", "pagination", "masthead", "banner", "footer", "sidebar", "copyright",
    "ad", "ads", "advert", "advertisement", "advertising", "sponsor", "sponsors", "sponsored", "promo",
    "promos", "promoted", "promotion", "outbrain", "taboola",
    "related", "recommended", "recommendations", "popular", "trending",
    "share", "sharing", "social", "comments", "commentlist", "disqus",
    "newsletter", "subscribe", "subscription", "login", "signin", "signup",
    "cookie", "cookies", "consent", "gdpr", "modal", "overlay", "popup", "noprint",
})  # fmt: skip
# Page builders name parts of the main text by these words, too. Where such parts have more than a quarter of
# a page, and the rest is shorter than an article, they are its text.
_DOUBTFUL = frozenset({
    "banner", "comments", "masthead", "overlay", "popular", "promo", "promotion", "related", "share",
    "sharing", "sidebar", "social", "sponsors",
})  # fmt: skip
_DOUBTFUL_SHARE, _ARTICLE = 0.25, 1_000
# A class name that begins with one of these is about another element: "has-sidebar" is the element around it.
_ABOUT_OTHERS = frozenset({"has", "hide", "is", "js", "no", "not", "show", "with", "without"})
_CONTAINERS = frozenset({"main", "article", "section", "div", "form", "td"})

# An element with more than this share of a page's text is its main text. An <article> needs more, because a
# page often has several of these.
_DECLARED = {"main": 0.5, "article": 0.75}

_PROSE = 80  # characters: captions, headlines and buttons are shorter than paragraphs
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")


def main_text(runs: Sequence[Run], blocks: Sequence[Block], *, article: bool) -> list[int]:
    """Return the numbers of the runs that are the main text, in order; all runs when none would be left.

    On a page that calls itself an `article`, the main text is the smallest element with nearly all of the
    paragraphs. Manuals, lists and threads would lose text by this rule, and they do not call themselves
    articles. Links have no weight, because menus consist of links.
    """
    around = _around(runs, blocks, article=article)
    weights = [0 if run.linked or at in around else len(run.words) for at, run in enumerate(runs)]
    span = _declared(blocks, weights)
    if article:
        span = _narrowed(runs, blocks, weights, span)
    return [at for at in span if at not in around] or list(range(len(runs)))


def _around(runs: Sequence[Run], blocks: Sequence[Block], *, article: bool) -> set[int]:
    """Return the runs of elements whose names say that they are around the main text.

    Names can mislead. So an element with more than half of the text is the text, and a third of the text
    always stays: a page of comments keeps its comments.
    """
    weights = [0 if run.linked else len(run.words) for run in runs]
    sums = _Sums(weights)
    named: dict[str, set[int]] = {}
    for block in blocks:
        name = _name(block, article=article)
        if name and sums.within(block) <= sums.total / 2:
            named.setdefault(name, set()).update(range(block.start, block.end))
    doubtful = set().union(*(named[name] for name in named.keys() & _DOUBTFUL))
    text = sum(weights[at] for at in doubtful)
    if text > _DOUBTFUL_SHARE * sums.total and sums.total - text < _ARTICLE:
        named = {name: stretch for name, stretch in named.items() if name not in _DOUBTFUL}
    around: set[int] = set()
    for stretch in sorted(named.values(), key=lambda stretch: sum(weights[at] for at in stretch)):
        more = around | stretch
        if sum(weights[at] for at in more) > sums.total * 2 / 3:
            break
        around = more
    return around


def _name(block: Block, *, article: bool) -> str:
    """Return the word in an element's names that says it is around the main text; "" when there is none."""
    if block.tag == "form":
        return "form"
    names = [_words(name) for name in block.classes.split()]
    # The id of a section is made from its heading, and so is any long id, such as "sharing-with-a-team".
    if block.tag != "section" and "section" not in block.classes and len(_words(block.id)) <= 2:
        names.append(_words(block.id))
    for words in names:
        if words[0] not in _ABOUT_OTHERS:
            for word in words:
                if word in _SURROUNDINGS or (article and word == "comment"):
                    return word
    return ""


def _words(name: str) -> list[str]:
    """Return the words of a class name or an id, such as "share-bar", "share_bar" or "shareBar"."""
    return _NO_LETTERS.split(_HUMP.sub("-", name).lower())


def _declared(blocks: Sequence[Block], weights: Sequence[int]) -> range:
    """Return the largest <main> or <article> that holds enough of the text, or else all runs."""
    sums = _Sums(weights)
    enough = [
        block
        for block in blocks
        if block.tag in _DECLARED and sums.within(block) > _DECLARED[block.tag] * sums.total
    ]
    widest = max(enough, key=sums.within, default=None)
    return range(widest.start, widest.end) if widest else range(len(weights))


def _narrowed(runs: Sequence[Run], blocks: Sequence[Block], weights: Sequence[int], span: range) -> range:
    """Return the smallest element with 9/10 of the long paragraphs and 2/3 of all text of the span."""
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
    """Return the weights of runs in long paragraphs that are not mostly links; 0 for other runs."""
    prose = [0] * len(runs)
    starts = [at for at, run in enumerate(runs) if at == 0 or run.gap == "\n\n"]
    for start, end in pairwise([*starts, len(runs)]):
        weight = sum(weights[start:end])
        linked = sum(len(run.words) for run in runs[start:end] if run.linked)
        if weight >= max(_PROSE, linked):
            prose[start:end] = weights[start:end]
    return prose


class _Sums:
    """Sums of weights over ranges of runs."""

    def __init__(self, weights: Iterable[int]) -> None:
        self._before = [0, *accumulate(weights)]
        self.total = self._before[-1]

    def between(self, start: int, end: int) -> int:
        return self._before[end] - self._before[start]

    def within(self, block: Block) -> int:
        return self.between(block.start, block.end)
