"""Tables in stored text: which lines become a grid, and what is marked in it."""

from markupsafe import Markup

from semsearch.records import Passage
from web.document_text import Stretch
from web.filters import marked
from web.rendering.grids import with_grids


def grids(text: str, *highlights: tuple[int, int], answer: tuple[int, int] | None = None) -> Markup:
    return with_grids(Stretch(Passage(0, text, 0, len(text)), text, highlights, answer), marked)


def cells(made: str) -> list[list[str]]:
    rows = made.split("<tr>")[1:]
    return [[cell.partition("</td>")[0] for cell in row.split("<td>")[1:]] for row in rows]


def test_lines_with_equally_many_cells_are_a_table() -> None:
    made = grids("Prices\n\nTree | Price\nOak | 7 < 8\nElm | 9\n\nAll of them.")
    assert cells(made) == [["Tree", "Price"], ["Oak", "7 &lt; 8"], ["Elm", "9"]]
    assert made.startswith("Prices\n\n<table")
    assert made.endswith("</table>\nAll of them.")


def test_rows_of_which_some_lack_a_cell_and_single_lines_stay_lines() -> None:
    for text in ("Call 12 | Write to us", "a | b\n\nc | d", "Spring | Autumn\nOak | 12 | 7\nElm | 3"):
        assert grids(text) == text


def test_tables_with_a_line_between_them_are_two() -> None:
    made = grids("a | b\nc | d\n\ne | f | g\nh | i | j")
    assert made.count("<table") == 2
    assert cells(made) == [["a", "b"], ["c", "d"], ["e", "f", "g"], ["h", "i", "j"]]


def test_words_and_the_answer_are_marked_in_the_cells_where_they_stand() -> None:
    made = grids("Tree | Price\nOak | 7", (0, 4), (13, 16), answer=(13, 20))
    assert cells(made) == [
        ["<mark>Tree</mark>", "Price"],
        ['<span class="answer"><mark>Oak</mark></span>', '<span class="answer">7</span>'],
    ]
