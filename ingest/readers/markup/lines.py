"""Build a text line by line, with its headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.readers.documents import Heading


class Lines:
    """The lines of a text as a reader sees them. Of several empty lines one stays."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self.headings: list[Heading] = []

    def add(self, line: str) -> None:
        """Add a line."""
        line = line.rstrip()
        if line or (self._lines and self._lines[-1]):
            self._lines.append(line)
            self._length += len(line) + 1

    def heading(self, words: str, level: int) -> None:
        """Add a heading, as one line between empty ones."""
        words = " ".join(words.split())
        if words:
            self.add("")
            self.headings.append(Heading(self._length, level, words))
            self.add(words)
            self.add("")

    def labelled(self, label: str, words: str) -> None:
        """Add words that stand in the head of a file, such as tags, below each other."""
        if words.strip():
            self.add(f"{label}: {' '.join(words.split())}")

    def text(self) -> str:
        return "\n".join(self._lines)


def still_open(headings: Iterable[Heading]) -> tuple[Heading, ...]:
    """Return the headings that text after the last of them stands below, as those of an earlier portion."""
    found: list[Heading] = []
    for heading in headings:
        found = [above for above in found if above.level < heading.level] + [replace(heading, start=-1)]
    return tuple(found)
