"""Build the text of a document from its parts: paragraphs, headings, pages and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.readers.documents import Heading, TextDocument
from ingest.readers.limits import MAX_CHARACTERS, first_characters, joined
from ingest.readers.text import clean, title_of
from semsearch.errors import NothingToIndexError
from semsearch.formats.cells import lines_of
from semsearch.message import say

# A longer heading is a paragraph in large letters.
_HEADING_LENGTH = 200


class Assembly:
    """The growing text of a document. What comes after its most characters is counted, and left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._pages: list[int] = []
        self._left_out: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, text: str, gap: str = "\n\n") -> None:
        """Add a paragraph or, with "\\n" as the gap, a line. White space around it is dropped."""
        text = clean(text).strip()
        if not text:
            return
        if self._parts:
            self._put(gap)
        self._put(text)

    def heading(self, words: str, level: int = 1) -> None:
        """Add a heading, as one line."""
        words = " ".join(clean(words).split())
        if not words:
            return
        self._put("\n\n" if self._parts else "")
        if len(words) <= _HEADING_LENGTH and self._length < MAX_CHARACTERS:
            self._headings.append(Heading(self._length, level, words))
        self._put(words)

    def rows(self, name: str, lines: Iterable[str]) -> None:
        """Add the lines of a sheet, one for each row, below a heading with its name."""
        for number, line in enumerate(lines):
            if number == 0:
                self.heading(name)
            self.add(line, "\n")

    def table(self, rows: Iterable[Mapping[int, str]]) -> None:
        """Add a table of texts by their columns, one line for each row, so that its columns are known."""
        for number, line in enumerate(lines_of(rows)):
            self.add(line, "\n" if number else "\n\n")

    def page(self) -> None:
        """Begin a new page."""
        start = self._length + len("\n\n") if self._parts else 0
        if start < MAX_CHARACTERS:
            self._pages.append(start)

    def include(self, document: TextDocument, below: int = 0) -> None:
        """Add the text of another document, with its headings `below` levels further down."""
        self._put("\n\n" if self._parts else "")
        lead = len(document.text) - len(document.text.lstrip())
        self._headings += [
            Heading(self._length + heading.start - lead, heading.level + below, heading.title)
            for heading in document.headings
            if self._length + heading.start - lead < MAX_CHARACTERS
        ]
        self._put(document.text.strip())
        self._left_out.append(document.left_out)

    def first_heading(self) -> str:
        """Return the words of the first heading of level 1; "" when there is none."""
        return next((heading.title for heading in self._headings if heading.level == 1), "")

    def text(self) -> str:
        return "".join(self._parts)

    def document(self, media_type: str, path: str, title: str = "", syntax: str = "plain") -> TextDocument:
        """Return the document. Without a `title`, `path` gives one. Raises FileError without any text."""
        if not self._parts:
            raise NothingToIndexError(say("no text in this document"))
        return TextDocument(
            media_type,
            title or title_of(path),
            self.text(),
            headings=tuple(self._headings),
            pages=tuple(self._pages),
            syntax=syntax,
            title_in_file=bool(title),
            left_out=joined(*self._left_out, first_characters(self._length)),
        )

    def _put(self, text: str) -> None:
        room = MAX_CHARACTERS - self._length
        if text and room > 0:
            self._parts.append(text[:room])
        self._length += len(text)
