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
# A number that is no part of a longer one, of a date, an amount or a code. "3/12" may be a page of twelve.
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,4}(?!\w|[.,-]\w|/(?!\d{1,3}(?![\w/])))")
_TOTAL = re.compile(r"(?:\s?/\s?|\s\w{1,3}\s)\d{1,4}\W*$")
# Words beside a number are looked for among so many characters.
_NEAR = 20
_PAGE = r"(?<!['’])\b(?:pages?|pg?|pp|seite|s|página|pagina|pág|sida|side|strona|str|sivu|oldal)\b"
_PAGE_BEFORE = re.compile(rf"(?i){_PAGE}\W{{0,3}}(?:(?:no|nr|number)\W{{1,2}})?$")
_PAGE_AFTER = re.compile(rf"(?i)\W{{0,3}}{_PAGE}")
# Invoices and tickets have numbers too, which rise from page to page where they are printed at once.
_OF_SOMETHING = re.compile(r"(?i)(?:[#№:]|\b(?:no|nr|num|number|nummer|numéro|numero|número)\b\.?)\s*$")
# "Lesson 7" on page 7 is no running head: one with the number of its page has more words, or says "page".
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS = 3
# A file may be the end of a volume, with fewer pages before it than this.
_MOST_BEFORE = 1_000

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
        for at, keys in _edges(page, number, edge):
            for key in keys:
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
    edges = dict(_edges(page, number, edge)) if heads else {}
    for at, line in enumerate(page):
        staying = [heads[key] for key in edges.get(at, ()) if key in heads]
        if not staying or number in staying:
            yield line


def _edges(page: list[str], number: int, edge: int) -> Iterator[tuple[int, list[str]]]:
    """The lines at the top and at the bottom that are not empty: where they stand, and their keys."""
    filled = [at for at, line in enumerate(page) if line.strip()]
    for at in filled if len(filled) <= 2 * edge else filled[:edge] + filled[-edge:]:
        yield at, list(_keys(page[at], number, is_first=at == filled[0], is_last=at == filled[-1]))


def _keys(line: str, page: int, *, is_first: bool, is_last: bool) -> Iterator[str]:
    """What the line has in common with the same line of other pages: its words, but for the page number.

    Other numbers, such as a total, make a line that is on one page only. `is_first` and `is_last` say whether
    the line is the outermost one of its page.
    """
    line = " ".join(line.split())
    yield line
    words = len(_WORD.findall(line))
    # A number alone is mostly that of the page only as the outermost line.
    may_count = words >= _LEAST_WORDS if words else is_first or is_last
    for found in _NUMBER.finditer(line):
        before, after, offset = line[: found.start()], line[found.end() :], int(found[0]) - page
        # In a foot it stands between words as well: "Harbour Ltd    3    Confidential".
        is_placed = _is_at_end(before, after) or (is_last and offset <= 1)
        if _is_beside_page(before, after) or (
            may_count and is_placed and offset < _MOST_BEFORE and not _OF_SOMETHING.search(before[-_NEAR:])
        ):
            yield f"{before}\0{offset}\0{after}"


def _is_beside_page(before: str, after: str) -> bool:
    """Whether a number between these words stands beside the word "page"."""
    return bool(_PAGE_BEFORE.search(before[-_NEAR:]) or _PAGE_AFTER.match(after))


def _is_at_end(before: str, after: str) -> bool:
    """Whether a number between these words begins the line, or ends it, alone or with the total."""
    return not re.search(r"\w", before) or not re.search(r"\w", after) or bool(_TOTAL.match(after))
