"""The marks within the lines of Markdown: links, emphasis, tags of HTML, templates."""

from __future__ import annotations

import html
import re
from collections.abc import Set

from ingest.readers.markup.kept import Kept

# A line may have many thousand spaces or marks. So no two parts of a pattern can share a run of them, and no
# run is tried again from each of its characters.
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n\s*\n).){1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# One that is not closed on its line stays as it is.
_COMMENT = re.compile(
    r"<!--[^\n]*?(?:-->|(?P<open>$))|<(script|style)\b(?:(?!<\2\b).){0,20000}?</\2\s*>",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
# Of Jinja, Liquid, Hugo, Handlebars and mdBook, and the attributes of kramdown and pandoc.
_TEMPLATE = re.compile(
    r"\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{:[^{}\n]*\}|(?<![ \t])[ \t]*+\{[#.][\w#.=\" :-]*\}", re.DOTALL
)
_DEFINED = re.compile(
    r"^ {0,3}\[(?!\^)([^\]\n]+)\]:[ \t]*+\n?+[ \t]*+(?:<[^<>\n]*>|(?=[^\s<]*[/.#:])\S++)"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$",
    re.MULTILINE,
)
_TARGET = r"\(\s*+(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s++(?:\"[^\"]*\"|'[^']*'))?\s*+\)"
_WORDS = r"((?:[^\[\]]|\[[^\[\]]*\])*)"
_IMAGE = re.compile(rf"!\[{_WORDS}\](?:{_TARGET}|\[[^\[\]\n]*\])")
_LINK = re.compile(rf"\[{_WORDS}\]{_TARGET}")
_REFERENCE = re.compile(r"\[([^\[\]]+)\](?:[ ]?\[([^\[\]\n]*)\])?")
# The words of a link, but not the width of a picture.
_WIKI = re.compile(r"!?\[\[(?:[^\[\]|\n]*\|(?!\d+(?:x\d+)?\]))?([^\[\]|\n]+)(?:\|\d+(?:x\d+)?)?\]\]")
# What programs for notes do not show: comments, the names of blocks and references to them, and settings.
_UNSHOWN = re.compile(
    r"(?<!\S)%%(?:[^\n]{1,1000}?%%(?!\S)|(?:(?!%%).){1,5000}%%[ \t]*$)"
    r"|(?<!\S)\^[A-Za-z0-9-]{2,40}[ \t]*$|\(\([0-9a-f]{8}-[0-9a-f-]{20,40}\)\)"
    r"|^[ \t]*(?:[-*+][ \t]+)?(?:id|collapsed|background-color|heading|logseq\.[\w.-]+)::[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_NOTE_MARK = re.compile(r"%%|\^|::|\(\(")
_FIELD = re.compile(
    r"^([ \t]*(?:[-*+][ \t]+)?\w[\w /-]{0,60}?)(?<=\w)::(?=[ \t])"
    r"|[\[(](\w[\w -]{0,60})::[ \t]++([^\[\]()\n]+)[\])]",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"^\[\^[^\[\]\s]+\]:[ \t]*|\[\^[^\[\]\s]+\]", re.MULTILINE)
_ADDRESS = re.compile(r"<((?:https?|ftp|mailto|tel):[^\s<>]+|[\w.+-]+@[\w.-]+)>")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|summary)\s*>", re.IGNORECASE)
_NAMES = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote br button caption center "
    "cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer form h1 h2 "
    "h3 h4 h5 h6 header hr i iframe img input ins kbd label li link main mark meta nav ol p picture "
    "pre q rp rt ruby s samp section small source span strike strong sub summary sup svg table tbody "
    "td tfoot th thead time tr tt u ul var video wbr path g"
)
# A tag that HTML has, or one with an attribute, or one that is closed.
_TAG = re.compile(
    rf"</?(?:{'|'.join(_NAMES.split())})(?:\s[^<>]*)?/?>|<[A-Za-z][\w.:-]*\s+[\w:@-]+=[^<>]*>"
    r"|<[A-Za-z][\w.:-]*\s*/>|</[A-Za-z][\w.:-]*>",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"""<img\b(?>[^<>]*?\balt\s*=\s*(?:"([^"]*)"|'([^']*)'))[^<>]*>""", re.IGNORECASE)
_STRONG = re.compile(r"(\*\*|~~|==)(?=[^\s*~=])((?:(?!\n\s*\n|\1).){1,1000}?)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])((?:(?!\n\s*\n)[^*]){1,1000}?)(?<=\S)\*(?![\w*])")
_UNDERSCORES = re.compile(
    r"(?<!\w)(_{1,3})(?=[^\s_])((?:(?!\n\s*\n).){1,200}?)(?<=[^\s_])\1(?!\w)", re.DOTALL
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ANY_MARK = re.compile(r"[*_`\[\]<&~=\\{%^]|::|\(\(")


def labels(text: str) -> Set[str]:
    """Return the labels of the link definitions of a Markdown file, which mostly stand at its end."""
    return {_label(found[1]) for found in _DEFINED.finditer(text)} if "]:" in text else set()


def visible(text: str, defined: Set[str]) -> str:
    """Return paragraphs of Markdown without the marks within their lines, and without what is not shown.

    Link definitions, comments and templates are dropped. Of a link its words stay, of a picture the words
    that stand for it. Marks at the beginnings of lines stay. `defined` are the labels of all links of the
    file: what else stands in brackets may be no link.
    """
    if not _ANY_MARK.search(text):
        return text
    kept = Kept()
    text = _CODE.sub(lambda found: kept.put(_code(found[2])), text)
    text = _ESCAPED.sub(lambda found: kept.put(found[1]), text)
    if "<" in text:
        text = _COMMENT.sub(lambda found: found[0] if found["open"] is not None else "", text)
        text = _ADDRESS.sub(lambda found: kept.put(found[1].removeprefix("mailto:")), text)
        text = _ALTERNATIVE.sub(lambda found: found[1] or found[2] or "", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if _NOTE_MARK.search(text):
        text = _FIELD.sub(_field, _UNSHOWN.sub("", text))
    text = _TEMPLATE.sub("", text) if "{" in text else text
    text = _links(text, defined) if "[" in text else text
    for _ in range(2):  # strong words within emphasised ones
        text = _UNDERSCORES.sub(r"\2", _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text)))
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
    return kept.back(text)


def _field(found: re.Match[str]) -> str:
    """Return a field of a note as it is shown: its name, a colon, and its value if it stands in brackets."""
    return f"{found[1]}:" if found[1] else f"{found[2]}: {found[3]}"


def _code(source: str) -> str:
    """Return a span of code as it is shown."""
    words = " ".join(source.split("\n"))
    return words[1:-1] if words[:1] == words[-1:] == " " and words.strip() else words


def _label(words: str) -> str:
    """Return the label of a link as definitions are compared: without regard to case and line breaks."""
    return " ".join(words.casefold().split())


def _links(text: str, defined: Set[str]) -> str:
    text = _WIKI.sub(r"\1", _DEFINED.sub("", text)) if defined or "[[" in text else text

    def reference(found: re.Match[str]) -> str:
        return found[1] if _label(found[2] or found[1]) in defined else found[0]

    text = _FOOTNOTE.sub("", text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    return _REFERENCE.sub(reference, text) if defined else text
