"""Types of the fields of payloads: how each value is written as JSON, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from semsearch import records
from semsearch.members import split_address
from semsearch.records import DateSource, Kind
from semsearch.text import iso, join_headings, readable


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _edges(box: records.Box | None) -> list[float] | None:
    return [round(edge, 4) for edge in (box.left, box.top, box.right, box.bottom)] if box else None


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _thumb(given: Mapping[str, Any]) -> str | None:
    return f"/thumb/{given['doc']}" if given["kind"] is Kind.IMAGE else None


def counts(names: type[StrEnum]) -> Any:
    """The type of a mapping with a number for each of `names`; a missing number becomes 0."""
    return Annotated[
        dict[str, int],
        BeforeValidator(lambda counted: {name.value: counted.get(name, 0) for name in names}),
        WithJsonSchema({
            "type": "object",
            "properties": {name.value: {"type": "integer"} for name in names},
            "required": [name.value for name in names],
        }),
    ]  # fmt: skip


# JSON cannot carry lone surrogates, which stand for the bytes of a file name that are not UTF-8.
Readable = Annotated[str, BeforeValidator(readable)]
# The path of a file below its root; of a file in an archive, that of the archive, and its own path in there.
OnDisk = Annotated[Readable, BeforeValidator(lambda path: split_address(path)[0])]
Inside = Annotated[Readable, BeforeValidator(lambda path: split_address(path)[1])]
Headings = Annotated[Readable, BeforeValidator(join_headings)]
Moment = Annotated[str, BeforeValidator(iso), WithJsonSchema({"type": "string", "format": "date-time"})]
LocalTime = Annotated[
    str,
    BeforeValidator(iso),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}),
]
# From seconds since 1970, where 0 means never.
Timestamp = Annotated[Moment | None, BeforeValidator(_moment)]
Milliseconds = Annotated[float, BeforeValidator(lambda ms: round(ms, 1))]
Score = Annotated[float | None, BeforeValidator(_rounded)]
Span = Annotated[list[int], Field(min_length=2, max_length=2)]
Lines = Annotated[list[str], BeforeValidator(lambda text: list(filter(None, readable(text).split("\n"))))]
Degrees = Annotated[list[float] | None, Field(min_length=2, max_length=2)]
Edges = Annotated[list[float] | None, BeforeValidator(_edges)]

# Whole fields, with their descriptions, that several payloads have.
Title = Annotated[Readable, Field(description="Title of the document")]
Size = Annotated[int, Field(description="Size of the file in bytes")]
Modified = Annotated[Moment, Field(description="When the file was last changed")]
Date = Annotated[
    LocalTime,
    Field(
        description="When a photo was taken or a mail was sent, by the clock there and without a zone; where "
        "that is not known, the date in the name, or else modified in the local time of the server"
    ),
]
DatedBy = Annotated[DateSource, Field(description="Where date comes from")]
Language = Annotated[
    str, Field(description="Language of the text as its ISO 639-1 code; empty where it cannot be told")
]
Thumb = Annotated[
    str | None, Field(default_factory=_thumb, description="Address of a small picture; null for texts")
]


class Payload(BaseModel):
    """A shape of JSON, filled from attributes of the same names."""

    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True
    )

    def json_value(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
