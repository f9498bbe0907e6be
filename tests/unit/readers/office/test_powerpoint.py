"""PowerPoint: slides are pages, with all the words on them and in their notes."""

import pytest

from ingest.readers.documents import TextDocument
from ingest.readers.office.powerpoint import read_slides
from semsearch.errors import FileError
from tests.archives import element, links, package, properties, zipped


def shape(*paragraphs: str, part: str = "") -> str:
    lines = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    kind = f'<p:nvSpPr><p:nvPr><p:ph type="{part}"/></p:nvPr></p:nvSpPr>' if part else ""
    return f"<p:sp>{kind}<p:txBody>{lines}</p:txBody></p:sp>"


def notes(*shapes: str) -> tuple[str, str]:
    return "notesSlide", element("p:notes", "".join(shapes))


def pptx(*slides: str | tuple[str, tuple[str, str]], title: str = "", order: str = "") -> bytes:
    """Return a presentation. A slide is its shapes, or its shapes and (kind, content) of one of its parts."""
    members = {}
    for n, slide in enumerate(slides, start=1):
        shapes, extra = slide if isinstance(slide, tuple) else (slide, None)
        members[f"ppt/slides/slide{n}.xml"] = element(
            "p:sld", f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        )
        if extra:
            members[f"ppt/parts/{n}.xml"] = extra[1]
            members[f"ppt/slides/_rels/slide{n}.xml.rels"] = links((extra[0], f"../parts/{n}.xml"))
    order = order or "".join(str(n) for n in range(1, len(slides) + 1))
    ids = "".join(f'<p:sldId id="{255 + int(n)}" r:id="r{n}"/>' for n in order)
    return zipped(
        {
            "_rels/.rels": links(("officeDocument", "/ppt/presentation.xml"), ("core", "core.xml")),
            "core.xml": properties(title),
            "ppt/presentation.xml": element("p:presentation", f"<p:sldIdLst>{ids}</p:sldIdLst>"),
            "ppt/_rels/presentation.xml.rels": links(
                *(("slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1))
            ),
            **members,
        }
    )


def read(data: bytes) -> TextDocument:
    return read_slides(data, "my_talk.pptx", "application/pptx")


def test_slides_are_pages_in_the_order_they_are_shown_in() -> None:
    document = read(pptx(shape("Second"), shape("First"), "", shape("Last"), order="2134"))
    assert document.text == "First\n\nSecond\n\nLast"
    assert [document.text[at:].split("\n")[0] for at in document.pages] == ["First", "Second", "Last", "Last"]


def test_the_title_of_a_slide_is_a_heading_and_comes_first() -> None:
    document = read(pptx(shape("Onions", "keep well") + shape("Storing", "food", part="ctrTitle")))
    assert document.text == "Storing food\n\nOnions\nkeep well"
    assert [(heading.start, heading.title) for heading in document.headings] == [(0, "Storing food")]
    assert document.title == "Storing food"


def test_a_slide_without_a_title_goes_by_its_first_words_or_its_number() -> None:
    long = "word " * 40
    document = read(pptx(shape("Short") + shape("More"), shape(long)))
    assert [heading.title for heading in document.headings] == ["Short", "Slide 2"]


def test_a_merged_group_belongs_to_each_of_its_rows() -> None:
    def cell(text: str, kind: str = "") -> str:
        return f"<a:tc {kind}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"

    rows = (
        cell("Deck", 'rowSpan="2"') + cell("Ada"),
        cell("", 'vMerge="1"') + cell("Bo"),
        cell("Galley") + cell("Cy"),
    )
    table = "".join(f"<a:tr>{each}</a:tr>" for each in rows)
    frame = f"<p:graphicFrame><a:graphic><a:tbl>{table}</a:tbl></a:graphic></p:graphicFrame>"
    assert read(pptx(shape("Crew", part="title") + frame)).text == (
        "Crew\n\nDeck | Ada\nDeck | Bo\nGalley | Cy"
    )


def test_empty_cells_keep_the_others_in_their_columns() -> None:
    def row(*texts: str) -> str:
        cells = (
            f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in texts
        )
        return f"<a:tr>{''.join(cells)}</a:tr>"

    table = row("", "Mon", "Tue") + row("", "", "") + row("8:00", "", "Art") + row("9:00", "", "")
    frame = f"<p:graphicFrame><a:graphic><a:tbl>{table}</a:tbl></a:graphic></p:graphicFrame>"
    text = read(pptx(shape("Week", part="title") + frame)).text
    assert text == "Week\n\n| Mon | Tue\n8:00 |  Art\n9:00 |"


def test_words_in_groups_tables_and_alternatives_are_read() -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    table = f"<a:tbl><a:tr>{cell.format('a')}{cell.format('b')}</a:tr><a:tr>{cell.format('c')}</a:tr></a:tbl>"
    group = f"<p:grpSp><p:grpSp>{shape('deep')}</p:grpSp></p:grpSp>"
    alternative = (
        f"<mc:AlternateContent><mc:Choice>{shape('new')}</mc:Choice>"
        f"<mc:Fallback>{shape('old')}</mc:Fallback></mc:AlternateContent>"
    )
    frame = f"<p:graphicFrame><a:graphic>{table}</a:graphic></p:graphicFrame>"
    document = read(pptx(shape("T", part="title") + group + frame + alternative))
    assert document.text == "T\n\ndeep\n\na | b\nc |\n\nnew"


def test_notes_follow_their_slide_and_footers_come_once_at_the_end() -> None:
    footer, number = shape("ACME", part="ftr"), shape("7", part="sldNum")
    said = notes(shape("Say hello.", part="body"), number, shape(part="sldImg"))
    document = read(pptx((shape("One") + footer + number, said), shape("Two") + footer))
    assert document.text == "One\n\nSay hello.\n\nTwo\n\nACME"


def test_diagrams_charts_and_comments_of_a_slide_are_read() -> None:
    diagram = element(
        "dgm:dataModel", "<dgm:pt><dgm:t><a:p><a:r><a:t>Step</a:t></a:r></a:p></dgm:t></dgm:pt>"
    )
    remark = element("p:cmLst", "<p:cm><p:text>Too long?</p:text></p:cm>")
    document = read(pptx((shape("One"), ("diagramData", diagram)), (shape("Two"), ("comments", remark))))
    assert document.text == "One\n\nStep\n\nTwo\n\nToo long?"


def test_the_title_is_the_documents_unless_a_program_chose_it() -> None:
    assert read(pptx(shape("One"), title="Spring talk")).title == "Spring talk"
    assert read(pptx(shape("One"), title="PowerPoint Presentation")).title == "One"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pptx(""), "no text in this document"),
        (package("<document/>"), "not a PowerPoint"),
        (b"%PDF", "not a PowerPoint presentation, whatever its name says: this is a PDF"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(data)
