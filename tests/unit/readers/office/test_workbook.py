"""Workbooks: merged cells, formats, notes, boxes, charts, headers and footers."""

import io
import zipfile

import pytest

from ingest.readers.office.spreadsheet import read_spreadsheet
from semsearch.errors import FileError
from tests.archives import element, links, zipped
from tests.unit.readers.office.test_spreadsheet import xlsx

_SHEET = "xl/worksheets/1.xml"


def text_of(data: bytes) -> str:
    return read_spreadsheet(data, "book.xlsx", "application/xlsx").text


def with_parts(data: bytes, after_cells: str = "", **parts: str) -> bytes:
    """The workbook with XML after the cells of its first sheet, and with parts that this sheet refers to.

    A part is named by its kind, and lies at xl/<kind>.xml.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = members[_SHEET]
    assert isinstance(sheet, bytes)
    members[_SHEET] = sheet.replace(b"</sheetData>", b"</sheetData>" + after_cells.encode())
    members["xl/worksheets/_rels/1.xml.rels"] = links(*((kind, f"../{kind}.xml") for kind in parts))
    return zipped(members | {f"xl/{kind}.xml": content for kind, content in parts.items()})


def merged(*ranges: str) -> str:
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return f"<mergeCells>{cells}</mergeCells>"


def styled(formats: list[str], cells: list[tuple[str, float]]) -> bytes:
    """A workbook with one row of numbers: each in the cell and in the format with the same number."""
    book = xlsx(Sums=[])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    own = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    members["xl/styles.xml"] = (
        f'<styleSheet {main}><numFmts>{own}</numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )
    row = "".join(f'<c r="{at}" s="{n}"><v>{value}</v></c>' for n, (at, value) in enumerate(cells, start=1))
    members[_SHEET] = f'<worksheet {main}><sheetData><row r="3">{row}</row></sheetData></worksheet>'
    return zipped(members)


def with_stray_cell(data: bytes) -> bytes:
    """The workbook with the cell A2 of its first sheet far away."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = members[_SHEET]
    assert isinstance(sheet, bytes)
    return zipped(members | {_SHEET: sheet.replace(b'"A2"', b'"AAZ60000"')})


def test_a_sheet_with_values_too_far_apart_is_left_out_and_the_others_are_read() -> None:
    far: list[list[object]] = [["near"], ["stray"]]
    document = read_spreadsheet(with_stray_cell(xlsx(Far=far, Near=[["here"]])), "a.xlsx", "application/xlsx")
    assert document.text == "Near\nhere"
    assert "the sheet Far is left out: its values are too far apart" in document.left_out
    with pytest.raises(FileError, match="the sheet Far is left out"):
        text_of(with_stray_cell(xlsx(Far=far)))


def test_cells_that_have_only_a_format_leave_no_sheet_out() -> None:
    corners = '<dimension ref="A1:XFD1048576"/>'
    assert text_of(with_parts(xlsx(Near=[["here"]]), corners)) == "Near\nhere"


def test_a_group_in_merged_cells_belongs_to_each_of_its_rows() -> None:
    rows: list[list[object]] = [
        ["Crew", "Name", "Shift"],
        ["Deck", "Ada", "early"],
        [None, "Bo", "late"],
        ["Galley", "Cy", "late"],
        [None, "Di", "early"],
    ]
    assert text_of(with_parts(xlsx(Ship=rows), merged("A2:A3", "A4:A5"))).split("\n")[1:] == [
        "Crew: Deck; Name: Ada; Shift: early",
        "Crew: Deck; Name: Bo; Shift: late",
        "Crew: Galley; Name: Cy; Shift: late",
        "Crew: Galley; Name: Di; Shift: early",
    ]


def test_blank_cells_that_are_not_merged_stay_blank() -> None:
    rows: list[list[object]] = [["Crew", "Name"], ["Deck", "Ada"], [None, "Bo"]]
    assert text_of(xlsx(Ship=rows)).endswith("Crew: Deck; Name: Ada\nName: Bo")


def test_merged_cells_add_no_row_and_repeat_no_paragraph() -> None:
    long = "A remark of many words. " * 20
    rows: list[list[object]] = [["Crew", "Name"], ["Deck", "Ada"], [None, None], [long, "Bo"], [None, "Cy"]]
    text = text_of(with_parts(xlsx(Ship=rows), merged("A2:A3", "A4:A5", "C1:D1")))
    assert text.count("Deck") == 1
    assert text.count("A remark") == 20


def test_names_of_columns_in_two_rows_are_joined() -> None:
    rows: list[list[object]] = [
        ["Prices of the year"],
        ["Fruit", "Price", None, "Shop"],
        [None, "old", "new", None],
        ["plum", 2, 3, "Lark"],
    ]
    merges = merged("A1:D1", "A2:A3", "B2:C2", "D2:D3")
    assert text_of(with_parts(xlsx(Market=rows), merges)) == (
        "Market\nPrices of the year\nFruit: plum; Price old: 2; Price new: 3; Shop: Lark"
    )


def test_values_in_merged_cells_are_not_taken_for_names_of_columns() -> None:
    rows: list[list[object]] = [["Fruit", "May", "June"], ["plum", "low", None], ["pear", "low", "high"]]
    assert text_of(with_parts(xlsx(Market=rows), merged("B2:C2"))).split("\n")[1:] == [
        "Fruit: plum; May: low",
        "Fruit: pear; May: low; June: high",
    ]
    sums: list[list[object]] = [["plum", 2, None], ["pear", 3, 4]]
    assert text_of(with_parts(xlsx(Market=sums), merged("B1:C1"))) == "Market\nplum; 2\npear; 3; 4"


def test_numbers_are_read_as_their_cells_show_them() -> None:
    formats = ["0.0%", "#,##0.00 &quot;EUR&quot;", "00000", "# ?/?", "General", "[h]:mm", "hh:mm"]
    cells = [
        ("B3", 0.125), ("C3", 1234.5), ("D3", 815), ("F3", 1.5), ("G3", 0.125), ("H3", 1.5), ("I3", 0.5),
    ]  # fmt: skip
    assert text_of(styled(formats, cells)) == ("Sums\n12.5%; 1,234.50 EUR; 00815; 1 1/2; 0.125; 36:00; 12:00")


def test_a_note_stands_in_the_row_of_its_cell() -> None:
    rows: list[list[object]] = [["Item", "Value"], ["bureau", 900], ["clock", 40]]
    comments = (
        '<comments><commentList><comment ref="B2"><text><r><t>Valued by </t></r><r><t>Mrs Lark</t></r></text>'
        '</comment><comment ref="A1"><text><t>Heirlooms</t></text></comment>'
        '<comment ref="A9"><text><t>Not complete</t></text></comment></commentList></comments>'
    )
    assert text_of(with_parts(xlsx(Estate=rows), comments=comments)).split("\n")[1:] == [
        "Note: Heirlooms",
        "Item: bureau; Value: 900; Note: Valued by Mrs Lark",
        "Item: clock; Value: 40",
        "Note: Not complete",
    ]


def test_a_thread_of_comments_is_read_once() -> None:
    rows: list[list[object]] = [["Item", "Value"], ["bureau", 900]]
    copy = "[Threaded comment]\n\nYour version of Excel ...\n\nComment:\n    Too low?"
    comments = f'<comments><comment ref="B2"><text><t>{copy}</t></text></comment></comments>'
    thread = (
        '<t:ThreadedComments xmlns:t="urn:t"><t:threadedComment ref="B2"><t:text>Too low?</t:text>'
        '</t:threadedComment><t:threadedComment ref="B2"><t:text>No, worn.</t:text></t:threadedComment>'
        "</t:ThreadedComments>"
    )
    text = text_of(with_parts(xlsx(Estate=rows), comments=comments, threadedComment=thread))
    assert text.endswith("Item: bureau; Value: 900; Note: Too low?; Note: No, worn.")


def test_the_texts_of_boxes_and_of_headers_are_read() -> None:
    shape = "<a:p><a:r><a:t>Closed</a:t></a:r></a:p><a:p><a:r><a:t>on Mondays</a:t></a:r></a:p>"
    drawing = element("c:wsDr", f"<c:sp><c:txBody>{shape}</c:txBody></c:sp>")
    margins = (
        '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Lark &amp;&amp; Sons&amp;RPage &amp;P'
        "</oddHeader></headerFooter>"
    )
    text = text_of(with_parts(xlsx(Hours=[["Day", "Open"], ["Friday", "9"]]), margins, drawing=drawing))
    assert text == "Hours\nDay: Friday; Open: 9\n\nClosed\non Mondays\n\nLark & Sons"


def test_damaged_parts_beside_the_values_are_skipped() -> None:
    rows: list[list[object]] = [["Item", "Value"], ["bureau", 900]]
    assert text_of(with_parts(xlsx(Estate=rows), comments="<comments><comm", drawing="<")) == (
        "Estate\nItem: bureau; Value: 900"
    )
