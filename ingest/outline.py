"""The outline of a document: the headings above each place in the text, and where to cut the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from ingest.readers.documents import Heading, TextDocument
from semsearch.records import Span

# A section below 1/10 of a passage, some twenty tokens, says nothing alone. It is a heading, a date, or
# "see below".
_SMALL_PART = 10


@dataclass(frozen=True, slots=True)
class Place:
    """The headings above the start of a passage.

    `titles` are their words, outermost first. A first heading that repeats the document's title is left out.
    `opens` is True when the passage itself begins with the last heading.
    """

    titles: tuple[str, ...]
    opens: bool


class Outline:
    """The headings of a document, for queries by place in the text."""

    def __init__(self, document: TextDocument) -> None:
        self._document = document
        self._headings = document.headings
        self._starts = [heading.start for heading in document.headings]
        self._paths = _paths(document.headings)

    def place(self, at: int) -> Place:
        """Return the place of the character `at`."""
        number = bisect_right(self._starts, at) - 1
        if number < 0:
            return Place((), opens=False)
        titles = tuple(heading.title for heading in self._paths[number])
        start = self._starts[number]
        opens = start >= 0 and not self._document.text[start:at].strip()
        # A title made from the file's name does not count: the headings must not change with the name.
        repeats = self._document.title_in_file and self._document.title.startswith(titles[0])
        return Place(titles[1:] if repeats else titles, opens)

    def is_heading(self, at: int) -> bool:
        """Tell whether a heading starts at the character `at`."""
        number = bisect_left(self._starts, at)
        return number < len(self._starts) and self._starts[number] == at

    def stretches(self, section: Span, size: Callable[[int, int], int], capacity: int) -> list[Span]:
        """Cut a section of the text at headings into spans. A passage never crosses from one into the next.

        `size(start, end)` counts tokens. A section has a span of its own unless it is small. Small sections
        below the same heading share a span of up to half of `capacity`. A section of a few words shares a
        span with the section that follows it.
        """
        start, level = section[0], 0
        first, last = (bisect_left(self._starts, edge) for edge in section)
        stretches: list[Span] = []
        for number, end in enumerate([*self._starts[first:last], section[1]], start=first):
            if end == start:
                continue
            here = self._headings[number - 1].level if number > first else 0
            opened = self._starts[number - 1] if number > first else start
            if opened > start:
                small = size(start, opened) < capacity // _SMALL_PART
                joins = small or size(start, end) <= capacity // 2
                if here < level or not joins:
                    stretches.append((start, opened))
                    start, level = opened, here
            else:
                level = here
        stretches.append((start, section[1]))
        return stretches

    def places(self, start: int, end: int) -> list[Place]:
        """Return every place that a passage may have when it starts in the span."""
        inside = self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        # One character after its start, a heading is above the passage and no longer a part of it.
        return [self.place(start), *(self.place(at + 1) for at in inside)]


def _paths(headings: tuple[Heading, ...]) -> list[tuple[Heading, ...]]:
    """Return, for each heading, the headings it stands under, followed by itself."""
    paths: list[tuple[Heading, ...]] = []
    path: tuple[Heading, ...] = ()
    for heading in headings:
        path = (*(above for above in path if above.level < heading.level), heading)
        paths.append(path)
    return paths
