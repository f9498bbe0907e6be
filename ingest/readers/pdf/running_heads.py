"""Lines that stand on most pages at the same place, such as letterheads, running heads and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

# A running head stands on this many pages at least, and on this part of them: books have one for left pages
# and another for right pages.
_LEAST_PAGES, _LEAST_SHARE = 3, 0.4
# The lines at the top and at the bottom of a page among which they are looked for. A letterhead has several.
# In a document of two pages, fewer lines are the same for this reason.
_EDGE, _EDGE_OF_TWO = 8, 3
_NUMBER = re.compile(r"\d{1,4}")
# "Lesson 7" on page 7 is no running head: one with the number of its page has more words, or says "page".
_WORD = re.compile(r"[^\W\d_]+")
_PAGE = re.compile(r"(?i)\b(?:pages?|pg?|pp|seite|s|página|pagina|pág|sida|side|strona|str|sivu|oldal)\b")
_LEAST_WORDS = 3

# A page, and whether a line stands in its upper half.
_Place = tuple[int, bool]


def without_running_heads(pages: Sequence[str]) -> list[str]:
    """The pages without their running heads, each of which stays on one page: the first, or the last if it
    stands at the bottom.

    So it can be found, and does not stand between the halves of a sentence, or make all pages alike. A page
    with nothing else keeps its own.
    """
    lines = [page.split("\n") for page in pages]
    filled = sum(any(each) for each in lines)
    if filled < 2:
        return list(pages)
    edge = _EDGE if filled >= _LEAST_PAGES else _EDGE_OF_TWO
    places: dict[str, list[_Place]] = defaultdict(list)
    for number, page in enumerate(lines):
        for at in _edges(page, edge):
            for key in _keys(page[at], number):
                places[key].append((number, at < len(page) / 2))
    least = max(min(filled, _LEAST_PAGES), _LEAST_SHARE * filled)
    heads = {
        key: found[0][0] if found[0][1] else found[-1][0]
        for key, found in places.items()
        if len({number for number, _ in found}) >= least
    }
    left = ["\n".join(_without(page, number, heads, edge)) for number, page in enumerate(lines)]
    return [text if text.strip() else page for text, page in zip(left, pages, strict=True)]


def _without(page: list[str], number: int, heads: Mapping[str, int], edge: int) -> Iterator[str]:
    """The lines of a page but for those heads that stay on other pages."""
    edges = set(_edges(page, edge)) if heads else ()
    for at, line in enumerate(page):
        staying = [heads[key] for key in _keys(line, number) if key in heads] if at in edges else []
        if not staying or number in staying:
            yield line


def _edges(page: list[str], edge: int) -> list[int]:
    """The numbers of the lines at the top and at the bottom that are not empty."""
    filled = [at for at, line in enumerate(page) if line.strip()]
    return filled if len(filled) <= 2 * edge else filled[:edge] + filled[-edge:]


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
