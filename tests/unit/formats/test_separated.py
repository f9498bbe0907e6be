"""Tables in plain text: their delimiter and their rows."""

from semsearch.formats.separated import likely_delimiter, rows_of, table_text


def test_the_delimiter_is_the_one_that_gives_most_rows_the_same_width() -> None:
    assert likely_delimiter("a;b,c\n1;2\n3;4\n", "text/csv") == ";"
    assert likely_delimiter("a,b\tc,d\n", "text/tab-separated-values") == "\t"


def test_a_quote_that_is_never_closed_is_one_long_cell() -> None:
    text = 'a,b\n1,"2\n' + "word " * 40_000
    assert likely_delimiter(text, "text/csv") == ","
    assert [len(row) for row in rows_of(text, ",")] == [2, 2]


def test_a_line_for_a_program_is_no_row() -> None:
    assert table_text("sep=;\na;b\n") == "a;b\n"
