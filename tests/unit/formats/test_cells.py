"""Rows of tables as lines: a line says in which column each text stands."""

import random

import pytest

from semsearch.formats.cells import MOST_COLUMNS, cells_of, lines_of

Row = dict[int, str]


def read(lines: list[str]) -> list[Row]:
    """The texts of lines by their columns."""
    return [
        {n: line[start:end] for n, (start, end) in enumerate(cells_of(line).spans) if start < end}
        for line in lines
    ]


def test_an_empty_cell_is_a_space_after_a_bar() -> None:
    rows = [{0: "a", 1: "b", 2: "c"}, {0: "a", 2: "c"}, {1: "b", 2: "c"}, {0: "a"}, {2: "c"}]
    assert lines_of(rows) == ["a | b | c", "a |  c", "| b | c", "a |", "|  c"]


def test_the_cells_of_lines_are_those_that_were_written() -> None:
    draw = random.Random(7)
    for _ in range(300):
        width = draw.randint(2, 7)
        full = {n: f"word {n}" for n in range(width)}
        rows = [{n: text for n, text in full.items() if draw.random() < 0.5} for _ in range(6)]
        assert read(lines_of([full, *rows])) == [full, *(row for row in rows if row)]


def test_a_line_says_if_the_cells_after_its_last_text_are_empty() -> None:
    assert cells_of("a | b") == ([(0, 1), (4, 5)], False)
    assert cells_of("a |") == ([(0, 1)], True)
    assert cells_of("|  c") == ([(3, 3), (3, 3), (3, 4)], False)
    assert cells_of("|b|c||") == ([(0, 6)], False)


def test_rows_and_columns_without_texts_are_left_out() -> None:
    assert lines_of([{2: "a", 5: "b"}, {}, {2: " ", 3: ""}, {5: "d"}]) == ["a | b", "| d"]
    assert lines_of([]) == []


@pytest.mark.parametrize("rows", [[{0: "a"}, {1: "b"}], [{0: "a"}, {0: "b"}], [{1: "a"}, {}, {0: "b"}]])
def test_frames_and_tables_of_one_column_have_no_bars(rows: list[Row]) -> None:
    assert lines_of(rows) == ["a", "b"]


def test_a_bar_a_tab_and_a_line_break_in_a_cell_part_no_cells() -> None:
    lines = lines_of([{0: "yes | no", 1: "|"}, {0: "1\t2\n 3", 1: "a|b"}])
    assert read(lines) == [{0: "yes ¦ no", 1: "¦"}, {0: "1 2 3", 1: "a|b"}]


def test_a_table_of_too_many_columns_is_as_long_as_its_texts() -> None:
    rows = [{0: "a", n: "b"} for n in range(1, 3_000)]
    assert {*lines_of(rows)} == {"a | b"}
    assert lines_of(rows[: MOST_COLUMNS - 1])[-1] == "a |" + " " * (MOST_COLUMNS - 1) + "b"
