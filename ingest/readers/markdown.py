"""Markdown: the source itself is the text, so that offsets stay exact. Headings are found in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.documents import Context, Heading, TextDocument
from ingest.readers.text import decode, title_of

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
# Lines that cannot be the words above a setext underline: other blocks, and indented code.
_NO_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|\|)")
_FRONT_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKS = re.compile(r"\s*\{#[^}]*\}\s*$|[*`]+(?=\S)|(?<=\S)[*`]+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|<[^>]*>")


def read_markdown(data: bytes, path: str, media_type: str, context: Context | None = None) -> TextDocument:
    """Read Markdown. Its front matter or first heading gives the title. `context` is that of a portion.

    Raises FileError as `text.decode` does.
    """
    text = decode(data)
    above = context or Context()
    front, body = _front_matter(text)
    found, fence = _headings(text, body, above.fence)
    headings = (*above.headings, *found)
    title = front or (headings[0].title if headings else "")
    return TextDocument(
        media_type,
        title or title_of(path),
        text,
        headings=headings,
        syntax="markdown",
        title_in_file=bool(title),
        context=Context(headings=_open(headings), fence=fence),
    )


def _front_matter(text: str) -> tuple[str, int]:
    """Return the title in a YAML or TOML block at the very top, and where the body begins."""
    mark = text[:4]
    if mark not in ("---\n", "+++\n"):
        return "", 0
    end = text.find("\n" + mark, 3)
    if end < 0:
        return "", 0
    found = _FRONT_TITLE.search(text, 4, end)
    return found[1].strip("\"'") if found else "", end + len(mark) + 1


def _open(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Return the headings that text after the last of them stands below, as those of an earlier portion."""
    found: list[Heading] = []
    for heading in headings:
        found = [above for above in found if above.level < heading.level] + [replace(heading, start=-1)]
    return tuple(found)


def _headings(text: str, start: int, fence: str) -> tuple[list[Heading], str]:
    """Return the headings, and the fence of the block of code that is open at the end.

    `fence` is that of the block which is open at the beginning; "" when there is none.
    """
    headings: list[Heading] = []
    above, above_at = "", -1  # the line above this one, which a setext underline makes a heading
    at = start
    for line in text[start:].split("\n"):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
            above = ""
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence, above = match[1], ""
        elif atx := _ATX.match(line):
            headings.append(Heading(at, len(atx[1]), _words(atx[2] or "")))
            above = ""
        elif above and (under := _UNDERLINE.match(line)):
            headings.append(Heading(above_at, 1 if under[1][0] == "=" else 2, _words(above)))
            above = ""
        elif _NO_PARAGRAPH.match(line):
            above = ""
        else:
            above, above_at = line, at
        at += len(line) + 1
    return [heading for heading in headings if heading.title], fence


def _words(source: str) -> str:
    """Return a heading as a reader sees it: without the targets of links and emphasis marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", source)).split())
