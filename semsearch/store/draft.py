"""A long version of a document while it is being written."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.records import DocumentRecord


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is being written: its record, which counts the pieces so far, and how far it was read.

    `read` is the place in the text where the next section begins. `portion` is what the reader of the file
    has to know of the portion that this section is in.
    """

    record: DocumentRecord
    read: int = 0
    portion: str = ""
