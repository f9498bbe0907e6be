"""What lists of documents of an explored library have in common: which part is wanted, and what each says."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from semsearch.api.fields import Inside, LocalTime, OnDisk, Payload, Readable
from semsearch.api.parameter import Parameter
from semsearch.api.values import Whole
from semsearch.language.document_date import document_date
from semsearch.query import MAX_LIMIT
from semsearch.records import DocumentRecord, Kind

# The most entries that can be skipped: more than the documents of any library.
_MOST = 100_000_000


def skipped(what: str) -> Parameter[int]:
    """The parameter that says how many entries of a list are skipped; `what` they are, as "groups"."""
    return Parameter("offset", Whole(0, _MOST, 0), f"Number of {what} to skip")


def returned(what: str) -> Parameter[int]:
    """The parameter that says how many entries of a list are returned."""
    return Parameter("limit", Whole(1, MAX_LIMIT, 20), f"Number of {what} to return")


class Placed(Payload):
    """A document of a list: what it is, and where."""

    doc: str = Field(description="Id of the document")
    root: Readable = Field(description="Folder that was ingested")
    path: OnDisk = Field(description="Path of the file, below its root")
    member: Inside = Field(description="Path in the archive; empty for a file on the disk")
    kind: Kind = Field(description="Kind of the document")
    date: LocalTime = Field(description="Date of the document, by the clock of its place")


def placed(record: DocumentRecord) -> dict[str, Any]:
    """The fields of Placed."""
    return {
        "doc": record.doc,
        "root": record.root,
        "path": record.path,
        "member": record.path,
        "kind": record.kind,
        "date": document_date(record).moment,
    }
