"""OpenDocument spreadsheets: rows as their cells show them."""

import pytest

from ingest.readers.office.spreadsheet import read_spreadsheet
from semsearch.errors import FileError
from tests.archives import zipped
from tests.unit.readers.office.test_opendocument import odf, p, root, tag


def text_of(data: bytes) -> str:
    return read_spreadsheet(data, "book.ods", "application/ods").text


def sheets(body: str, **members: str) -> bytes:
    return odf(body, kind="spreadsheet", **members)


def table(name: str, *rows: str, after: str = "") -> str:
    made = "".join(tag("table:table-row", row) for row in rows)
    return f'<table:table table:name="{name}"><table:table-column/>{made}{after}</table:table>'


def cell(shown: str, attributes: str = "", inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}{p(shown) if shown else ''}</table:table-cell>"


def test_each_sheet_has_its_rows_with_the_names_of_columns() -> None:
    people = table("People", cell("Name") + cell("Born"), cell("Ada") + cell("1815"))
    sums = table("Sums", cell("Year") + cell("Total"), cell("2023") + cell("12"))
    document = read_spreadsheet(sheets(people + sums), "our_people.ods", "application/ods")
    assert document.text == "People\nName: Ada; Born: 1815\n\nSums\nYear: 2023; Total: 12"
    assert [heading.title for heading in document.headings] == ["People", "Sums"]
    assert (document.title, document.syntax) == ("our people", "rows")


def test_cells_are_read_as_they_show_and_dates_in_iso_form() -> None:
    row = (
        cell("12,5 %", 'office:value-type="percentage" office:value="0.125"')
        + cell("1.250,00 €", 'office:value-type="currency" office:value="1250"')
        + cell("36:00", 'office:value-type="time" office:time-value="PT36H00M00S"')
        + cell("1. Mai 24", 'office:value-type="date" office:date-value="2024-05-01"')
        + cell("", 'office:value-type="float" office:value="7.5"')
        + cell("two<text:s/>words<text:line-break/>here")
    )
    assert text_of(sheets(table("Sums", row))) == (
        "Sums\n12,5 %; 1.250,00 €; 36:00; 2024-05-01; 7.5; two words here"
    )


def test_repeated_cells_and_rows_stand_as_often_and_blank_ones_not() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    twice = cell("x", 'table:number-columns-repeated="2"')
    data = sheets(
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="3">'
        f"{twice}{blank}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row></table:table>'
    )
    assert text_of(data) == "A\nx; x\nx; x\nx; x"


def test_a_merged_group_belongs_to_each_of_its_rows() -> None:
    covered = "<table:covered-table-cell/>"
    rows = (
        cell("Name") + cell("Crew"),
        cell("Ada") + cell("Deck", 'table:number-rows-spanned="2"'),
        cell("Bo") + covered,
        cell("Cy") + cell("Galley"),
    )
    assert text_of(sheets(table("Ship", *rows))).split("\n")[1:] == [
        "Name: Ada; Crew: Deck", "Name: Bo; Crew: Deck", "Name: Cy; Crew: Galley",
    ]  # fmt: skip


def test_notes_stand_in_their_row_and_boxes_and_charts_below_the_sheet() -> None:
    note = tag("office:annotation", tag("dc:creator", "Kim"), p("Valued by"), p("Mrs Lark"))
    box = tag("draw:frame", tag("draw:text-box", p("Closed on Mondays")))
    chart = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    rows = (cell("Item") + cell("Value"), cell("bureau", inside=box) + cell("900", inside=note))
    shapes = tag("table:shapes", chart)
    drawn = root(f"<office:chart>{p('Values of the estate')}</office:chart>")
    data = sheets(table("Estate", *rows, after=shapes), **{"Object 1/content.xml": drawn})
    assert text_of(data) == (
        "Estate\nItem: bureau; Value: 900; Note: Valued by Mrs Lark\n\n"
        "Closed on Mondays\n\nValues of the estate"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (sheets(table("Empty")), "no text in this document"),
        (zipped({"content.xml": "<office"}), r"damaged: content\.xml"),
        (zipped({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "defines XML entities"),
        (
            zipped({"content.xml": "x", "META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "encrypted: needs a password",
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        text_of(data)
