"""Files of comma-separated values as tables, in which their passages are found."""

import pytest

from ingest.readers.office.spreadsheet import read_csv
from semsearch.errors import FileError
from web.rendering.html import render
from web.rendering.letters import Letters
from web.rendering.marked_html import MarkedHtml

BUDGET = "Our budget,,\n\nMonth,Rent,Note\nMay,907,\nJune,,none yet\nJuly,1120.50,\n"


def table(source: str, path: str = "a.csv") -> str:
    return render(source.encode(), "utf-8", path)


def test_each_value_stands_behind_the_hidden_name_of_its_column() -> None:
    assert table(BUDGET) == (
        '<p>Our budget</p><table><thead><tr><th>Month</th><th align="right">Rent</th><th>Note</th></tr>'
        "</thead><tbody>"
        '<tr><td><b>Month: </b>May</td><td align="right"><b>Rent: </b>907</td><td></td></tr>'
        '<tr><td><b>Month: </b>June</td><td align="right"></td><td><b>Note: </b>none yet</td></tr>'
        '<tr><td><b>Month: </b>July</td><td align="right"><b>Rent: </b>1120.50</td><td></td></tr>'
        "</tbody></table>"
    )


@pytest.mark.parametrize(
    "source",
    [
        BUDGET,
        'Name;Note\nLeeks;"fresh; ""young"",\nnot cut"\nOnion;<script>alert(1)</script>\n',
        "1,2\n3,4\n",
        "Onion\nLeeks\n",
        "Name,Town\nAda,London,and more\nBo\n",
        "שם,עיר\nעדה,ירושלים!\n",
        "sep=;\nName;Price\nLeeks;2\n",
    ],
)
def test_every_line_of_the_text_that_is_searched_is_found_in_the_table(source: str) -> None:
    letters = Letters(MarkedHtml(table(source)).text)
    lines = read_csv(source.encode(), "a.csv", "text/csv").text.split("\n")
    places = [letters.find(line) for line in lines]
    assert None not in places
    assert places == sorted(places)  # type: ignore[type-var]


def test_a_table_without_names_has_no_head_and_hides_nothing() -> None:
    assert table("Onion\nLeeks\n") == (
        "<table><tbody><tr><td>Onion</td></tr><tr><td>Leeks</td></tr></tbody></table>"
    )


def test_tabs_part_cells_whatever_else_stands_in_them() -> None:
    assert '<th align="right">a,b</th><th>c,d</th>' in table("a,b\tc,d\n1,2\tx\n", "a.tsv")


def test_html_in_a_cell_is_shown_as_it_is_written() -> None:
    made = table('a,b\n"<script>alert(1)</script>",<img src=x onerror=alert(1)>\n')
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "&lt;img src=x onerror=alert(1)&gt;" in made


def test_dates_and_a_column_with_few_numbers_are_not_aligned_as_numbers() -> None:
    made = table("Day,Code\n2024-05-01,A\n2024-05-02,7\n2024-05-03,B\n")
    assert "align" not in made
    assert made.count("<td>") == 6


def test_a_table_with_too_many_cells_is_refused() -> None:
    with pytest.raises(FileError, match="characters of HTML"):
        table("n,v\n" + "".join(f"{n},{n % 7}\n" for n in range(20_000)))
