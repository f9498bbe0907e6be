"""The table of an export: each document, passage and view of a picture is a row of it.

The row of a document comes first, and the rows of its pieces follow. What people filter by (root, path, kind,
date and more) stands in every row. The columns are made from the fields of DocumentRecord, Passage and View,
so a new field gets a column.
"""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_type_hints

from semsearch.errors import ArchiveError
from semsearch.language.document_date import document_date
from semsearch.records import DocumentRecord, Passage, State
from semsearch.store.contents import EmbeddedPassage, Piece, View
from semsearch.text import join_headings, readable, split_headings

Made = TypeVar("Made")
Row = dict[str, Any]

DOCUMENT, PASSAGE, VIEW = "document", "passage", "view"


class Type(StrEnum):
    """The type of a column. A vector is a list of float32, a date has microseconds and is in UTC."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    VECTOR = "vector"
    DATE = "date"


_HINTS: dict[type, dict[str, Any]] = {kind: get_type_hints(kind) for kind in (DocumentRecord, Passage)}
_VIEW_NUMBERS = ("n", "width", "height")
_VECTORS = ("vector", "visual", "semantic")
# What stands in the rows of pieces too.
_COMMON = ("doc", "root", "path", "kind", "media_type", "title")
# What people read first.
_FIRST = ("row", "root", "path", "kind", "date", "title", "heading", "page", "content", "start", "end")
_LIMIT = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _columns() -> dict[str, Type]:
    types: dict[str, Type] = dict.fromkeys(("row", "heading", "state_before", "odd"), Type.TEXT)
    types |= {"date": Type.DATE} | dict.fromkeys(_VIEW_NUMBERS, Type.INTEGER)
    types |= dict.fromkeys(_VECTORS, Type.VECTOR)
    for hints in _HINTS.values():
        types |= {name: _type(hint) for name, hint in hints.items() if name != "headings"}
    return {name: types.pop(name) for name in (*_FIRST, *_VECTORS)} | types


def _type(hint: Any) -> Type:
    """The type of the column for a field of a dataclass."""
    found = {hint, *get_args(hint)}
    return Type.INTEGER if int in found else Type.NUMBER if float in found else Type.TEXT


# Every column by its name, in their order. Some are no fields of a dataclass: `heading` has the headings of a
# passage in one line, `state_before` the state that a missing document had before. `odd` has the texts of the
# row that are not valid Unicode as JSON, because file names need not be UTF-8: in the columns of these texts,
# U+FFFD stands for each such byte.
COLUMNS = _columns()
# The columns without which no document can be made.
REQUIRED = ("row", *(field.name for field in fields(DocumentRecord) if field.default is MISSING))


def document_row(record: DocumentRecord, state: State) -> Row:
    """The row of a document. `state` is the one that a missing document had before, else its own."""
    row: Row = {"row": DOCUMENT, "date": _date(record)}
    row |= {name: _within_64_bits(getattr(record, name)) for name in _HINTS[DocumentRecord]}
    if state is not record.state:
        row["state_before"] = state
    return _readable(row)


def piece_row(record: DocumentRecord, piece: Piece) -> Row:
    """The row of a passage or of a view of this document."""
    row: Row = {"date": _date(record), **{name: getattr(record, name) for name in _COMMON}}
    if isinstance(piece, View):
        row |= {"row": VIEW, **{name: getattr(piece, name) for name in _VIEW_NUMBERS}}
    else:
        row |= {"row": PASSAGE, "heading": join_headings(piece.passage.headings)}
        row |= {name: getattr(piece.passage, name) for name in _HINTS[Passage] if name != "headings"}
    return _readable(row | piece.vectors())


def read_document(row: Row) -> tuple[DocumentRecord, State]:
    """The record of a row, and the state that a missing document had before, else its own.

    Raises ArchiveError for values that semsearch never writes.
    """
    record = _made(DocumentRecord, row := _exact(row))
    before = row.get("state_before")
    return record, record.state if before is None else _converted(State, "state_before", before)


def read_piece(row: Row) -> Piece:
    """The passage or the view of a row. Raises ArchiveError for values that semsearch never writes."""
    row = _exact(row)
    if row["row"] == VIEW:
        wanted = (*_VIEW_NUMBERS, "visual")
        if lacking := [name for name in wanted if row.get(name) is None]:
            raise ArchiveError(f"a view has no {lacking[0]}")
        return View(**{name: row[name] for name in wanted}, semantic=row.get("semantic"))
    passage = _made(Passage, row | {"headings": split_headings(row.get("heading") or "")})
    return EmbeddedPassage(passage, row.get("vector"))


def _made(kind: type[Made], row: Row) -> Made:
    """A dataclass made of the values of a row. A value that the row lacks is the default of its field."""
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = row.get(field.name)
        if value is not None:
            values[field.name] = _converted(_HINTS[kind][field.name], field.name, value)
        elif field.default is MISSING:
            raise ArchiveError(f"{row['row']} has no {field.name}")
    return kind(**values)


def _converted(hint: Any, name: str, value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ArchiveError(f"{name} is {value}")
    if not (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return value
    try:
        return hint(value)
    except ValueError:
        raise ArchiveError(f"{name} is {value!r}, which this semsearch does not know") from None


def _date(record: DocumentRecord) -> datetime | None:
    """The date of a document, by the clock of its place, as if in UTC."""
    try:
        return _EPOCH + timedelta(seconds=document_date(record).seconds)
    except OverflowError:  # a file system may say any date
        return None


def _within_64_bits(value: Any) -> Any:
    """The value, or the integer next to it that a column can hold: a file system may say any date."""
    return max(-_LIMIT, min(value, _LIMIT)) if isinstance(value, int) else value


def _readable(row: Row) -> Row:
    """The row with its texts made valid Unicode; those that were not are in the column `odd` as they were."""
    odd = {name: value for name, value in row.items() if isinstance(value, str) and readable(value) != value}
    if not odd:
        return row
    return row | {name: readable(value) for name, value in odd.items()} | {"odd": json.dumps(odd)}


def _exact(row: Row) -> Row:
    """The row as it was before `_readable`."""
    if row.get("odd") is None:
        return row
    try:
        odd = json.loads(row["odd"])
        for name, value in odd.items():
            value.encode("utf-8", "surrogateescape")
            if readable(value) != row[name]:
                raise ValueError
    except (ValueError, AttributeError, KeyError):
        raise ArchiveError(f"the column odd has {row['odd']!r}") from None
    return {**row, **odd}
