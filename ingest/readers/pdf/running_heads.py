"""Lines that stand on most pages at the same place, such as letterheads, running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

# A running head stands on this many pages at least, and on this part of them: books have one for left pages
# and another for right pages.
_LEAST_PAGES, _LEAST_SHARE = 3, 0.4
# The lines at the top and at the bottom of a page among which they are looked for. A letterhead has several.
# In a document of two pages, fewer lines are the same for this reason.
_EDGE, _EDGE_OF_TWO = 8, 3
_PAGE = r"(?<!['’])\b(?:pages?|pg?|pp|seite|s|página|pagina|pág|sida|side|strona|str|sivu|oldal)\b"
# A number that is no part of a longer one, of a date, an amount or a code. "p.3", "Page-3" and "-3-" are of
# pages, "S-3" is a code, and "3/12" may be a page of twelve.
_NUMBER = re.compile(
    rf"(?i)(?:(?<![\w.,/-])|{_PAGE}\.|(?=\w{{4}}){_PAGE}-|^-(?=\d+-$))"
    r"(\d{1,4})(?!\w|[.,-]\w|/(?!\d{1,3}(?![\w/])))"
)
_TOTAL = re.compile(r"(?:\s?/\s?|\s\w{1,3}\s)\d{1,4}\W*$")
# Words beside a number are looked for among so many characters.
_NEAR = 20
_PAGE_BEFORE = re.compile(rf"(?i){_PAGE}\W{{0,3}}(?:(?:no|nr|number)\W{{1,2}})?$")
_PAGE_AFTER = re.compile(rf"(?i)\W{{0,3}}{_PAGE}")
# Invoices and tickets have numbers too, which rise from page to page where they are printed at once.
_OF_SOMETHING = re.compile(r"(?i)(?:[#№:]|\b(?:no|nr|num|number|nummer|numéro|numero|número)\b\.?)\s*$")
# "Lesson 7" on page 7 is no running head: one with the number of its page has more words, or says "page".
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS = 3
# A file may be the end of a volume, with at most so many pages before it.
_MOST_BEFORE = 999

# A page, and whether a line stands in its upper half.
_Place = tuple[int, bool]
# Where lines stand on a page, and their keys.
_Keys = dict[int, list[str]]


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
    least = max(min(filled, _LEAST_PAGES), _LEAST_SHARE * filled)
    counts = Counter(line for page in lines for line in {_spaced(page[at]) for at in _edges(page, edge)})
    same = {line for line, count in counts.items() if count >= least}
    keys = [dict(_keys_of_page(page, number, edge, same)) for number, page in enumerate(lines)]
    heads = _heads(lines, keys, least)
    left = ["\n".join(_without(page, number, heads, keys[number])) for number, page in enumerate(lines)]
    return [text if text.strip() else page for text, page in zip(left, pages, strict=True)]


def _heads(lines: Sequence[list[str]], keys: Sequence[_Keys], least: float) -> dict[str, int]:
    """The keys that are on so many pages, and the page on which each of these heads stays."""
    places: dict[str, list[_Place]] = defaultdict(list)
    for number, (page, found) in enumerate(zip(lines, keys, strict=True)):
        for at, each in found.items():
            for key in each:
                places[key].append((number, at < len(page) / 2))
    return {
        key: found[0][0] if found[0][1] else found[-1][0]
        for key, found in places.items()
        if len({number for number, _ in found}) >= least
    }


def _without(page: list[str], number: int, heads: Mapping[str, int], keys: _Keys) -> Iterator[str]:
    """The lines of a page but for those heads that stay on other pages."""
    for at, line in enumerate(page):
        staying = [heads[key] for key in keys.get(at, ()) if key in heads]
        if not staying or number in staying:
            yield line


def _edges(page: list[str], edge: int) -> list[int]:
    """Where the lines at the top and at the bottom stand that are not empty."""
    filled = [at for at, line in enumerate(page) if line.strip()]
    return filled if len(filled) <= 2 * edge else filled[:edge] + filled[-edge:]


def _keys_of_page(
    page: list[str], number: int, edge: int, same: Collection[str]
) -> Iterator[tuple[int, list[str]]]:
    """The lines at the top and at the bottom: where they stand, and their keys.

    `same` are the lines that other pages have too. The number of the page may stand above such a foot.
    """
    edges = _edges(page, edge)
    own = [at for at, line in enumerate(page) if line.strip() and _spaced(line) not in same]
    for at in edges:
        is_outer, is_first, is_last = at in (edges[0], edges[-1]), at in own[:1], at in own[-1:]
        yield at, list(_keys(page[at], number, is_outer=is_outer, is_first=is_first, is_last=is_last))


def _spaced(line: str) -> str:
    return " ".join(line.split())


def _keys(line: str, page: int, *, is_outer: bool, is_first: bool, is_last: bool) -> Iterator[str]:
    """What the line has in common with the same line of other pages: its words, but for the page number.

    Other numbers, such as a total, make a line that is on one page only. `is_outer` says whether
    the line is the outermost one of its page, `is_first` and `is_last` whether it is so but for lines that
    other pages have too.
    """
    line = _spaced(line)
    yield line
    words = len(_WORD.findall(line))
    # A number alone is mostly that of the page only as the outermost line. Tickets have theirs below a title.
    may_count = words >= _LEAST_WORDS if words else is_first or is_last
    most = _MOST_BEFORE if words or is_outer else 1
    for found in _NUMBER.finditer(line):
        before, after, offset = line[: found.start(1)], line[found.end() :], int(found[1]) - page
        # In a foot it stands between words as well: "Harbour Ltd    3    Confidential".
        is_placed = _is_at_end(before, after) or (is_last and offset <= 1)
        if _is_beside_page(before, after) or (
            may_count and is_placed and offset <= most and not _OF_SOMETHING.search(before[-_NEAR:])
        ):
            yield f"{before}\0{offset}\0{after}"


def _is_beside_page(before: str, after: str) -> bool:
    """Whether a number between these words stands beside the word "page"."""
    return bool(_PAGE_BEFORE.search(before[-_NEAR:]) or _PAGE_AFTER.match(after))


def _is_at_end(before: str, after: str) -> bool:
    """Whether a number between these words begins the line, or ends it, alone or with the total."""
    return not re.search(r"\w", before) or not re.search(r"\w", after) or bool(_TOTAL.match(after))
