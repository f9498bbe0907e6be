"""The parameters and the JSON of what does not fit into a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from semsearch.api.copies import FROM, MOST
from semsearch.api.fields import Inside, LocalTime, OnDisk, Payload, Readable, Timestamp
from semsearch.api.parameter import Parameter
from semsearch.api.values import Choice
from semsearch.language.document_date import document_date
from semsearch.message import Message
from semsearch.records import DocumentRecord, Kind

Json = dict[str, Any]

FAR, MISFILED = "far", "misfiled"
WHAT = Parameter(
    "what",
    Choice({MISFILED: MISFILED, FAR: FAR}),
    "What to list: misfiled documents, whose nearest ones lie elsewhere, or those far from everything",
)
ODD_PARAMETERS = (WHAT, FROM, MOST)


@dataclass(frozen=True, slots=True)
class OddOne:
    """A document that does not fit, with the reason in words.

    `near` is a document that is near to it, and `folder` the other folder of a misfiled one, "" otherwise.
    """

    record: DocumentRecord
    reason: Message
    score: float
    near: DocumentRecord | None
    folder: str


class Odd(Payload):
    """A document that does not fit."""

    doc: str = Field(description="Id of the document")
    root: Readable = Field(description="Folder that was ingested")
    path: OnDisk = Field(description="Path of the file, below its root")
    member: Inside = Field(description="Path in the archive; empty for a file on the disk")
    kind: Kind = Field(description="Kind of the document")
    date: LocalTime = Field(description="Date of the document, by the clock of its place")
    score: float = Field(
        description="How little it fits. Misfiled: how much better it fits into the other folder, up to 1. "
        "Far: how far it lies beyond the median, in median deviations"
    )
    reason: Readable = Field(description="The reason in words")
    folder: Readable = Field(description="Folder into which it fits better, absolute; empty for a far one")
    near: str | None = Field(description="Id of a document that is near to it")


class OddOnes(Payload):
    """Documents that do not fit, the clearest first."""

    made: Timestamp = Field(description="When they were looked for")
    total: int = Field(description="Number of documents")
    documents: list[Odd] = Field(description="The documents of this page")


def of_odd(made: float, total: int, found: Sequence[OddOne]) -> Json:
    """The JSON of some documents that do not fit; `total` counts all of them."""
    shown = [_odd(each) for each in found]
    return OddOnes.model_validate({"made": made, "total": total, "documents": shown}).json_value()


def _odd(one: OddOne) -> Json:
    record = one.record
    return {
        "doc": record.doc,
        "root": record.root,
        "path": record.path,
        "member": record.path,
        "kind": record.kind,
        "date": document_date(record).moment,
        "score": round(one.score, 4),
        "reason": str(one.reason),
        "folder": one.folder,
        "near": one.near and one.near.doc,
    }
