"""The text of a document rendered from its file, with what a query found in it."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from semsearch.language.terms import spans_of
from semsearch.records import Passage, Span
from web.document_text import Answer
from web.rendering.letters import Letters
from web.rendering.marked_html import MarkedHtml, Marks

# The characters that a preview shows before the passage that was found, and after its beginning.
_BEFORE, _AFTER = 600, 5_000
_FIRST_HEADING = re.compile(r"\A((?:\s|<[^>]*>)*?)<h1>(.*?)</h1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


def body(
    clean: str,
    title: str,
    passages: Sequence[Passage],
    terms: Collection[str],
    language: str,
    found: Passage | None = None,
    answer: Answer | None = None,
    *,
    is_preview: bool = False,
) -> Markup:
    """Rendered HTML with marks at the words with these terms, and an anchor where each passage begins.

    `found` is the passage that matches. A preview has only the blocks around it; without one, those from the
    first passage on. A first heading that repeats the title is left out.
    """
    page = MarkedHtml(_without_title(clean, title))
    places = _places(page.text, passages)
    here = places.get(found.n) if found else None
    marks = Marks(
        spans_of(page.text, terms, language),
        _answer_in(page.text, here, found, answer),
        here,
        {start: n for n, (start, _) in sorted(places.items(), reverse=True)},
    )
    return page.with_marks(marks, _window(marks, places) if is_preview else None)


def _window(marks: Marks, places: Mapping[int, Span]) -> Span:
    """The part of a text around what was found; without that, from where its passages begin.

    The menus at the top of a web page are in no passage.
    """
    if found := marks.answer or marks.here:
        return found[0] - _BEFORE, found[0] + _AFTER
    start = places[0][0] if 0 in places else 0
    return start, start + _AFTER


def _without_title(clean: str, title: str) -> str:
    first = _FIRST_HEADING.match(clean)
    if first is None or html.unescape(_TAGS.sub("", first[2])).strip() != title.strip():
        return clean
    return first[1] + clean[first.end() :]


def _places(text: str, passages: Sequence[Passage]) -> dict[int, Span]:
    """Where each passage stands in the text, by its number; without those that are not found."""
    letters = Letters(text)
    places: dict[int, Span] = {}
    start = 0
    for passage in passages:
        # Passages are in order, and each begins after the one before.
        span = letters.find(passage.content, start) or letters.find(passage.content)
        if span is not None:
            places[passage.n] = span
            start = span[0] + 1
    return places


def _answer_in(text: str, here: Span | None, found: Passage | None, answer: Answer | None) -> Span | None:
    if here is None or found is None or answer is None or answer.n != found.n:
        return None
    return Letters(text).find(found.content[slice(*answer.span)], here[0])
