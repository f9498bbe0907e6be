"""HTML: text, headings, titles and encodings of web pages."""

import time

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.html.page import read_html, read_whole
from semsearch.errors import FileError


def read(source: str | bytes) -> TextDocument:
    data = source.encode() if isinstance(source, str) else source
    return read_html(data, "saved_page.html", "text/html")


def test_blocks_become_paragraphs_and_white_space_collapses() -> None:
    page = read(
        "<h1>Roots</h1><p>Onions\n  keep <b>very</b> well.<p>So do<br>carrots.<ul><li>one<li>two</ul>end"
    )
    assert page.text == "Roots\n\nOnions keep very well.\n\nSo do\ncarrots.\n\none\ntwo\n\nend"


def test_what_is_not_the_text_is_dropped() -> None:
    page = read(
        "<nav>Home</nav><script>x()</script><style>p{}</style><aside>ad</aside>"
        "<p>Text in plenty<noscript>no</noscript></p>"
        "<template>t</template><form>Login</form><svg><text>s</text></svg><p hidden>h</p><!-- c -->"
        "<p style='display: none'>d</p><div role=navigation>n</div><footer>f</footer>"
    )
    assert page.text == "Text in plenty"


def test_how_characters_are_read_does_not_stand_in_the_middle_of_words() -> None:
    page = "<p><ruby>灯台<rp>(</rp><rt>とうだい</rt><rp>)</rp></ruby>の門番</p>"
    assert read(page).text == "灯台の門番"


def test_a_cell_that_spans_rows_belongs_to_each_of_them() -> None:
    page = read(
        "<table><tr><th>Crew<th>Name<th>Shift"
        "<tr><td rowspan=3><b>Deck</b> hands<td>Ada<td rowspan=2>early<tr><td>Bo<tr><td>Cy<td>late"
        "<tr><td rowspan=2 colspan=2>Galley <table><tr><td>day<tr><td>night</table><td>Di<tr><td>Ed"
        "</table><p>End"
    )
    assert page.text.split("\n") == [
        "Crew Name Shift",
        "Deck hands Ada early",
        "Deck hands Bo early",
        "Deck hands Cy late",
        "Galley",
        "",
        "day",
        "night",
        "",
        "Di",
        "Galley day night Ed",
        "",
        "End",
    ]


def test_a_form_around_the_whole_page_is_kept() -> None:
    assert read("<form><p>All of the text</p></form>").text == "All of the text"


def test_the_main_part_is_preferred_when_it_holds_most_of_the_text() -> None:
    long = "A long story. " * 20
    page = read(f"<div>menu menu</div><main><h2>Story</h2><p>{long}</p></main><div>more</div>")
    assert page.text.startswith("Story\n\nA long")
    assert page.text.endswith("story.")
    assert read(f"<p>{long}</p><article>teaser</article>").text.startswith("A long")


def test_headings_have_levels_and_exact_offsets() -> None:
    page = read(
        "<div>x</div><article><p>Intro that is long enough to be main.</p>"
        "<h2>On <i>roots</i></h2><p>T</p><h3></h3>"
    )
    [heading] = page.headings
    assert (heading.level, heading.title) == (2, "On roots")
    assert page.text[heading.start :].startswith("On roots\n\nT")
    assert page.text.startswith("Intro")


def test_preformatted_text_keeps_its_lines() -> None:
    assert (
        read("<p>a</p><pre>def f():\n    return 1\n</pre><p>b</p>").text
        == "a\n\ndef f():\n    return 1\n\n\nb"
    )


def test_the_title_is_the_pages_or_the_first_headings() -> None:
    assert read("<title> My \n page </title><h1>Other</h1>").title == "My page"
    assert read("<h1>Other</h1><p>x").title == "Other"
    page = read("<p>x")
    assert (page.title, page.title_in_file) == ("saved page", False)


@pytest.mark.parametrize(
    "head",
    [
        b'<meta charset="windows-1251">',
        b"<META http-equiv='Content-Type' content='text/html; charset=windows-1251'>",
        b"<?xml version='1.0' encoding='windows-1251'?>",
    ],
)
def test_the_declared_encoding_is_used(head: bytes) -> None:
    assert read(head + "<p>Над лесом".encode("cp1251")).text == "Над лесом"


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(FileError, match="no text in this page"):
        read("<html><body><script>render()</script></body></html>")


def test_a_page_without_text_has_its_description_and_the_words_for_its_pictures() -> None:
    page = read(
        "<head><title>Skyr</title><meta name=description content='Skyr from\n raw milk'>"
        "<meta property=og:description content='Skyr from raw milk'></head>"
        "<div id=root></div><img src=a.jpg alt='A bowl'><img src=b.jpg alt=''><script>x()</script>"
    )
    assert page.text == "Skyr from raw milk\n\nA bowl"
    assert read("<meta name=description content='About'><p>Text").text == "Text"


def test_a_page_nested_too_deep_to_recurse_is_read() -> None:
    assert read("<div>" * 10_000 + "deep").text == "deep"


@pytest.mark.parametrize(
    "empty",
    [
        "<title/><script src='x'/>",
        "<audio src='x' title='2 > 1'/>",
        '<div\nstyle="display:none"/>',
        "<object data='a/b' />",
        "<p hidden='hidden'/>",
        "<nav/>",
        "<svg><title/><path d='m0'/></svg>",
    ],
)
def test_an_element_that_xhtml_ends_in_its_tag_does_not_swallow_the_page(empty: str) -> None:
    source = f"<html><head/><body><p>Above.<br/>Below.</p>{empty}<p>Words.</p></body></html>".encode()
    assert read_html(source, "a.xhtml", "application/xhtml+xml").text == "Above.\nBelow.\n\nWords."


def test_an_empty_heading_of_xhtml_is_none() -> None:
    source = b"<html><body><h2 id='top'/><p>Words.</p></body></html>"
    assert read_html(source, "a.xhtml", "application/xhtml+xml").headings == ()


@pytest.mark.parametrize(
    "endless", ["<a b" * 300_000, "<a '" * 300_000, "<a" + " / b='c'" * 200_000, "<" + "a" * 2_000_000]
)
def test_tags_without_an_end_cost_xhtml_no_more_than_their_length(endless: str) -> None:
    begun = time.perf_counter()
    read_html(f"<html><body><p>Words.</p>{endless}".encode(), "a.xhtml", "application/xhtml+xml")
    assert time.perf_counter() - begun < 5


def test_a_page_read_whole_keeps_the_text_around_its_main_text() -> None:
    main = b"<main><h1>One</h1><p>A long text, this is.</p></main>"
    source = b"<body>" + main + b"<aside>A note.</aside><nav>Next</nav></body>"
    document = read_whole(source, "a.html", "text/html")
    assert document.text == "One\n\nA long text, this is.\n\nA note."
    assert [heading.title for heading in document.headings] == ["One"]
    with pytest.raises(FileError, match="no text in this page"):
        read_whole(b"<body><img></body>", "a.html", "text/html")


def test_an_encoding_from_outside_counts_where_the_page_declares_none() -> None:
    page = "<body>\u041f\u0440\u0438\u0432\u0435\u0442</body>".encode("koi8-r")
    assert read_whole(page, "a.html", "text/html", "koi8-r").text == "\u041f\u0440\u0438\u0432\u0435\u0442"
