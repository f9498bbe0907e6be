"""Tables in plain text: values with commas, semicolons, tabs or bars between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from semsearch.formats.rows import shown

_SAMPLE_LINES = 50
_DELIMITERS = ",;\t|"
# A first line that tells Excel the delimiter.
_FOR_EXCEL = re.compile(r"\Asep=.\r?\n", re.IGNORECASE)
# Longer than any text may be, so that a quote that is never closed does not make the file fail.
_LONGEST_CELL = 2**30


def table_text(text: str) -> str:
    """The text of a file without what only a program reads of it."""
    return _FOR_EXCEL.sub("", text)


def likely_delimiter(text: str, media_type: str) -> str:
    """Return the delimiter with which most of the first rows have the same number of cells, at least two."""
    if media_type == "text/tab-separated-values":
        return "\t"
    lines = text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]

    def fit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in _records(lines, delimiter) if row]
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)


def rows_of(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of each row. A cell is one line."""
    return ([shown(cell) for cell in row] for row in _records(io.StringIO(text, newline=""), delimiter))


def last_record(text: str, delimiter: str) -> int:
    """The place where the last record of a text begins. It may have several lines, and may not be whole."""
    at = begins = ends = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in io.StringIO(text, newline=""):
            at += len(line)
            yield line

    for _ in _records(lines(), delimiter):
        begins, ends = ends, at
    return begins


def _records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
