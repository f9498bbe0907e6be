"""OpenDocument: texts and presentations as a reader sees them."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.office.opendocument import read_opendocument
from semsearch.errors import FileError
from tests.archives import zipped

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(
    f'xmlns:{name}="{_URN}:{name}:1.0"'
    for name in ("office", "text", "table", "draw", "style", "presentation")
)
_NAMESPACES += f' xmlns:svg="{_URN}:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_NAMESPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink"'


def root(inner: str) -> str:
    return f"<office:document {_NAMESPACES}>{inner}</office:document>"


def odf(body: str, styles: str = "", title: str = "", kind: str = "text", **members: str) -> bytes:
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{kind}>{body}"
    return zipped(
        {
            "content.xml": root(f"{content}</office:{kind}></office:body>"),
            "meta.xml": root(f"<office:meta><dc:title>{title}</dc:title></office:meta>"),
            **members,
        }
    )


def tag(name: str, *inner: str) -> str:
    return f"<{name}>{''.join(inner)}</{name}>"


def p(text: str) -> str:
    return tag("text:p", text)


def read(data: bytes) -> TextDocument:
    return read_opendocument(data, "my_letter.odt", "application/odt")


def test_headings_paragraphs_and_lists() -> None:
    document = read(
        odf(
            '<text:h text:outline-level="1">Food</text:h><text:section>'
            '<text:p>Buy<text:s text:c="2"/>these:<text:tab/>'
            "<text:span>now</text:span><text:line-break/>or never</text:p></text:section>"
            "<text:list><text:list-item><text:p>onions</text:p></text:list-item>"
            "<text:list-item><text:p>leeks</text:p></text:list-item></text:list>"
            '<text:h text:outline-level="2">More</text:h><text:p>End.</text:p>'
        )
    )
    assert document.text == "Food\n\nBuy  these:\tnow\nor never\n\nonions\nleeks\n\nMore\n\nEnd."
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "Food"), (2, "More")]
    assert all(document.text.startswith(heading.title, heading.start) for heading in document.headings)
    assert (document.title, document.title_in_file) == ("Food", True)


def test_the_title_is_in_the_properties_or_has_the_style_of_that_name() -> None:
    style = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    body = '<text:p text:style-name="P1">My report</text:p><text:p>Text.</text:p>'
    assert read(odf(body, style)).title == "My report"
    assert read(odf(body, style, title="Stated")).title == "Stated"
    assert read(odf("<text:p>Text.</text:p>")).title == "my letter"


def test_notes_annotations_and_boxes_follow_their_paragraph() -> None:
    note = tag("text:note", tag("text:note-citation", "1"), tag("text:note-body", p("A note.")))
    remark = tag("office:annotation", tag("dc:creator", "Ada"), tag("dc:date", "2024"), p("Really?"))
    box = tag("draw:frame", tag("svg:title", "Frame7"), tag("draw:text-box", p("Boxed.")))
    document = read(odf(f"<text:p>See{note} this{remark}.{box}</text:p><text:p>On.</text:p>"))
    assert document.text == "See this.\n\nA note.\n\nReally?\n\nBoxed.\n\nOn."


def test_deleted_text_is_left_out_and_fields_are_read() -> None:
    gone = tag("text:tracked-changes", tag("text:changed-region", tag("text:deletion", p("gone"))))
    document = read(
        odf(f"{gone}<text:p>On <text:date>1 May</text:date> in <text:title>Rome</text:title></text:p>")
    )
    assert document.text == "On 1 May in Rome"


def cells(*texts: str) -> str:
    made = (f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row>{''.join(made)}<table:table-cell/></table:table-row>"


def test_a_row_of_a_table_is_a_line_and_a_frame_is_none() -> None:
    head = f"<table:table-header-rows>{cells('Name', 'Born')}</table:table-header-rows>"
    document = read(odf(f"<table:table>{head}{cells('Ada', '1815')}</table:table><text:p>End.</text:p>"))
    assert document.text == "Name | Born\nAda | 1815\n\nEnd."
    framed = tag("table:table", tag("table:table-row", tag("table:table-cell", tag("text:h", "In"))))
    assert [heading.title for heading in read(odf(framed)).headings] == ["In"]


def test_a_merged_group_belongs_to_each_of_its_rows() -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}>{p(text)}</table:table-cell>"

    spans, covered = 'table:number-rows-spanned="2"', "<table:covered-table-cell/>"
    rows = (
        cell("Deck", spans) + cell("Ada") + cell("early", spans),
        covered + cell("Bo") + covered,
        cell("Galley") + "<table:table-cell/>" + cell("Cy"),
    )
    table = "".join(tag("table:table-row", each) for each in rows)
    assert read(odf(tag("table:table", table))).text == "Deck | Ada | early\nDeck | Bo | early\nGalley |  Cy"


def test_empty_and_covered_cells_keep_the_others_in_their_columns() -> None:
    empty, covered = "<table:table-cell/>", "<table:covered-table-cell/>"
    wide = f'<table:table-cell table:number-columns-spanned="2">{p("Mon")}</table:table-cell>{covered}'

    def row(*parts: str) -> str:
        return tag("table:table-row", *parts)

    def cell(text: str) -> str:
        return tag("table:table-cell", p(text))

    rows = (
        row(empty, wide, cell("Tue")),
        row(cell("8:00"), empty, cell("Art"), cell("Maths")),
        row(cell("9:00"), '<table:table-cell table:number-columns-repeated="3"/>'),
        row(empty, empty, empty, empty),
        row(tag("table:table-cell", tag("text:h", "Notes")), empty, empty, empty),
        row(cell("Bo"), empty, empty, cell("away")),
    )
    assert read(odf(tag("table:table", *rows))).text == (
        "| Mon |  Tue\n8:00 |  Art | Maths\n9:00 |\n\nNotes\n\nBo | away"
    )


def test_a_cell_that_is_repeated_without_end_costs_no_text() -> None:
    far = f'<table:table-cell table:number-columns-repeated="999999999"/>{tag("table:table-cell", p("b"))}'
    row = tag("table:table-row", tag("table:table-cell", p("a")), far)
    assert read(odf(tag("table:table", row, row))).text == "a | b\na | b"


def test_headers_and_footers_come_once_at_the_end() -> None:
    page = tag("style:master-page", tag("style:header", p("ACME " + tag("text:page-number", "3"))))
    styles = root(f"<office:master-styles>{page}{page}</office:master-styles>")
    assert read(odf("<text:p>Body.</text:p>", **{"styles.xml": styles})).text == "Body.\n\nACME"


def test_a_formula_is_read_from_the_document_within() -> None:
    formula = '<m:math xmlns:m="urn:m"><m:annotation>E = m c^2</m:annotation></m:math>'
    body = '<text:p>So: <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
    assert read(odf(body, **{"Object 1/content.xml": formula})).text == "So:\n\nE = m c^2"


def test_slides_are_pages_with_titles_and_notes() -> None:
    def frame(text: str, part: str) -> str:
        box = tag("draw:text-box", p(text))
        return f'<draw:frame presentation:class="{part}">{box}</draw:frame>'

    notes = f"<presentation:notes>{frame('Say hello.', 'notes')}</presentation:notes>"
    first = (
        f'<draw:page draw:name="page1">{notes}{frame("Body.", "outline")}{frame("Hi", "title")}</draw:page>'
    )
    second = f'<draw:page draw:name="page2">{tag("draw:g", tag("draw:custom-shape", p("Shape")))}</draw:page>'
    document = read(odf(first + second, kind="presentation"))
    assert document.text == "Hi\n\nBody.\n\nSay hello.\n\npage2\n\nShape"
    assert [heading.title for heading in document.headings] == ["Hi", "page2"]
    assert [document.text[at:].split("\n")[0] for at in document.pages] == ["Hi", "page2"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odf("<text:p/>"), "no text in this document"),
        (odf(p("x"), **{"META-INF/manifest.xml": "<encryption-data/>"}), "encrypted: needs a password"),
        (zipped({"mimetype": "application/epub+zip"}), "not an OpenDocument file"),
        (b"<html>", "not an OpenDocument file, whatever its name says: this is a web page"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(data)
