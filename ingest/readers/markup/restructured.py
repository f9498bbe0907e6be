"""reStructuredText: what its readers see, with headings by their underlines."""

from __future__ import annotations

import re

from ingest.readers.documents import TextDocument
from ingest.readers.markup.document import document_of
from ingest.readers.markup.kept import Kept
from ingest.readers.markup.lines import Lines
from ingest.readers.text import decoded

_UNDERLINE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}[ \t]*$")
_DIRECTIVE = re.compile(r"([ \t]*)\.\.(?:[ \t]+(?:\|[^|\n]+\|[ \t]+)?([\w:.-]+)::(?:[ \t]+(.*))?)?$")
_EXPLICIT = re.compile(r"([ \t]*)\.\.[ \t]+(?:\[([^\]\n]+)\][ \t]+)?(.*)$")
_OPTION = re.compile(r"[ \t]+:([\w -]+):[ \t]*(.*)$")
_FIELD = re.compile(r":([^:\n]+):[ \t]+(.*)$")
_BORDER = re.compile(r"[ \t]*(?:\+[-=+]{3,}\+|=+(?:[ \t]+=+)+)[ \t]*$")
_ROW = re.compile(r"[ \t]*\|[ \t](.*)\|[ \t]*$")
# Directives whose arguments are words of the text, and those of which nothing is text.
_SAID = frozenset({
    "note", "warning", "tip", "hint", "important", "caution", "danger", "attention", "error", "seealso",
    "admonition", "topic", "sidebar", "rubric", "centered", "title", "versionadded", "versionchanged",
    "deprecated", "table", "csv-table", "list-table", "epigraph", "pull-quote", "replace", "glossary",
    "function", "class", "method", "attribute", "data", "module", "option", "math",
})  # fmt: skip
_SILENT = frozenset({
    "toctree", "contents", "include", "literalinclude", "raw", "index", "meta", "highlight", "default-role",
    "role", "automodule", "autoclass", "autofunction", "currentmodule", "only", "unicode", "sectnum",
    "tabularcolumns", "bibliography",
})  # fmt: skip
_CODE = frozenset({"code", "code-block", "sourcecode", "parsed-literal", "doctest", "math", "productionlist"})
_LITERAL = re.compile(r"``(.+?)``")
_ROLE = re.compile(r":[\w:+.-]+:`([^`\n]+)`")
_TARGETED = re.compile(r"`([^`<\n]*+)<[^<>`\n]+>`_{0,2}")
_PHRASE = re.compile(r"(?<![\w`])`([^`\n]+)`(?:__?)?(?![\w`])")
_REFERENCE = re.compile(r"(?<!\w)(\w[\w.-]*\w)__?(?![\w_])")
_FOOTNOTE = re.compile(r"[ \t]?\[(?:#?[\w-]*|\*|\d+)\]_(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*?)(?=[^\s*])([^*\n]{1,500}?)(?<=\S)\1(?![\w*])")
_SUBSTITUTION = re.compile(r"(?<![\w|])\|([^|\s][^|\n]*)\|_{0,2}(?![\w|])")


def read_restructured(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read reStructuredText; its first heading is its title. Raises FileError as `decoded` does."""
    read = decoded(data)
    reader = _Reader()
    source = read.text.expandtabs().split("\n")
    at = 0
    while at < len(source):
        at = reader.line(source, at)
    return document_of(reader.lines, path, media_type, read.encoding)


class _Reader:
    def __init__(self) -> None:
        self.lines = Lines()
        self._styles: list[str] = []  # the marks of headings, the highest first
        self._dropped: int | None = None  # the indentation of what is left out with all that is below it
        self._in_options: int | None = None
        self._code: int | None = None  # the indentation of what is above a block of code

    def line(self, source: list[str], at: int) -> int:
        """Write the line at a place, and return the place after what was written."""
        line = source[at]
        indent = len(line) - len(line.lstrip())
        if self._dropped is not None:
            if not line.strip() or indent > self._dropped:
                return at + 1
            self._dropped = None
        if self._in_options is not None:
            option = _OPTION.match(line)
            if option and indent > self._in_options:
                self.lines.add(visible(option[2]) if option[1] in ("alt", "caption") else "")
                return at + 1
            self._in_options = None
        if self._code is not None:
            if not line.strip() or indent > self._code:
                self.lines.add(line)
                return at + 1
            self._code = None
        if height := self._heading(source, at):
            return at + height
        if directive := _DIRECTIVE.match(line):
            self._directive(len(directive[1]), directive[2] or "", directive[3] or "")
        elif explicit := _EXPLICIT.match(line):
            self._explicit(len(explicit[1]), explicit[2] or "", explicit[3])
        elif not _BORDER.match(line) and not _UNDERLINE.match(line):
            self._words(line)
        return at + 1

    def _heading(self, source: list[str], at: int) -> int:
        """Write a heading; return how many lines it takes, and 0 when there is none."""
        above = bool(_UNDERLINE.match(source[at])) and at + 2 < len(source)
        words, under = source[at + above], source[at + above + 1] if at + above + 1 < len(source) else ""
        match = _UNDERLINE.match(under)
        is_plain = words.strip() and (above or not words[:1].isspace()) and not _UNDERLINE.match(words)
        if not match or not is_plain or len(under.rstrip()) < min(len(words.strip()), 4):
            return 0
        if above and source[at].strip() != under.strip():
            return 0
        style = f"{match[1]}{above}"
        if style not in self._styles:
            self._styles.append(style)
        self.lines.heading(visible(words.strip()), self._styles.index(style) + 1)
        return 2 + above

    def _directive(self, indent: int, name: str, argument: str) -> None:
        if name in _SILENT:
            self._dropped = indent
            return
        self.lines.add("")
        self._code = indent if name in _CODE else None
        if name.rpartition(":")[2] in _SAID and argument:
            self.lines.add(visible(argument))
        if name:
            self._in_options = indent
        else:
            self._dropped = indent  # an empty comment

    def _explicit(self, indent: int, label: str, words: str) -> None:
        """A footnote or a citation is text; a target or a comment is not."""
        if label:
            self.lines.add(visible(words))
        else:
            self._dropped = indent

    def _words(self, line: str) -> None:
        if row := _ROW.match(line):
            cells = (visible(cell.strip()) for cell in re.split(r"\s\|\s", f" {row[1]} "))
            self.lines.add(" · ".join(cell.strip(" |") for cell in cells if cell.strip(" |")))
        elif field := _FIELD.match(line):
            self.lines.labelled(field[1].capitalize(), visible(field[2]))
        else:
            self.lines.add(visible(line[2:] if line.startswith("| ") else line))
            self._code = len(line) - len(line.lstrip()) if line.rstrip().endswith("::") else None


def visible(line: str) -> str:
    """Return a line without the marks of reStructuredText in it."""
    kept = Kept()
    line = _LITERAL.sub(lambda found: kept.put(found[1]), line)
    if "`" in line:
        line = _ROLE.sub(lambda found: kept.put(_shown(found[1])), line)
        line = _TARGETED.sub(lambda found: found[1].rstrip(" \t"), line)
        line = _PHRASE.sub(r"\1", line)
    if "_" in line:
        line = _REFERENCE.sub(r"\1", _FOOTNOTE.sub("", line))
    line = _SUBSTITUTION.sub(r"\1", _EMPHASIS.sub(r"\2", line))
    line = re.sub(r"\\(.)", r"\1", line)
    if line.rstrip().endswith("::"):
        line = line.rstrip()[:-1] if line.strip() != "::" else ""
    return kept.back(line)


def _shown(argument: str) -> str:
    """Return the words of a role: of "text <target>" the text, of "~a.b.c" the last name."""
    words = re.sub(r"\s*<[^<>]+>$", "", argument)
    return words.rpartition(".")[2] if words.startswith("~") else words.lstrip("!")
