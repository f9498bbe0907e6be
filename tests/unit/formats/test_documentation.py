"""The list of formats for people has what the table has."""

import re
from pathlib import Path

import pytest

from semsearch.formats.format import Format
from semsearch.formats.table import FORMATS

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "formats.md"


def listed() -> list[list[str]]:
    """What the second column of the table in docs/formats.md names, row by row: `.ext` and `NAME`."""
    (body,) = re.findall(r"^\| Kind \| Names \|.*\n((?:\|.*\n)+)", DOCUMENTATION.read_text(), re.MULTILINE)
    return [re.findall(r"`([^`]+)`", line.split("|")[2].lower()) for line in body.splitlines()]


def names_of(row: Format) -> set[str]:
    return {*(f".{extension}" for extension in row.extensions), *row.file_names}


@pytest.mark.parametrize("row", FORMATS.rows, ids=lambda row: row.media_type)
def test_a_format_has_one_row_in_the_documentation(row: Format) -> None:
    lines = [line for line in listed() if names_of(row) & set(line)]
    assert len(lines) == 1, f"docs/formats.md must have {names_of(row)} in one row, not in {len(lines)}"
    missing = names_of(row) - set(lines[0])
    assert not missing, f"write {missing} ({row.name}) into its row of docs/formats.md"


def test_the_documentation_lists_nothing_else_and_nothing_twice() -> None:
    names = [name for line in listed() for name in line]
    assert sorted(names) == sorted(set(names))
    assert set(names) <= {name for row in FORMATS.rows for name in names_of(row)}
