"""The parameters and the JSON of the copies in a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from semsearch.api.fields import Payload, Timestamp
from semsearch.api.listed import Placed, placed, returned, skipped
from semsearch.api.parameter import Parameter
from semsearch.api.values import Switch
from semsearch.records import DocumentRecord

Json = dict[str, Any]

ALIKE = Parameter(
    "alike", Switch({"0": False, "1": True}), "List what is alike, in place of what is the same"
)
FROM, MOST = skipped("groups"), returned("groups")
# The most documents of a group that the page and the JSON of the web server have.
MEMBERS = 200
COPIES_PARAMETERS = (ALIKE, FROM, MOST)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as it is shown: why it is one, its first documents with the best first, and the bytes it frees.

    `sizes` are the width and height of pictures in pixels, by document. `count` is the number of all
    documents of the group.
    """

    why: str
    records: Sequence[DocumentRecord]
    freed: int
    sizes: Mapping[str, tuple[int, int]]
    count: int


class GroupMember(Placed):
    """A document of a group."""

    size: int = Field(description="Bytes of the file")
    width: int | None = Field(description="Width of a picture in pixels")
    height: int | None = Field(description="Height of a picture in pixels")


class CopyGroup(Payload):
    """Documents that are the same, or alike."""

    why: str = Field(
        description="`bytes`: equal files; `content`: the same picture or text encoded anew; `series`: shots "
        "of a series; `versions`: versions of a text"
    )
    freed: int = Field(description="Bytes that deleting all but the first would free")
    count: int = Field(description="Number of documents")
    documents: list[GroupMember] = Field(description=f"The first {MEMBERS} documents, the one to keep first")


class Copies(Payload):
    """The groups of documents that are there more than once, those that free most first."""

    made: Timestamp = Field(description="When they were looked for")
    total: int = Field(description="Number of groups")
    freed: int = Field(
        description="Bytes that deleting all but the first of each group of the same would free"
    )
    groups: list[CopyGroup] = Field(description="The groups of this page")


def of_copies(made: float, total: int, freed: int, groups: Sequence[ShownGroup]) -> Json:
    """The JSON of some groups; `total` and `freed` are of all of them."""
    found = [
        {
            "why": group.why,
            "freed": group.freed,
            "count": group.count,
            "documents": [_copy(each, group.sizes) for each in group.records],
        }
        for group in groups
    ]
    return Copies.model_validate({"made": made, "total": total, "freed": freed, "groups": found}).json_value()


def _copy(record: DocumentRecord, sizes: Mapping[str, tuple[int, int]]) -> Json:
    width, height = sizes.get(record.doc, (None, None))
    return {**placed(record), "size": record.size, "width": width, "height": height}
