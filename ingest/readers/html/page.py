"""HTML: the main text of a page, in paragraphs, with its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser

from ingest.readers.documents import Heading, TextDocument
from ingest.readers.html.main_text import main_text
from ingest.readers.html.runs import Run, RunHeading, Writer, joined
from ingest.readers.text import Decoded, clean, decoded, title_of
from semsearch.errors import NothingToIndexError
from semsearch.formats.xhtml import XHTML, as_html
from semsearch.message import say

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text of a page. `title` is the <title>, or else the first <h1>, or else ""."""

    title: str
    text: str
    headings: tuple[Heading, ...]


def read_html(data: bytes, path: str, media_type: str, charset: str = "") -> TextDocument:
    """Read the main text of a saved page. `charset` is its encoding as declared outside of the page.

    Raises FileError when the page has no text, or as `text.decode` does.
    """
    source = _source(data, media_type, charset)
    page = html_text(source.text, whole=False)
    if not page.text:
        raise NothingToIndexError(say("no text in this page (is it made by a script?)"))
    return TextDocument(
        media_type,
        page.title or title_of(path),
        page.text,
        page.headings,
        title_in_file=bool(page.title),
        encoding=source.encoding,
    )


def read_whole(data: bytes, path: str, media_type: str, charset: str = "") -> TextDocument:
    """Read all of a page that was written to be read whole, such as a chapter of a book or a mail.

    `charset` is its encoding as declared outside of the page. Raises FileError as `read_html` does.
    """
    page = html_text(_source(data, media_type, charset).text, whole=True)
    if not page.text:
        raise NothingToIndexError(say("no text in this page"))
    return TextDocument(media_type, title_of(path), page.text, page.headings)


def _source(data: bytes, media_type: str, charset: str = "") -> Decoded:
    """Decode a page with the encoding that it declares, or else with `charset`."""
    found = _XML_ENCODING.search(data[:1024]) or _CHARSET.search(data[:4096])
    source = decoded(data, found[1].decode("ascii") if found else charset)
    return replace(source, text=as_html(source.text)) if media_type == XHTML else source


def html_text(html: str, *, whole: bool) -> HtmlText:
    """Convert HTML to text: blank lines between paragraphs, tables row by row, <pre> unchanged.

    With `whole`, all visible text is taken: a chapter or a letter has nothing around its text. Otherwise the
    main text is taken, or all text when the main text is not recognised. A page without text has that which
    describes it and its pictures; it may be empty.
    """
    parser = LexborHTMLParser(html)
    writer = Writer(parser.body, whole=whole)
    kept = (
        range(len(writer.runs))
        if whole
        else main_text(writer.runs, writer.blocks, article=_is_article(parser))
    )
    runs = [writer.runs[at] for at in kept]
    headings = tuple(_headings(runs, {at: place for place, at in enumerate(kept)}, writer.headings))
    named = parser.css_first("title")
    title = _SPACES.sub(" ", clean(named.text())).strip() if named else ""
    title = title or next((heading.title for heading in headings if heading.level == 1), "")
    return HtmlText(title, joined(runs).rstrip() or _described(parser), headings)


def _described(parser: LexborHTMLParser) -> str:
    """What a page without text says of itself: its description, and the words in place of its pictures."""
    said = [
        found.attributes.get("content")
        for found in parser.css("meta[name='description'], meta[property='og:description']")
    ]
    said += [found.attributes.get("alt") for found in parser.css("img[alt]")]
    words = (_SPACES.sub(" ", clean(each or "")).strip() for each in said)
    return "\n\n".join(dict.fromkeys(filter(None, words)))


def _is_article(parser: LexborHTMLParser) -> bool:
    """Tell whether the page calls itself an article, as pages do that are made to be shared."""
    kind = parser.css_first("meta[property='og:type'], meta[name='og:type']")
    return kind is not None and (kind.attributes.get("content") or "").lower().startswith("article")


def _headings(
    runs: Sequence[Run], places: Mapping[int, int], found: Sequence[RunHeading]
) -> Iterator[Heading]:
    """Yield the headings with their starts in the joined runs. `places` maps a run to its place there."""
    ends = [*accumulate(len(run.gap) + len(run.words) for run in runs)]
    for heading in found:
        place = places.get(heading.run)
        if place is not None:
            start = ends[place] - len(runs[place].words) - len(runs[0].gap)
            yield Heading(start, heading.level, heading.title)
