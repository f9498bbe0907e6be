"""The HTML of a text file as a reader sees it. Nothing in it runs, loads, or leads into this server."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath

import nh3
from markdown_it import MarkdownIt

from semsearch.errors import FileError
from semsearch.formats import table
from semsearch.formats.xhtml import XHTML, as_html
from semsearch.language import encoded_twice  # noqa: F401, texts may have its encoding
from semsearch.message import say
from semsearch.records import DocumentRecord
from web.rendering.rows import table_html

# Larger files are shown by the passages that are stored.
MAX_BYTES = 300_000
# So are those that become more than this many characters of HTML, such as 300,000 empty lines.
_MOST_MADE = 1_200_000

_MARKDOWN = "text/markdown"
_PAGES = ("text/html", XHTML)
_PROSE = "text/plain"
_ROWS = ("text/csv", "text/tab-separated-values")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BREAK = re.compile(r"\n[ \t]*\n\s*")
_NEWLINE = re.compile("\r\n?|\u2028|\u0085")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARTS = {"article", "aside", "div", "footer", "header", "main", "nav", "section"}
_TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
_OTHERS = {"blockquote", "details", "figcaption", "figure", "p", "pre", "summary"}
# Between the texts of two of these is a space, whatever stands there.
BLOCKS = frozenset(_HEADINGS | _PARTS | _TABLES | _LISTS | _OTHERS | {"br", "hr"})
VOID = frozenset({"br", "hr", "img"})
_WORDS = {"a", "abbr", "b", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp"}
_WORDS |= {"small", "strong", "sub", "sup", "u", "var"}
# What stands in these is nothing to read, or cannot be used.
_LEFT_OUT = {"applet", "audio", "button", "canvas", "embed", "frameset", "iframe", "map", "math", "noembed"}
_LEFT_OUT |= {"noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea"}
_LEFT_OUT |= {"title", "video", "xmp"}
_CLEANER = nh3.Cleaner(
    tags=set(BLOCKS) | _WORDS,
    clean_content_tags=_LEFT_OUT,
    # A picture would be loaded from another server, so only the words for it are kept.
    attributes={
        "*": {"dir", "lang"},
        "a": {"href"},
        "abbr": {"title"},
        "img": {"alt"},
        "li": {"value"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    tag_attribute_values={"td": {"align": {"right"}}, "th": {"align": {"right"}}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def is_rendered(record: DocumentRecord) -> bool:
    """Whether `render` shows a file better than its passages do."""
    row = table.FORMATS.of_path(record.path)
    if row is None or row.media_type != record.media_type or record.size > MAX_BYTES:
        return False
    return row.named or row.media_type in (_MARKDOWN, *_PAGES, _PROSE, *_ROWS)


def is_table(record: DocumentRecord) -> bool:
    """Whether `render` makes one table of a file."""
    return record.media_type in _ROWS


def render(data: bytes, encoding: str, path: str) -> str:
    """The content of a file as clean HTML. `encoding` is the one in its record.

    Markdown and web pages become what a reader sees, comma-separated values a table, source code numbered
    lines, other texts paragraphs.
    Raises FileError when it becomes too much HTML.
    """
    text = _UNWANTED.sub("", _NEWLINE.sub("\n", _decoded(data, encoding)))
    row = table.FORMATS.of_path(path)
    media_type = row.media_type if row else ""
    if media_type == _MARKDOWN:
        made = _markdown(text, is_module=PurePosixPath(path).suffix == ".mdx")
    elif media_type in _PAGES:
        made = as_html(text) if media_type == XHTML else text
    elif media_type in _ROWS:
        made = table_html(text, media_type)
    elif media_type == _PROSE:
        made = "".join(f"<p>{html.escape(part)}</p>" for part in _BREAK.split(text.strip("\n")))
    else:
        made = _lines(text)
    if len(made) > _MOST_MADE:
        raise FileError(
            say("it becomes {size} characters of HTML; at most {most}", size=len(made), most=_MOST_MADE)
        )
    return _CLEANER.clean(made)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding.partition(" ")[0] or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _markdown(text: str, *, is_module: bool) -> str:
    reader = MarkdownIt("commonmark", {"html": not is_module}).enable(["table", "strikethrough"])
    made: str = reader.render(_FRONT_MATTER.sub(r"~~~\n\1~~~\n", text))
    return made


def _lines(text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    numbered = (f'<li value="{n}"><code>{html.escape(line)}</code></li>' for n, line in enumerate(lines, 1))
    return f"<ol>{''.join(numbered)}</ol>"
