"""The HTML of a file of comma-separated values: a table with the letters of its passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from html import escape

from semsearch.formats.rows import Row, Table, is_number, row_line
from semsearch.formats.separated import likely_delimiter, rows_of, table_text


def table_html(text: str, media_type: str) -> str:
    """The table of a text, numbers aligned right. Rows above the names of its columns stand above the table.

    In a passage, each value stands behind the name of its column. So does it here, with the name in a <b>,
    which the page hides.
    """
    text = table_text(text)
    table = Table(map(Row, rows_of(text, likely_delimiter(text, media_type))))
    rows = [row.cells for row in table.rows]
    right = _columns_of_numbers(rows)
    above = "".join(f"<p>{escape(row_line((), row.cells))}</p>" for row in table.above)
    head = _row([_cell("th" if name else "td", name, n in right) for n, name in enumerate(table.names)])
    body = "".join(_body_row(table.names, row, right) for row in rows)
    return f"{above}<table>{f'<thead>{head}</thead>' if table.names else ''}<tbody>{body}</tbody></table>"


def _columns_of_numbers(rows: Sequence[Sequence[str]]) -> Collection[int]:
    """The columns of which most values are numbers."""
    filled, numbers = Counter[int](), Counter[int]()
    for row in rows:
        for n, value in enumerate(row):
            filled[n] += bool(value)
            numbers[n] += is_number(value)
    return {n for n, number in numbers.items() if 2 * number > filled[n]}


def _body_row(names: Sequence[str], row: Sequence[str], right: Collection[int]) -> str:
    return _row(
        [
            _cell("td", value, n in right, names[n] if value and n < len(names) else "")
            for n, value in enumerate(row)
        ]
    )


def _row(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _cell(element: str, value: str, is_right: bool, name: str = "") -> str:
    align = ' align="right"' if is_right else ""
    before = f"<b>{escape(name)}: </b>" if name else ""
    return f"<{element}{align}>{before}{escape(value)}</{element}>"
