"""Make the record of a file."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.readers.documents import PictureDocument, SourceFile, TextDocument
from ingest.readers.limits import first_bytes
from ingest.readers.portions import is_long
from ingest.readers.text import title_of
from semsearch.formats.unread import type_of_unread
from semsearch.message import say
from semsearch.progress import name_of_process
from semsearch.records import DateSource, DocumentRecord, Due, Kind, Ocr, State, Titled
from semsearch.store.keys import doc_id

# Why a document waits; see also NO_MODEL.
SCANNED = say("its pages are pictures, and the text in them has not been read: see SEMSEARCH_OCR")
UNREAD = say("a run of ingestion was going to read it. Run `semsearch ingest` again")

# Fields of a record that depend only on the content of a file. A copy of the file has the same values.
_OF_CONTENT = (
    "state",
    "reason",
    "media_type",
    "models",
    "dated",
    "date_source",
    "ocr",
    "signature",
    "due",
    "note",
    "titled",
    "encoding",
    "language",
    "readers",
    "camera",
    "locations",
    "position",
)


def is_read_to(record: DocumentRecord, text_limit: int) -> bool:
    """Tell whether as much of a file was read as this limit, which holds for long texts, allows."""
    return not is_long(SourceFile.of_record(record)) or record.note == first_bytes(record.size, text_limit)


def id_of(file: SourceFile) -> str:
    """The id of a file's document."""
    return doc_id(str(file.root), file.path)


def record_of(
    file: SourceFile,
    sha256: str,
    state: State,
    reason: str = "",
    document: TextDocument | PictureDocument | None = None,
) -> DocumentRecord:
    """The record of a file, with what is known of its content."""
    row = file.format
    kind, media_type = (row.kind, row.media_type) if row else (Kind.OTHER, type_of_unread(file.path))
    picture = document if isinstance(document, PictureDocument) else None
    return DocumentRecord(
        doc=id_of(file),
        root=str(file.root),
        path=file.path,
        kind=kind,
        media_type=document.media_type if document else media_type,
        size=file.size,
        mtime_ns=file.mtime_ns,
        sha256=sha256,
        title=document.title if document else title_of(file.path),
        state=state,
        reason=reason,
        indexed_at=time.time(),
        dated=document.dated if document else 0.0,
        ocr=Ocr.DUE if document and document.scanned else Ocr.NONE,
        sidecars=file.sidecar_versions,
        inode=file.inode,
        ctime_ns=file.ctime_ns,
        titled=document.titled if document else Titled.NAME,
        worker=name_of_process(),
        note=document.left_out if isinstance(document, TextDocument) else "",
        date_source=document.date_source if document else DateSource.CONTENT,
        encoding=document.encoding if isinstance(document, TextDocument) else "",
        language=document.language if document else "",
        camera=picture.camera if picture else "",
        locations="\n".join(picture.locations) if picture else "",
        position="{1},{0}".format(*picture.position) if picture and picture.position else "",
    )


def failed(
    file: SourceFile, sha256: str, state: State, reason: str, known: DocumentRecord | None
) -> DocumentRecord:
    """The record of a file that cannot be indexed. `known` is its record before this attempt."""
    return replace(record_of(file, sha256, state, reason), attempts=attempts_of(known, sha256) + 1)


def failed_later(record: DocumentRecord, reason: str) -> DocumentRecord:
    """The record of a file that was read, and of which the rest cannot be indexed."""
    return replace(record, state=State.FAILED, reason=reason, due=Due.NONE, attempts=record.attempts + 1)


def attempts_of(known: DocumentRecord | None, sha256: str) -> int:
    """How often a file with this content has failed. `known` is its record before."""
    return known.attempts if known is not None and known.sha256 == sha256 else 0


def named(file: SourceFile) -> DocumentRecord:
    """The record of a file that has not been read yet."""
    return replace(record_of(file, "", State.WAITING, UNREAD), due=Due.CONTENT)


def unembedded(record: DocumentRecord) -> DocumentRecord:
    """The record of a document that has passages without vectors."""
    return replace(record, due=Due.VECTORS)


def embedded(record: DocumentRecord) -> DocumentRecord:
    """The record when all passages have vectors."""
    return replace(record, due=Due.NONE)


def copied(record: DocumentRecord, source: DocumentRecord) -> DocumentRecord:
    """The record of a file with the same content as `source`."""
    return replace(
        record,
        title=retitled(source, record.path),
        **{name: getattr(source, name) for name in _OF_CONTENT},
    )


def retitled(source: DocumentRecord, path: str) -> str:
    """The title of a copy at `path`. A title made from the file's name changes with the name."""
    by_name = source.titled is Titled.NAME
    if source.titled is Titled.UNKNOWN:
        by_name = source.title in (title_of(source.path), PurePosixPath(source.path).name)
    return title_of(path) if by_name else source.title
