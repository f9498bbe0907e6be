"""Compare one file with its record: has it changed since it was read?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from ingest.readers.documents import SourceFile
from ingest.record import is_read_to
from ingest.retry import Retry
from semsearch.formats.table import kind_of
from semsearch.records import DocumentRecord, Due, Kind, State
from semsearch.settings import TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes an unchanged file worth another look, and what becomes of files that have disappeared.

    image_model: id of the picture model; "" when there is none, and pictures go on waiting for one.
    retry: which files that could not be indexed are looked at again, although they have not changed.
    allow_empty: remove at once what is missing, and accept that a folder which had files is missing or empty.
    missing_days: how long missing documents are kept.
    text_limit: the most bytes of a text. A file of which more or less was read is read again.
    """

    image_model: str = ""
    retry: Retry | None = None
    allow_empty: bool = False
    missing_days: float = 30.0
    text_limit: int = TEXT_LIMIT


class Verdict(Enum):
    """What a comparison says. DOUBTFUL: its size and date are the same, and only its hash can tell."""

    UNCHANGED = auto()
    DOUBTFUL = auto()
    CHANGED = auto()


def compare(record: DocumentRecord, file: SourceFile, rules: Rules) -> Verdict:
    """Compare a file with its record, without reading the file.

    Programs that edit or swap files may keep size and date (`exiftool -P`, `rsync -t`). They cannot keep the
    time of the last change of the inode, and a file that takes the place of another has another inode.
    """
    if _version(record.size, record.mtime_ns, record.sidecars) != _version(
        file.size, file.mtime_ns, file.sidecar_versions
    ):
        return Verdict.CHANGED
    # Of an archive that could not be read, more may be said today.
    if not _is_final(record, rules) or (file.left_out and file.left_out != record.reason):
        return Verdict.CHANGED
    same = noted(record, file)
    # A record without a hash is one of a format that is not read.
    if same == record or not record.ctime_ns or not record.sha256:
        return Verdict.UNCHANGED
    return Verdict.DOUBTFUL


def noted(record: DocumentRecord, file: SourceFile) -> DocumentRecord:
    """The record with the inode and the times of this file, whose content is the same."""
    return replace(record, inode=file.inode, ctime_ns=file.ctime_ns, sidecars=file.sidecar_versions)


def _version(size: int, mtime_ns: int, sidecars: str) -> tuple[object, ...]:
    """Size and date of a file, and type, size and date of each sidecar."""
    return size, mtime_ns, [each.split(":")[:3] for each in sidecars.split()]


def _is_final(record: DocumentRecord, rules: Rules) -> bool:
    """Tell whether the record is final, so that the file need not be read again."""
    again = rules.retry is not None and rules.retry.wants(record)
    match record.state:
        case State.INDEXED:
            return is_read_to(record, rules.text_limit)
        case State.WAITING:
            if record.due is Due.CONTENT:
                return False
            waits = record.kind is Kind.TEXT or not rules.image_model
            return waits and not (again and rules.retry is not None and rules.retry.is_narrow)
        case State.SKIPPED:
            # A format that a newer semsearch reads. Otherwise the file had nothing to index.
            return kind_of(record.path) is None if record.kind is Kind.OTHER else not again
        case State.FAILED:
            # Without a hash its bytes could not be read. They may be readable now, although nothing changed.
            return bool(record.sha256) and not again
        case State.MISSING:
            return False
