"""How lines break: on a terminal, and in a pipe."""

from __future__ import annotations

import io

from rich.text import Text

from semsearch.cli.terminal import Terminal

SENTENCE = "The library is empty: a run of ingestion reads the files of a folder."
PATH = "/home/ada/letters/a-very-long-name-of-a-letter-that-nobody-would-break.md"


def printed(text: str | Text, label: str | None = None, *, is_terminal: bool = True) -> list[str]:
    written = io.StringIO()
    terminal = Terminal(file=written, force_terminal=is_terminal, width=40, color_system=None)
    if label is None:
        terminal.print(text)
    else:
        terminal.print_beside(label, text)
    return written.getvalue().splitlines()


def test_a_terminal_breaks_lines_between_words() -> None:
    lines = printed(SENTENCE)
    assert " ".join(lines) == SENTENCE
    assert len(lines) == 2
    assert all(len(line) <= 40 for line in lines)


def test_a_path_is_never_broken_so_that_it_can_be_copied() -> None:
    assert printed(f"see {PATH} for more") == ["see", PATH, "for more"]


def test_in_a_pipe_a_text_is_one_line() -> None:
    assert printed(SENTENCE, is_terminal=False) == [SENTENCE]
    assert printed(SENTENCE, "hint  ", is_terminal=False) == [f"hint  {SENTENCE}"]


def test_further_lines_of_a_text_beside_a_label_begin_below_its_first() -> None:
    first, *others = printed(SENTENCE, "hint  ")
    assert first.startswith("hint  The library")
    assert others
    assert all(line.startswith("      ") and line[6] != " " for line in others)


def test_marked_words_stay_marked_where_a_line_breaks() -> None:
    written = io.StringIO()
    terminal = Terminal(file=written, force_terminal=True, width=40, color_system="standard")
    text = Text(SENTENCE)
    text.stylize("red", SENTENCE.index("of ingestion"), SENTENCE.index(" reads"))
    terminal.print(text)
    assert "\x1b[31mof ingestion\x1b[0m" in written.getvalue().replace("\x1b[0m\n\x1b[31m", " ")


def test_wide_characters_count_as_two_columns() -> None:
    assert [len(line) for line in printed("漢字漢字漢字漢字 " * 4)] == [17, 17]


def test_a_text_with_lines_of_its_own_keeps_them() -> None:
    assert printed("one\n\ntwo") == ["one", "", "two"]
