"""Lines that stand on most pages at the same place, such as letterheads, running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

# A running head stands on this many pages at least, and on this part of them: books have one for left pages
# and another for right pages.
_LEAST_PAGES, _LEAST_SHARE = 3, 0.4
# The lines at the top and at the bottom of a page among which they are looked for. A letterhead has several.
_EDGE = 8
_NUMBER = re.compile(r"\d{1,4}")
# "Lesson 7" on page 7 is no running head: one with the number of its page has more words, or says "page".
_WORD = re.compile(r"[^\W\d_]+")
_PAGE = re.compile(r"(?i)\b(?:pages?|pg?|pp|seite|s|página|pagina|pág|sida|side|strona|str|sivu|oldal)\b")
_LEAST_WORDS = 3


def without_running_heads(pages: Sequence[str]) -> list[str]:
    """The pages without their running heads. Each head stays on the first page that has it.

    So it can be found, and does not stand between the halves of a sentence, or make all pages alike.
    """
    lines = [page.split("\n") for page in pages]
    filled = sum(any(each) for each in lines)
    if filled < _LEAST_PAGES:
        return list(pages)
    counts: Counter[str] = Counter()
    for number, page in enumerate(lines):
        counts.update({key for line in _edges(page) for key in _keys(line, number)})
    least = max(_LEAST_PAGES, _LEAST_SHARE * filled)
    heads = {key for key, count in counts.items() if count >= least}
    if not heads:
        return list(pages)
    seen: set[str] = set()
    return [_without(page, number, heads, seen) for number, page in enumerate(lines)]


def _without(page: list[str], number: int, heads: set[str], seen: set[str]) -> str:
    """The page without heads that are `seen`; its own are added to them."""
    edges = set(_edges(page))
    kept, fresh = [], set()
    for line in page:
        found = heads.intersection(_keys(line, number)) if line in edges else set()
        if not found & seen:
            kept.append(line)
        fresh |= found
    seen |= fresh
    return "\n".join(kept)


def _edges(page: list[str]) -> list[str]:
    """The lines at the top and at the bottom that are not empty."""
    filled = [line for line in page if line.strip()]
    return filled if len(filled) <= 2 * _EDGE else filled[:_EDGE] + filled[-_EDGE:]


def _keys(line: str, page: int) -> Iterator[str]:
    """What the line has in common with the same line of other pages: its words, but for a page number.

    Any of its numbers may be that of the page. Others, such as a total, make a line that is on one page only.
    """
    line = " ".join(line.split())
    yield line
    words = _WORD.findall(line)
    if words and len(words) < _LEAST_WORDS and not _PAGE.search(line):
        return
    for number in _NUMBER.finditer(line):
        yield f"{line[: number.start()]}\0{int(number[0]) - page}\0{line[number.end() :]}"
