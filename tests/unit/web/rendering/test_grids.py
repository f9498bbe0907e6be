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


def test_empty_cells_keep_the_others_in_their_columns() -> None:
    made = grids("| Mon | Tue | Wed\n8:00 | Art |  Art\n9:00 |  Maths |\n10:00 |")
    assert cells(made) == [
        ["", "Mon", "Tue", "Wed"],
        ["8:00", "Art", "", "Art"],
        ["9:00", "", "Maths", ""],
        ["10:00", "", "", ""],
    ]


def test_rows_that_are_neither_as_wide_nor_go_on_empty_stay_lines() -> None:
    for text in ("a |  b\nc | d", "| b\nc", "a |", "| b |  d", "|\n|"):
        assert grids(text) == text


def test_a_part_of_a_table_in_which_only_the_first_column_has_texts_is_a_table() -> None:
    assert cells(grids("8:00 |\n9:00 |")) == [["8:00", ""], ["9:00", ""]]


def test_no_text_makes_a_grid_much_larger_than_itself() -> None:
    text = "a |" + " " * 4_000 + "b\n" + "a |\n" * 1_000
    assert len(grids(text)) == len(text)


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


def test_what_is_marked_on_both_sides_of_an_empty_cell_marks_nothing_in_it() -> None:
    made = grids("| Mon | Tue | Wed\n8 | Art |  Art", (22, 25), (29, 32), answer=(22, 32))
    both = '<span class="answer"><mark>Art</mark></span>'
    assert cells(made)[1] == ["8", both, "", both]
