"""Markdown: the text that a reader sees, with its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from ingest.readers.documents import Context, TextDocument
from ingest.readers.markup.front_matter import front_matter
from ingest.readers.markup.inline import labels, visible
from ingest.readers.markup.lines import Lines, still_open
from ingest.readers.text import decoded, title_of
from semsearch.language.document_date import clock_seconds

# As in inline.py, a long run of spaces or marks is read once.
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING = re.compile(r"[ \t]#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"[ \t]*(?:>[ \t]?)*(?:[-*+][ \t]+)?(`{3,}|~{3,})(.*)$")
# Lines that cannot be the words above a setext underline: other blocks, and indented code.
_NO_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|\|)")
_QUOTES = re.compile(r"(?: {0,3}>[ \t]?)*+")
# A kind of note, as GitHub, MkDocs and Docusaurus write it, with the words of its own title.
_NOTE = re.compile(r"[ \t]*(?:\[!(\w+)\][+-]?|(?:!!!|\?\?\?)\+?[ \t]+(\w+)|:{3,}[ \t]*(\w+))[ \t]*(.*)$")
_NOTE_END = re.compile(r"[ \t]*:{3,}[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_COLUMNS = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_CONTENTS = re.compile(r"[ \t]*\[(?:TOC|\[_?TOC_?\])\][ \t]*$", re.IGNORECASE)
_TASK = re.compile(r"((?:[-*+]|\d{1,9}[.)])[ \t]+)\[([ xX])\][ \t]+")
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>\s*+(.{0,500}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_MODULE = re.compile(r"(?:import\s.+\sfrom\s+['\"]|import\s+['\"]|export\s+(?:const|default|function)\b)")


def read_markdown(data: bytes, path: str, media_type: str, context: Context | None = None) -> TextDocument:
    """Read Markdown. Its front matter or first heading gives the title. `context` is that of a portion.

    Raises FileError as `text.decode` does.
    """
    read = decoded(data)
    above = context or Context()
    front = front_matter(read.text)
    lines = Lines()
    for label, words in front.said:
        lines.labelled(label, words)
    blocks = [*_blocks(read.text[front.end :], above.fence, is_module=path.endswith(".mdx"))]
    defined = labels("\n\n".join("\n".join(block) for block, fence in blocks if not fence))
    for block, fence in blocks:
        _write(lines, block, defined, is_code=bool(fence))
    headings = (*above.headings, *lines.headings)
    title = front.title or (headings[0].title if headings else "")
    return TextDocument(
        media_type,
        title or title_of(path),
        lines.text(),
        headings=headings,
        title_in_file=bool(title),
        dated=clock_seconds(front.date) if front.date else 0.0,
        encoding=read.encoding,
        context=Context(headings=still_open(headings), fence=blocks[-1][1]),
    )


def _blocks(text: str, fence: str, *, is_module: bool) -> Iterator[tuple[list[str], str]]:
    """Yield stretches of lines: of prose, and of code with the fence that is open around it.

    `fence` is that of the code which is open at the beginning; "" when there is none. The last one has the
    fence that is open at the end.
    """
    block: list[str] = []
    in_comment = False
    for line in text.split("\n"):
        match = None if in_comment else _FENCE.match(line)
        if fence and match and match[1].startswith(fence) and not match[2].strip():
            yield block, fence
            block, fence = [], ""
        elif fence:
            block.append(line)
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            yield block, ""
            block, fence = [], match[1]
        elif in_comment:
            in_comment = "-->" not in line
            block.append(line.partition("-->")[2])
        else:
            # One that ends on its line is left to `visible`.
            start = line.find("<!--", max(0, line.rfind("-->") - 3))
            in_comment = start >= 0 and line.count("`", 0, start) % 2 == 0
            line = line[:start] if in_comment else line
            block.append("" if is_module and _MODULE.match(line) else line)
    yield block, fence


def _write(lines: Lines, block: list[str], defined: Set[str], *, is_code: bool) -> None:
    """Write a stretch of lines as they are seen. `defined` are the labels of the links of the file."""
    if is_code:
        for line in ("", *block, ""):
            lines.add(line)
        return
    source = _HEADING.sub(_as_atx, "\n".join(block))
    prose = _Prose(lines)
    for line in visible(source, defined).split("\n"):
        prose.add(line)
    prose.end()


def _as_atx(found: re.Match[str]) -> str:
    return f"\n\n{'#' * int(found[1])} {' '.join(found[2].split())}\n\n"


class _Prose:
    """Writes lines of prose, without the marks at their beginnings."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._held = ""  # a line that the next one may make a heading or the head of a table
        self._in_table = False

    def add(self, line: str) -> None:
        """Add a line of the source."""
        has_columns = "|" in line and _COLUMNS.match(line) is not None
        under = None if has_columns else _UNDERLINE.match(line)
        if self._held and under:
            self._lines.heading(self._held, 1 if under[1][0] == "=" else 2)
            self._held = ""
            return
        self._in_table = has_columns or ("|" in line and (self._in_table or line.lstrip()[:1] == "|"))
        self.end()
        if atx := _ATX.match(line):
            self._lines.heading(_CLOSING.sub("", (atx[2] or "").rstrip()), len(atx[1]))
        elif has_columns:
            return
        elif _RULE.match(line) or _NOTE_END.match(line) or _CONTENTS.match(line):
            self._lines.add("")
        elif self._in_table or _NO_PARAGRAPH.match(line):
            self._lines.add(self._unmarked(line))
        else:
            self._held = line

    def end(self) -> None:
        """Write the line that was held back."""
        if self._held:
            self._lines.add(self._unmarked(self._held))
        self._held = ""

    def _unmarked(self, line: str) -> str:
        line = _QUOTES.sub("", line, count=1)
        if note := _NOTE.match(line):
            kind = next(filter(None, note.groups()[:3]))
            return note[4].strip("\"' ") or kind.capitalize()
        if self._in_table:
            cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
            return " · ".join(filter(None, cells))
        return _TASK.sub(lambda found: found[1] + ("☐ " if found[2] == " " else "☑ "), line)
