"""Tables: each row is a line with the names of its columns."""

import base64
import zlib
from datetime import date, datetime, time, timedelta
from time import process_time

import pytest

from ingest.readers import assembly, limits
from ingest.readers.documents import TextDocument
from ingest.readers.office.spreadsheet import read_csv, read_spreadsheet
from ingest.readers.zip_archive import OLE
from semsearch.errors import FileError
from semsearch.formats.rows import shown
from tests.archives import links, zipped

CONTENT_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def xlsx(**sheets: list[list[object]]) -> bytes:
    """Return a workbook. A cell is a text, a number, a date or a formula ("=", its value)."""
    ids = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    relations = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    files = [("worksheet", f"worksheets/{n}.xml") for n in range(1, len(sheets) + 1)]
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": links(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f"<workbook {_MAIN} {relations}><sheets>{ids}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": links(*files, ("styles", "styles.xml")),
            "xl/styles.xml": f"<styleSheet {_MAIN}>{styles}</styleSheet>",
            **{
                f"xl/worksheets/{n}.xml": f"<worksheet {_MAIN}>{_rows(rows)}</worksheet>"
                for n, rows in enumerate(sheets.values(), start=1)
            },
        }
    )


def _rows(rows: list[list[object]]) -> str:
    lines = "".join(
        f'<row r="{n}">{"".join(_cell(f"{chr(65 + at)}{n}", value) for at, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return f"<sheetData>{lines}</sheetData>"


def _cell(at: str, value: object) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return f'<c r="{at}"><f>SUM(A1:B2)</f><v>{value[1]}</v></c>'
        case date():
            return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        case str():
            return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
        case _:
            return f'<c r="{at}"><v>{value}</v></c>'


def spreadsheet(data: bytes) -> TextDocument:
    return read_spreadsheet(data, "our_people.xlsx", "application/xlsx")


def csv(source: str | bytes, media_type: str = "text/csv") -> list[str]:
    data = source.encode() if isinstance(source, str) else source
    return read_csv(data, "our_people.csv", media_type).text.split("\n")


def test_a_row_of_a_sheet_is_found_with_its_column_names() -> None:
    document = spreadsheet(
        xlsx(
            People=[
                ["Name", "Born", "Score", "Note"],
                ["Ada", date(1915, 12, 10), 7.0, None],
                ["Alan", None, 2.5, "x\ny"],
            ],
            Sums=[["Year", "Total"], [2023, ("=", 12.0)]],
            Empty=[],
        )
    )
    assert document.text == (
        "People\nName: Ada; Born: 1915-12-10; Score: 7\nName: Alan; Score: 2.5; Note: x y\n\n"
        "Sums\nYear: 2023; Total: 12"
    )
    assert [(heading.start, heading.title) for heading in document.headings] == [(0, "People"), (80, "Sums")]
    assert (document.title, document.title_in_file, document.syntax) == ("our people", False, "rows")


# A compressed workbook of Excel 97 with the cells Name, Ada and 1.5.
XLS = (
    "c-rk)J!lj`6#iy&m-"
    "``i*^3t;QNj^0nwUmxY?4g`P2~|yp{Ssn+=3zTB1aliXf$3a2v&+sAdOAb#vinZorMt5LJ)*IEv*Cvi{#e#-p$G-"
    "rpSSYDDy4z&6_uGX5Q|+ncdkp%c;`*qxLe^p&t#X_%Srr=oF<`P_RMuzRzNiM=ALR{}f_Tn#jg5o+n;Mcn*2K%dqe;^pY6(M"
    "CmLpAv=}#GFynl;)AQ$hdyG3d!$LCO}uIm9uwXn{6H*U2oH$nrf?tGmegr1JK3H?I*LzOol=(s_xnWJd=Sk6wBi*<@zq<ZY8"
    "%F2VcebEo)sOTCM<yFZOF@e1$VN9G)>?FzWW*ATd-"
    "1>GDg3(dIi$|SgVh0pucT}fLZwGCBTbFV5xy?!Wg;WdDAP{4K8yc!>oJJqike+#v{#O&W-"
    "baEbG@^vwjm2*G<GZG>e>)=(cHxUb+AE?Xl5e=bUI}WzVke?0eW5__)R`sBuzitY6$CykGdb^twyrcHuNRO?lUFs}_#ViOmh"
    "E?V@oG3f?(;Yvg?-7rz{T+EM)Mbd$U|RGvvMzIW!)NpG4QwdZRNy{cE;y~B9s1i8|?z(?V>-"
    "*$wkWozGk{rYOgD&iuhgsUZfI!fEC4eXWJbB|Z7xcHO887lT$EqE-CXQ1XC8Ha&^fq{X6fq{X+_Jz`4_xg-MAMe#OL`47BS*"
    "27lze)aEoWK-a({wOBf;{B~T&^pAb|S2TzSJh$1pf;eCu#HoCNL^~Ow=8}bOuzl_p|AS_Mclq^^RYu$Irh!{!gy=zuN"
)


def test_a_stray_cell_far_below_costs_little_time() -> None:
    heads: list[object] = [f"Column {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    data = xlsx(Sheet=[heads, [1, 2], *[[]] * 300_000, ["stray"]])
    begun = process_time()
    assert spreadsheet(data).text == "Sheet\nColumn A: 1; Column B: 2\nColumn A: stray"
    assert process_time() - begun < 2.5


def test_an_old_workbook_is_read_as_well() -> None:
    assert spreadsheet(zlib.decompress(base64.b85decode(XLS))).text == "Sheet\nName: Ada; Size: 1.5"


def test_the_names_of_columns_may_stand_below_a_title_and_be_years() -> None:
    assert csv("Our sales,,\n\nCountry,2019,2020\nFrance,67.1,67.4\n") == [
        "Our sales",
        "Country: France; 2019: 67.1; 2020: 67.4",
    ]


@pytest.mark.parametrize(
    "source", ["1,2\n3,4\n", "2024-01-01,5\n2024-01-02,6\n", "a,a\nb,b\n", "onions\nleeks\n", "Name,Born\n"]
)
def test_a_table_without_column_names_keeps_its_values(source: str) -> None:
    assert csv(source) == source.replace(",", "; ").rstrip().split("\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    rows = [["Name", "Price"], ["Onion", "1.5"], ["Leeks; fresh, cut", "2"]]
    source = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    assert csv(source) == ["Name: Onion; Price: 1.5", "Name: Leeks; fresh, cut; Price: 2"]


def test_tabs_part_the_values_of_a_tsv_file_whatever_else_it_has() -> None:
    assert csv("a,b\tc,d\n1,2\t3,4\n", "text/tab-separated-values") == ["a,b: 1,2; c,d: 3,4"]


def test_ragged_rows_and_values_over_several_lines_live() -> None:
    source = 'Name,Note\nAda\nAlan,"first\nsecond, ""third"""\nGrace,x,y,z\n\n,,\n'
    assert csv(source) == [
        "Name: Ada",
        'Name: Alan; Note: first second, "third"',
        "Name: Grace; Note: x; y; z",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_line_that_tells_excel_the_delimiter_is_no_row(encoding: str) -> None:
    assert csv("sep=;\r\nName;Price\r\nLeeks;2\r\n".encode(encoding)) == ["Name: Leeks; Price: 2"]


def test_any_encoding_is_read() -> None:
    assert csv("Stadt;Grüße\nZürich;Käse\n".encode("cp1252")) == ["Stadt: Zürich; Grüße: Käse"]
    assert csv("Stadt;Grüße\nZürich;Käse\n".encode("utf-16")) == ["Stadt: Zürich; Grüße: Käse"]


def test_the_first_rows_of_a_table_that_is_too_long_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (assembly, limits):
        monkeypatch.setattr(module, "MAX_CHARACTERS", 1_000)
    source = "Name,Born\n" + "Ada,1815\n" * 100
    document = read_csv(source.encode(), "a.csv", "text/csv")
    assert document.text.startswith("Name: Ada; Born: 1815\n")
    assert len(document.text) == 1_000
    assert document.left_out


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3.0, "3"),
        (3.25, "3.25"),
        (0.1 + 0.2, "0.3"),
        (1234567.891, "1234567.891"),
        (1e300, "1e+300"),
        (datetime(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 13, 30), "2024-05-01 13:30"),
        (datetime(2024, 5, 1, 13, 30, 7), "2024-05-01 13:30:07"),
        (date(2024, 5, 1), "2024-05-01"),
        (time(13, 30), "13:30"),
        (time(13, 29, 59, 999_999), "13:30"),
        (timedelta(days=1, hours=12), "36:00"),
        (timedelta(minutes=1, seconds=5), "0:01:05"),
        ("  two \n words", "two words"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (xlsx(Empty=[]), "no text in this document"),
        (b"<html><table>", "not a spreadsheet, whatever its name says: this is a web page"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(500), "encrypted: needs a password"),
        (OLE + bytes(600), "damaged: "),
        (zipped({"a": "x"}), "damaged: "),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        spreadsheet(data)
