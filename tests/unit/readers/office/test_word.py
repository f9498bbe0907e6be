"""Word: all text that a reader sees, and no deleted text."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.office.word import read_word
from ingest.readers.zip_archive import OLE
from semsearch.errors import FileError
from tests.archives import element, links, package, properties, zipped

STYLES = """
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Outlined"><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Bullet"><w:pPr><w:numPr/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/></w:style>
"""


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inner: str, style: str = "") -> str:
    """Return a paragraph of XML or of plain words."""
    inner = inner if "<" in inner else run(inner)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inner}</w:p>' if style else f"<w:p>{inner}</w:p>"


def docx(body: str, title: str = "", **parts: str) -> bytes:
    """Return a document. `parts` are its other parts by kind: footnotes, header, ..."""
    others = {kind: (f"{kind}.xml", element(f"w:{kind}", inner)) for kind, inner in parts.items()}
    others |= {"styles": ("styles.xml", element("w:styles", STYLES))}
    return zipped(
        {
            "_rels/.rels": links(("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")),
            "docProps/core.xml": properties(title),
            "word/document.xml": element("w:document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": links(*((kind, name) for kind, (name, _) in others.items())),
            **{f"word/{name}": content for name, content in others.values()},
        }
    )


def read(body: str, title: str = "", path: str = "the_letter.docx", **parts: str) -> TextDocument:
    return read_word(docx(body, title, **parts), path, "application/docx")


def outline(document: TextDocument) -> list[tuple[int, str]]:
    assert all(document.text.startswith(heading.title, heading.start) for heading in document.headings)
    return [(heading.level, heading.title) for heading in document.headings]


def test_paragraphs_stand_apart_and_headings_are_known_by_their_styles() -> None:
    document = read(
        p("Report", "Titel") + p("One", "berschrift2") + p("Text.") + p("Two", "Mine")
        + p("Three", "Outlined") + p("Plain again.", "Loop")
    )  # fmt: skip
    assert document.text == "Report\n\nOne\n\nText.\n\nTwo\n\nThree\n\nPlain again."
    assert outline(document) == [(1, "Report"), (2, "One"), (2, "Two"), (3, "Three")]
    assert (document.title, document.title_in_file) == ("Report", True)


def test_a_page_set_as_a_heading_is_a_paragraph() -> None:
    assert read(p("Long words. " * 30, "berschrift2")).headings == ()


def test_the_title_in_the_properties_comes_first_unless_it_is_a_programs() -> None:
    assert read(p("Report", "Titel"), title="Annual report").title == "Annual report"
    assert read(p("Report", "Titel"), title="Word Document").title == "Report"
    document = read(p("Words."), title="Microsoft Word - letter.doc")
    assert (document.title, document.title_in_file) == ("the letter", False)


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    body = (
        run("kept ") + "<w:ins>" + run("added ") + "</w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveFrom>" + run("before ") + "</w:moveFrom><w:moveTo>" + run("after") + "</w:moveTo>"
    )  # fmt: skip
    assert read(p(body)).text == "kept added after"


def test_words_are_found_wherever_word_hides_them() -> None:
    body = (
        f"<w:sdt><w:sdtContent>{p('in a control')}</w:sdtContent></w:sdt>"
        + p(f"<w:hyperlink>{run('link')}</w:hyperlink><w:r><w:tab/></w:r><w:bdo>{run('leftward')}</w:bdo>")
        + p(f"<w:fldSimple>{run('field')}</w:fldSimple><w:r><w:br/></w:r><w:tag>{run('tag')}</w:tag>")
        + p("<w:r><w:instrText>PAGE</w:instrText></w:r><m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>")
    )  # fmt: skip
    assert read(body).text == "in a control\n\nlink\tleftward\n\nfield\ntag\n\nx+1"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    body = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        + run("Beside it.")
    )
    assert read(p(body)).text == "Beside it.\n\nIn the box."


def test_items_of_a_list_are_lines() -> None:
    document = read(p("Buy:") + p("onions", "Bullet") + p("leeks", "Bullet") + p("Then cook."))
    assert document.text == "Buy:\n\nonions\nleeks\n\nThen cook."


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>"


def test_a_row_of_a_table_is_a_line() -> None:
    document = read(p("Prices:") + f"<w:tbl>{row('onions', '2')}{row('leeks', '3')}</w:tbl>" + p("End."))
    assert document.text == "Prices:\n\nonions | 2\nleeks | 3\n\nEnd."


def test_a_merged_group_belongs_to_each_of_its_rows() -> None:
    def cell(text: str, *properties: str) -> str:
        return f"<w:tc><w:tcPr>{''.join(properties)}</w:tcPr>{p(text)}</w:tc>"

    begin, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    rows = (
        cell("Deck", begin) + cell("Ada") + cell("early", begin),
        cell("", on) + cell("Bo") + cell("", on),
        cell("", on) + cell("Cy") + cell("late"),
        cell("Galley", wide) + cell("noon", begin),
        cell("Stores", wide) + cell("", on),
    )
    table = "".join(f"<w:tr>{each}</w:tr>" for each in rows)
    assert read(f"<w:tbl>{table}</w:tbl>").text.split("\n") == [
        "Deck | Ada | early",
        "Deck | Bo | early",
        "Deck | Cy | late",
        "Galley |  noon",
        "Stores |  noon",
    ]


def test_empty_cells_keep_the_others_in_their_columns() -> None:
    rows = row("", "Mon", "Tue"), row("8:00", "", "Art"), row("", "", ""), row("9:00", "Maths", "")
    text = read(f"<w:tbl>{''.join(rows)}{row('10:00', '', '')}</w:tbl>").text
    assert text == "| Mon | Tue\n8:00 |  Art\n9:00 | Maths |\n10:00 |"


def test_a_row_may_begin_in_another_column_and_a_cell_be_wide() -> None:
    def cell(text: str, span: int = 1) -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{p(text)}</w:tc>'

    later = '<w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>'
    rows = (
        cell("time") + cell("morning", 2) + cell("noon"),
        cell("8:00") + cell("a") + cell("b") + cell("c"),
        later + cell("x") + cell("y"),
    )
    table = "".join(f"<w:tr>{each}</w:tr>" for each in rows)
    assert read(f"<w:tbl>{table}</w:tbl>").text == "time | morning |  noon\n8:00 | a | b | c\n| x | y |"


def test_borders_that_hardly_differ_make_no_columns() -> None:
    def cell(text: str, span: int = 1) -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{p(text)}</w:tc>'

    rows = cell("a", 2) + cell("", 3) + cell("b"), cell("c") + cell("d", 3) + cell("e", 2)
    table = "".join(f"<w:tr>{each}</w:tr>" for each in rows)
    assert read(f"<w:tbl>{table}</w:tbl>").text == "a |  b\nc | d | e"


def test_a_table_in_a_cell_is_one_text_there() -> None:
    inner = f"<w:tbl>{row('1', '2')}{row('', '4')}</w:tbl>"
    nested = f"<w:tr><w:tc>{p('b')}{inner}</w:tc><w:tc>{p('c')}</w:tc></w:tr>"
    assert read(f"<w:tbl>{row('a', '')}{nested}</w:tbl>").text == "a |\nb 1 ¦ 2 ¦ 4 | c"


def test_a_heading_or_a_long_text_that_is_alone_in_its_row_parts_a_table() -> None:
    def alone(inner: str) -> str:
        return f"<w:tr><w:tc>{inner}</w:tc><w:tc>{p('')}</w:tc></w:tr>"

    for inner in (p("Trees", "berschrift2"), p("word " * 60), p("One.") + p("Two."), p("Title", "Titel")):
        text = read(f"<w:tbl>{row('a', 'b')}{alone(inner)}{row('c', 'd')}</w:tbl>").text
        assert text.split("\n\n")[:: max(1, text.count("\n\n"))] == ["a | b", "c | d"]
        assert text.count("|") == 2


def test_a_form_that_nobody_has_filled_in_and_a_row_of_one_cell_have_no_bars() -> None:
    assert read(f"<w:tbl>{row('Name', '')}{row('Born', '')}</w:tbl>").text == "Name\n\nBorn"
    text = read(f"<w:tbl>{row('Crew')}{row('Ada', '')}{row('Bo', 'cook')}</w:tbl>").text
    assert text == "Crew\n\nAda |\nBo | cook"


def test_a_long_text_in_merged_cells_is_read_once() -> None:
    long = "<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + p("word " * 60) + "</w:tc>"
    on = "<w:tc><w:tcPr><w:vMerge/></w:tcPr>" + p("") + "</w:tc>"
    other = f"<w:tc>{p('Ada')}</w:tc>"
    text = read(f"<w:tbl><w:tr>{long}{other}</w:tr><w:tr>{on}{other}</w:tr></w:tbl>").text
    assert text.count("word") == 60


def test_a_table_that_only_frames_a_text_leaves_it_its_headings() -> None:
    inner = p("Inside", "berschrift2") + p("One.") + p("Two.")
    document = read(f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc>{p('')}</w:tc></w:tr></w:tbl>")
    assert document.text == "Inside\n\nOne.\n\nTwo."
    assert outline(document) == [(2, "Inside")]


def test_notes_and_comments_follow_their_paragraph() -> None:
    body = p(
        run("See") + '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>'
    )
    notes = f'<w:footnote w:id="0"><w:p/></w:footnote><w:footnote w:id="2">{p("A note.")}</w:footnote>'
    comments = (
        f'<w:comment w:id="0">{p("Is that so?")}</w:comment><w:comment w:id="1">{p("Lost.")}</w:comment>'
    )
    document = read(body + p("On."), footnotes=notes, comments=comments)
    assert document.text == "See\n\nA note.\n\nIs that so?\n\nOn.\n\nLost."


def test_headers_and_footers_come_once_at_the_end_and_may_be_all_there_is() -> None:
    document = read(p("Body."), header=p("Secret"), footer=p("Secret"))
    assert document.text == "Body.\n\nSecret"
    assert read(p(""), header=p("Only here.")).text == "Only here."


def test_words_in_diagrams_and_charts_are_read() -> None:
    diagram = "<dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt>"
    chart = "<c:strCache><c:pt><c:v>Berlin</c:v></c:pt><c:pt><c:v>Paris</c:v></c:pt></c:strCache>"
    assert read(p("Body."), diagramData=diagram, chart=chart).text == "Body.\n\nPlan\n\nBerlin, Paris"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx(p("")), "no text in this document"),
        (docx(p("x"))[:-100], "damaged: file is not a zip file"),
        (b"%PDF-1.7", "not a Word document, whatever its name says: this is a PDF"),
        (b"{\\rtf1 Hello}", "this is RTF"),
        (b"Dear all", "this is text"),
        (zipped({"a.txt": "x"}), "this is another kind of ZIP archive"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted: needs a password"),
        (OLE + bytes(500), "an Office file of before 2007: save it"),
        (package("<workbook/>"), "not a Word document"),
        (package("<document"), "damaged: x.xml: "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_word(data, "a.docx", "application/docx")
