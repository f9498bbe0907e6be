"""TeX and LaTeX: the text without commands, with headings; formulas stay as they are written."""

from __future__ import annotations

import re

from ingest.readers.documents import TextDocument
from ingest.readers.markup.document import document_of
from ingest.readers.markup.kept import Kept
from ingest.readers.markup.lines import Lines
from ingest.readers.markup.tex_letters import with_letters
from ingest.readers.text import decoded, title_of

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(\n[ \t]*(?=\S))?")
_BODY = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.DOTALL)
_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_TITLE = re.compile(rf"\\(title|author|date|subtitle|keywords)\*?(?:\[[^\]]{{0,300}}\])?\s*{_GROUP}")
_VERBATIM = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted|Verbatim|alltt)\*?\}(?:\[[^\]]{0,300}\])?"
    r"(?:\{\w+\})?\n?(.{0,20000}?)\\end\{\1\*?\}"
    r"|\\(?:verb|lstinline)\*?([^\w\s*{])([^\n]{0,300}?)\3",
    re.DOTALL,
)
_MATH = re.compile(
    r"\$\$.{1,5000}?\$\$|(?<!\\)\$(?!\$)[^$]{1,1000}?(?<!\\)\$|\\\[.{1,5000}?\\\]|\\\(.{1,2000}?\\\)"
    r"|\\begin\{(equation|align|gather|multline|eqnarray|displaymath|math)\*?\}(.{0,5000}?)\\end\{\1\*?\}",
    re.DOTALL,
)
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}[ \t]*")
_HEADING = re.compile(
    rf"\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?\s*(?:\[[^\]]{{0,300}}\])?\s*{_GROUP}"
)
_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
# Commands of which nothing is text, with all that they are given. Papers have names of their own for those
# that cite and refer, such as \figref.
_SILENT = re.compile(
    r"\\(?:(?!href|hyperref)[a-zA-Z]*(?:[cC]ite[a-zA-Z]*|[rR]ef(?:s|range)?)|refstepcounter|stepcounter"
    r"|label|index|glossary|bibliography|bibliographystyle|addbibresource"
    r"|includegraphics|includepdf|includesvg|input|inputencoding|include|includeonly|usepackage|documentclass"
    r"|documentstyle|vspace|hspace|vskip|hskip|setlength|newlength|addtolength|setcounter|addtocounter|setlist"
    r"|pagestyle|thispagestyle|pagenumbering|hypersetup|captionsetup|lstset|tikzset|definecolor|color|colorlet"
    r"|pagecolor|newcommand|renewcommand|providecommand|newenvironment|renewenvironment|newtheorem|theoremstyle"
    r"|def|let|newcounter|graphicspath|geometry|fontsize|selectlanguage|bibitem|phantomsection|addcontentsline"
    r"|markboth|hyphenation|rule|cmidrule|cline|RequirePackage|DeclareMathOperator)(?![a-zA-Z])\*?"
    rf"(?:\\\w+)?(?:\s*\[[^\]]{{0,300}}\]|\s*{_GROUP}|#\d)*"
)
# Commands whose last argument alone is text: the ones before it say how it looks, or its language.
_OPTIONS = r"(?:\s*\[[^\]]{0,300}\])*"
_DRESSED = re.compile(
    r"\\(?:(?:textcolor|colorbox|parbox|scalebox|raisebox|rotatebox|foreignlanguage|adjustbox)(?![a-zA-Z])\*?"
    rf"{_OPTIONS}\s*{_GROUP}|(?:resizebox|multicolumn|multirow|fcolorbox)(?![a-zA-Z])\*?"
    rf"{_OPTIONS}\s*{_GROUP}{_OPTIONS}\s*{_GROUP}|(?:makebox|framebox)(?![a-zA-Z])){_OPTIONS}(?=\s*\{{)"
)
_LINKED = re.compile(rf"\\href\s*{_GROUP}\s*{_GROUP}|\\(?:url|path|nolinkurl)\s*{_GROUP}")
_ENVIRONMENT = re.compile(
    r"\\begin\s*\{(?:tabular|array|tabularx|longtable|minipage|multicols|wrapfigure|adjustbox|thebibliography)\*?\}"
    rf"(?:\s*\[[^\]]{{0,300}}\]|\s*{_GROUP})*|\\(?:begin|end)\s*\{{[^{{}}]*\}}(?:\[[^\]]{{0,300}}\])?"
)
_NOTE = re.compile(rf"\\(?:footnote|marginpar|thanks|footnotetext)\s*(?:\[[^\]]{{0,300}}\])?\s*{_GROUP}")
_ITEM = re.compile(r"(?:(?<!\s)\s+)?\\item(?:\s*\[([^\]]{0,300})\])?\s*")
_BREAK = re.compile(r"\\\\\*?(?:\[[^\]]{0,300}\])?[ \t]*\n?|\\(?:newline|par|linebreak|tabularnewline)\b")
_COMMAND = re.compile(r"\\[a-zA-Z@]+\*?(?:\[[^\]\n]*\])?[ \t]*|\\[,;:!/>@| ]|\\-|\\$")
_ESCAPED = re.compile(r"\\([%&_#$ {}])")
_QUOTES = (("``", "“"), ("''", "”"), (",,", "„"), ("---", "—"), ("--", "–"), ("~", " "))
# Shorthands of babel for German.
_GERMAN = re.compile(r"\b(?:n?german|austrian)\b")
_SHORTHAND = re.compile(r"(?<!\\)\"([aouAOUsS`'=~-])")
_SHORTHANDS = dict(
    zip("aouAOUsS`'=~-", ["ä", "ö", "ü", "Ä", "Ö", "Ü", "ß", "ß", "„", "“", "-", "-", ""], strict=True)
)


def read_tex(data: bytes, path: str, media_type: str) -> TextDocument:
    r"""Read TeX; \title is its title, or else its first heading. Raises FileError as `decoded` does."""
    read = decoded(data)
    kept = Kept()
    source = _VERBATIM.sub(lambda found: kept.put(found[2] or found[4] or ""), read.text)
    source = _COMMENT.sub(lambda found: found[1], source)
    said = {found[1]: _words(found[2], kept) for found in _TITLE.finditer(source)}
    body = _BODY.search(source)
    lines = Lines()
    for name in ("author", "keywords"):
        lines.labelled(name.capitalize(), said.get(name, ""))
    if _GERMAN.search(source[: body.start()] if body else source):
        source = _SHORTHAND.sub(lambda found: _SHORTHANDS[found[1]], source)
        body = _BODY.search(source)
    _write(lines, _TITLE.sub("", body[1] if body else source), kept)
    return document_of(lines, path, media_type, read.encoding, said.get("title", ""))


def read_bibtex(data: bytes, path: str, media_type: str) -> TextDocument:
    """Read BibTeX, with letters in place of the commands for them. Raises FileError as `decoded` does."""
    read = decoded(data)
    return TextDocument(media_type, title_of(path), with_letters(read.text), encoding=read.encoding)


def _write(lines: Lines, source: str, kept: Kept) -> None:
    source = _MATH.sub(lambda found: kept.put(_LABEL.sub("", found[2] or found[0])), source)
    at = 0
    for found in _HEADING.finditer(source):
        _write_paragraphs(lines, source[at : found.start()], kept)
        lines.heading(_words(found[2], kept), _LEVELS.index(found[1]) + 1)
        at = found.end()
    _write_paragraphs(lines, source[at:], kept)


def _write_paragraphs(lines: Lines, source: str, kept: Kept) -> None:
    for line in _visible(source, kept).split("\n"):
        lines.add(line.strip())


def _words(source: str, kept: Kept) -> str:
    return " ".join(_visible(source, kept).split())


def _visible(source: str, kept: Kept) -> str:
    """Return a piece of TeX as it is read."""
    source = _ENVIRONMENT.sub("\n", _SILENT.sub("", _DRESSED.sub("", source)))
    source = with_letters(source)  # a table of one column has a letter in braces too: {c}
    source = _LINKED.sub(lambda found: found[2] or kept.put(found[3] or found[1]), source)
    source = _NOTE.sub(r" (\1)", source)
    source = _ITEM.sub(lambda found: f"\n- {found[1] + ': ' if found[1] else ''}", source)
    source = _ESCAPED.sub(lambda found: kept.put(found[1]), _BREAK.sub("\n", source))
    source = _COMMAND.sub("", source).replace("{", "").replace("}", "")
    source = re.sub(r"[ \t]{2,}", " ", re.sub(r"(?:(?<![ \t])[ \t]+)?&[ \t]*", " · ", source))
    for written, read in _QUOTES:
        source = source.replace(written, read)
    return kept.back(source)
