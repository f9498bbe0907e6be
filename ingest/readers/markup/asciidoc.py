"""AsciiDoc: what its readers see, with its headings."""

from __future__ import annotations

import re

from ingest.readers.documents import TextDocument
from ingest.readers.markup.document import document_of
from ingest.readers.markup.kept import Kept
from ingest.readers.markup.lines import Lines
from ingest.readers.text import decoded

# As in inline.py, a long run of spaces or marks is read once.
_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(.*)$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:[ \t]+(.*))?$")
_SAID = {"author": "Author", "keywords": "Keywords", "description": "Description", "tags": "Tags"}
_LISTING = re.compile(r"(-{4,}|\.{4,}|`{3,}|\+{4,})(\w*)[ \t]*$")
_COMMENT, _COMMENTED = re.compile(r"//(?!/)|//$"), re.compile(r"/{4,}[ \t]*$")
_DELIMITER = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--|[|,:!]={3,}|'{3,}|<{3,}|\+)[ \t]*$")
_ATTRIBUTES = re.compile(r"\[[^\]\n]{0,500}\](?:[ \t]*$)|\[\[[^\[\]\n]{1,100}\]\][ \t]*$")
_MACRO = re.compile(r"(?:include|toc|ifdef|ifndef|ifeval|endif|tag)::.*$")
_MEDIA = re.compile(r"(?:image|video|audio|icon)::?[^\s\[\]]*\[([^\]\n]{0,500})\]")
_BLOCK_TITLE = re.compile(r"\.(?=[^\s.])(.*)$")
_CELL = re.compile(r"(?:^|[ \t])(?:\d*(?:\.\d+)?[+*]?[<^>]?(?:\.[<^>])?[aehlmdsv]?)\|")
_CODE = re.compile(r"(?<![\w`])`\+?(?=\S)([^`\n]{1,300}?)\+?`(?![\w`])")
_LINK = re.compile(
    r"(?:link:|xref:|mailto:)?(?<![\w/])((?:https?|ftp|irc)://[^\s\[\]<>]+)\[([^\]\n]{0,500})\]"
)
_REFERENCE = re.compile(
    r"(?:link|xref|mailto):([^\s\[\]]+)\[([^\]\n]{0,500})\]|<<([^<>,\n]+)(?:,([^<>\n]*))?>>"
)
_SMALL = re.compile(
    r"\[\[[^\[\]\n]{1,100}\]\]|\[#[\w-]+\](?=[#*_`])|<\d+>(?=\s|$)|indexterm2?:\[[^\]\n]{0,200}\]|\(\(\((?:(?!\(\(\().)*?\)\)\)"
)
_FOOTNOTE = re.compile(r"footnote(?:ref)?:[\w-]*\[([^\]\n]{0,500})\]")
_EMPHASIS = re.compile(r"(?<![\w*_#])(\*{1,2}|_{1,2}|#{1,2})(?=[^\s*_#])([^\n]{1,500}?)(?<=\S)\1(?![\w*_#])")
_NESTED = re.compile(r"[ \t]*([*.])\1+(?=[ \t])")
_REST = re.compile(r"\{nbsp\}|\{empty\}|[ \t]\+$")


def read_asciidoc(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read AsciiDoc; its first heading is its title. Raises FileError as `decoded` does."""
    read = decoded(data)
    lines = Lines()
    listing = ""
    in_comment = in_table = False
    for line in read.text.split("\n"):
        fence = _LISTING.match(line)
        if in_comment:
            in_comment = not _COMMENTED.match(line)
        elif listing:
            listing = "" if fence and fence[1] == listing else listing
            lines.add(re.sub(r"[ \t]*(?://|#|;;)?[ \t]*<\d+>[ \t]*$", "", line) if listing else "")
        elif fence:
            listing = fence[1]
        elif _COMMENTED.match(line):
            in_comment = True
        elif line.startswith("|==="):
            in_table = not in_table
        else:
            _write(lines, line, in_table=in_table)
    return document_of(lines, path, media_type, read.encoding)


def _write(lines: Lines, line: str, *, in_table: bool) -> None:
    if heading := _HEADING.match(line):
        lines.heading(visible(heading[2].rstrip().removesuffix(f" {heading[1]}")), len(heading[1]))
    elif attribute := _ATTRIBUTE.match(line):
        if attribute[1] in _SAID:
            lines.labelled(_SAID[attribute[1]], attribute[2] or "")
    elif _DELIMITER.match(line) or _ATTRIBUTES.match(line) or _MACRO.match(line) or _COMMENT.match(line):
        return
    elif in_table:
        cells = (visible(cell).strip() for cell in _CELL.split(line))
        lines.add(" · ".join(filter(None, cells)))
    elif title := _BLOCK_TITLE.match(line):
        lines.add(visible(title[1]))
    else:
        lines.add(visible(line))


def visible(line: str) -> str:
    """Return a line without the marks of AsciiDoc in it."""
    kept = Kept()
    line = found[1] + line[found.end() :] if (found := _NESTED.match(line)) else line
    line = _CODE.sub(lambda found: kept.put(found[1]), line)
    line = _MEDIA.sub(lambda found: found[1].split(",")[0], line)
    line = _LINK.sub(lambda found: found[2].rstrip("^") or kept.put(found[1]), line)
    line = _REFERENCE.sub(lambda found: (found[2] or found[4] or found[1] or found[3]).strip("^ "), line)
    line = _SMALL.sub("", _FOOTNOTE.sub(r" (\1)", line))
    line = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", line))
    return kept.back(_REST.sub(" ", line).rstrip() if "{" in line or "+" in line else line)
