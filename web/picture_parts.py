"""The part of a picture in the library that matches a question."""

from __future__ import annotations

from semsearch.display import readable
from semsearch.errors import NotFoundError
from semsearch.types import Box, DocumentRecord, Kind
from web.originals import open_original, read_whole
from web.parts import parts


def part_of(record: DocumentRecord, question: str) -> Box | None:
    """None where nothing less than the whole picture matches.

    Raises NotFoundError when the document is no picture or its file is gone, FileError when it cannot be
    decoded, and what the library raises of questions.
    """
    if record.kind is not Kind.IMAGE:
        raise NotFoundError(f"{readable(record.path)!r} is no picture; it has no parts.")
    original, found = open_original(record)
    with original:
        picture = read_whole(original, found)
    return parts().library.part(picture, question)
