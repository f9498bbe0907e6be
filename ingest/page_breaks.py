"""Where the pages of a document part its passages: a hit names the page on which its sentence stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from ingest.readers.documents import TextDocument
from semsearch.language.sentences import sentences
from semsearch.records import Span

# A page without such a word, one with a number only for instance, has no passage of its own.
_WORD = re.compile(r"[^\W\d_]{2}")
# The most characters of a sentence that belong to the page before.
_LONGEST_REST = 1_000


class PageBreaks:
    """The pages of a document. No passage has sentences that begin on different pages."""

    def __init__(self, document: TextDocument) -> None:
        self._pages = document.pages
        self._cuts = list(_cuts(document))

    def __bool__(self) -> bool:
        """Whether there are several pages with text."""
        return bool(self._cuts)

    def page(self, at: int) -> int | None:
        """The number, from 1, of the page with the character `at`; None in a document without pages."""
        return bisect_right(self._pages, at) or 1 if self._pages else None

    def parts(self, start: int, end: int) -> Iterator[Span]:
        """Cut a span of the text where pages begin."""
        for cut in self._cuts[bisect_right(self._cuts, start) : bisect_left(self._cuts, end)]:
            yield start, cut
            start = cut
        yield start, end


def _cuts(document: TextDocument) -> Iterator[int]:
    """The places, in order, where passages end because a page does."""
    text, last = document.text, 0
    for start, end in pairwise([*document.pages, len(text)]):
        cut = _end_of_sentence(text, start, end) if _runs_on(text, start) else start
        if _WORD.search(text, last, cut) and _WORD.search(text, cut, end):
            yield cut
            last = cut


def _runs_on(text: str, start: int) -> bool:
    """Whether a page begins within a sentence: its text follows that of the page before in one line."""
    return start > 0 and text[start - 1] == " "


def _end_of_sentence(text: str, start: int, end: int) -> int:
    """The end of the sentence that runs on from the page before, or of the page if that is nearer."""
    rest = text[start : min(end, start + _LONGEST_REST)]
    spans = sentences(rest, _LONGEST_REST)
    return start + (spans[0][1] if spans else 0)
