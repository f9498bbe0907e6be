"""JSON: lists of records become rows of a table, and all else becomes lines of `key.path: value`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from ingest.readers.assembly import Assembly
from ingest.readers.documents import Context, TextDocument
from ingest.readers.text import decoded_json, read_code
from semsearch.formats.rows import row_line, shown

# A list of more numbers than this, such as coordinates or a vector, says nothing in words.
_MOST_NUMBERS = 16

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def read_json(data: bytes, path: str, media_type: str, context: Context | None = None) -> TextDocument:
    """Read a file of one value, or of one value on each line. Text that is not valid JSON stays as it is.

    So does a value that needs too much memory. A portion, which has a `context`, has one value on each line.
    Raises FileError as `text.decoded` does.
    """
    read = decoded_json(data)
    text = read.text
    out = Assembly()
    try:
        has_rows = _write_lines(out, text) if context else _write(out, text)
    except (ValueError, RecursionError, MemoryError):
        has_rows, out = False, Assembly()
    if not out:
        return read_code(data, path, media_type)
    document = out.document(media_type, path, syntax="rows" if has_rows else "plain")
    return replace(document, encoding=read.encoding)


def _write(out: Assembly, text: str) -> bool:
    """Write the values of the text; return whether there are rows. Raises ValueError when it is not JSON."""
    try:
        value: Json = json.loads(text)
    except ValueError:
        return _write_lines(out, text)
    leaves: list[tuple[str, str]] = []
    tables: list[tuple[str, list[Json]]] = []
    _collect(value, "", leaves, tables)
    if tables:
        out.rows("", [_row(leaves)])
        for key, records in tables:
            out.rows(key, (_row(_leaves(record, "")) for record in records))
    else:
        for leaf in leaves:
            out.add(_row([leaf]), "\n")
    return bool(tables)


def _write_lines(out: Assembly, text: str) -> bool:
    """Write a value on each line. Raises ValueError when the first is not an object."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not isinstance(json.loads(lines[0]), dict):
        raise ValueError("no object on the first line")
    out.rows("", map(_line, lines))
    return True


def _collect(
    value: Json, key: str, leaves: list[tuple[str, str]], tables: list[tuple[str, list[Json]]]
) -> None:
    """Collect the lists of records, at any depth, in `tables`, and all other values in `leaves`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _collect(inner, _below(key, name), leaves, tables)
    elif isinstance(value, list) and len(value) > 1 and all(isinstance(item, dict) for item in value):
        tables.append((key, value))
    else:
        leaves += _leaves(value, key)


def _leaves(value: Json, key: str) -> Iterator[tuple[str, str]]:
    """Yield each value that is not an object or a list of objects, with the keys that lead to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, _below(key, name))
    elif not isinstance(value, list):
        yield key, shown(value)
    elif (count := _count_numbers(value)) > _MOST_NUMBERS:
        yield key, f"{count} numbers"
    elif any(isinstance(item, dict | list) for item in value):
        for inner in value:
            yield from _leaves(inner, key)
    else:
        yield key, ", ".join(filter(None, map(shown, value)))


def _count_numbers(value: Json) -> int:
    """Count the numbers in a list of numbers, or of such lists; 0 when it holds anything else."""
    if not isinstance(value, list):
        return int(isinstance(value, int | float))
    counts = [_count_numbers(item) for item in value]
    return sum(counts) if all(counts) else 0


def _below(key: str, name: str) -> str:
    return ".".join(filter(None, (key, shown(name))))


def _row(leaves: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    pairs = list(leaves)
    return row_line([key for key, _ in pairs], [value for _, value in pairs])


def _line(line: str) -> str:
    """Return a line of a file of records as a row. A damaged line stays as it is."""
    try:
        return _row(_leaves(json.loads(line), ""))
    except ValueError:
        return shown(line)
